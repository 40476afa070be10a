/**
 * One test file, run in a machine to its end, or to the end of its time.
 * @module
 */
import {setTimeout as pause} from 'node:timers/promises';
import type {Sandbox} from '#sandbox';
import {makeReady, unlessAborted} from './machine.ts';
import {type Report, reportReader} from './reports.ts';

/** What to run. */
export interface FileRun {
	/** Its path in the project. */
	readonly file: string;
	/** Where the project is, in the machine. */
	readonly directory: string;
	readonly seconds: number;
	readonly signal: AbortSignal;
}

/** What came of it. */
export interface FileResult {
	readonly file: string;
	readonly seconds: number;
	readonly reports: readonly Report[];
	/** What went wrong with the file as a whole. */
	readonly fault?: string;
}

/** Runs a file. The machine may be good for nothing afterwards. @throws the signal's reason. */
export async function runFile(sandbox: Sandbox, {file, directory, seconds, signal}: FileRun): Promise<FileResult> {
	const began = performance.now();
	const reader = reportReader();
	const reports: Report[] = [];
	const terminal = await sandbox.shell({columns: 160, rows: 50}, ['sh', '-c', script, 'sh', directory, file]);
	terminal.onData(piece => reports.push(...reader.read(piece)));
	const ended = new Promise<number>(resolve => terminal.onExit(resolve));
	const timer = new AbortController();
	const late = pause(seconds * 1000, undefined, {signal: timer.signal}).catch(() => undefined);
	const code = await unlessAborted(Promise.race([ended, late]), signal);
	timer.abort();
	terminal.close();
	// Ctrl-C reaches the machine's process as well: what it says in its end is not the file's doing.
	signal.throwIfAborted();
	const fault = faultOf(code, reports, seconds, reader.rest());
	return {file, seconds: (performance.now() - began) / 1000, reports, ...(fault === undefined ? {} : {fault})};
}

/** Run by itself a file tells its results at once, and costs one Node less than below `node --test`. */
const script = `${makeReady}
DRYDOCK_TEST_SHARE=0.12 exec </dev/null node --no-warnings --import tsx \\
	--test-force-exit --test-reporter=./scripts/guest/reporter.ts --test-reporter-destination=stdout "./$2"`;

function faultOf(
	code: number | undefined,
	reports: readonly Report[],
	seconds: number,
	printed: string,
): string | undefined {
	const last = reports.findLast(({kind}) => kind === 'begins')?.test;
	const where = last === undefined ? 'before its first test' : `in “${last}”`;
	if (code === undefined) return `it took more than ${seconds} s, and was ended ${where}\n${printed}`.trim();
	const hasFailed = reports.some(({kind}) => kind === 'failed');
	if (code === 0 || (code === 1 && hasFailed)) return undefined;
	return `it ended with ${code} ${where}\n${printed}`.trim();
}
