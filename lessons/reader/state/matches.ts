/**
 * Searching in the open file, as one types.
 * @module
 */
import type {SourceFile} from '../sources/source-file.ts';

/** One place where the text was found. */
export interface Match {
	readonly line: number;
	readonly start: number;
	readonly end: number;
}

/** All places, in order. A text in small letters also finds capitals. */
export function matchesOf({lines}: SourceFile, text: string): readonly Match[] {
	if (text === '') return [];
	const pattern = new RegExp(text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'), text === text.toLowerCase() ? 'gi' : 'g');
	return lines.flatMap((line, index) =>
		[...line.matchAll(pattern)].map(({0: found, index: start}) => ({
			line: index + 1,
			start,
			end: start + found.length,
		})),
	);
}

/** The first line with a match at or after `line`, else from the top. */
export function lineFrom(matches: readonly Match[], line: number): number | undefined {
	return (matches.find(match => match.line >= line) ?? matches[0])?.line;
}

/** The next line with a match in a direction; past the end it begins again at the other one. */
export function nextLine(matches: readonly Match[], line: number, by: 1 | -1): number | undefined {
	return by === 1
		? lineFrom(matches, line + 1)
		: (matches.findLast(match => match.line < line) ?? matches.at(-1))?.line;
}
