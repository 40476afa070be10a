/**
 * What the reporter in the machine tells, one line for each, in the midst of whatever the tests print themselves.
 * @module
 */

/** Stands before each report. */
export const reportMark = '\x1edrydock:';

/** One thing that happened to a test. */
export type Report =
	| {readonly kind: 'begins'; readonly test: string}
	| {readonly kind: 'passed'; readonly test: string; readonly milliseconds: number}
	| {readonly kind: 'skipped'; readonly test: string; readonly reason: string}
	| {readonly kind: 'failed'; readonly test: string; readonly milliseconds: number; readonly message: string};

/** Takes reports out of what is printed. */
export interface ReportReader {
	/** All reports that are complete with this piece. */
	readonly read: (piece: Uint8Array) => readonly Report[];
	/** The end of what was printed besides: what a file says that can't even be loaded. */
	readonly rest: () => string;
}

/** Makes a reader for one file's output, in pieces as they come. */
export function reportReader(): ReportReader {
	const decoder = new TextDecoder();
	let unfinished = '';
	let printed = '';
	return {
		read: piece => {
			const lines = (unfinished + decoder.decode(piece, {stream: true})).split('\n');
			unfinished = lines.pop() ?? '';
			return lines.flatMap(line => {
				// A test may have printed something without an end of line.
				const [before = '', text = ''] = line.split(reportMark);
				const report = reportIn(text);
				const other = report === undefined ? line : before;
				if (report === undefined || other !== '') printed = `${printed}${other}\n`.slice(-mostPrinted);
				return report === undefined ? [] : [report];
			});
		},
		rest: () => `${printed}${unfinished}`.trim(),
	};
}

const mostPrinted = 4000;

/** A report that was torn by somebody else's output is none: then the exit code tells that something is wrong. */
function reportIn(text: string): Report | undefined {
	try {
		return JSON.parse(text) as Report;
	} catch {
		return undefined;
	}
}
