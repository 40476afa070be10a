/**
 * Running other engines' programs.
 * @module
 */
import {type ChildProcess, spawnSync} from 'node:child_process';
import {readlinkSync} from 'node:fs';
import {setTimeout as pause} from 'node:timers/promises';
import type {Original} from '#compare/twin';
import {isErrno, tolerate} from '#kernel/error';
import {listProcessStats, readProcess, readProcessStat} from '#observe/processes';

/** What a program printed. @throws one line: that it isn't installed, or what it said when it failed. */
export function output(program: string, args: readonly string[], input?: string | Buffer): string {
	const {status, stdout, stderr, error} = spawnSync(program, args, {
		encoding: 'utf8',
		input,
		maxBuffer: 64 * 1024 ** 2,
	});
	if (error !== undefined) {
		if (isErrno(error, 'ENOENT'))
			throw new Error(`${program} is not installed here: install it, or compare with another`);
		throw error;
	}
	if (status !== 0)
		throw new Error(
			`${program} ${args[0]}: ${complaint(program, stderr) || lastLine(stdout) || `exit code ${status}`}`,
		);
	return stdout.trim();
}

/** Runs a program for its effect; whether it had one is asked elsewhere. */
export function attempt(program: string, args: readonly string[]): void {
	spawnSync(program, args, {stdio: 'ignore'});
}

/** What docker itself complained of; after it comes advice to read the help. */
function complaint(program: string, text: string): string {
	const said = text.split('\n').find(line => line.startsWith(`${program}: `) || line.startsWith('Error'));
	return said === undefined
		? lastLine(text)
		: said
				.replace(`${program}: `, '')
				.replace(/ See '.*$/, '')
				.slice(0, 300);
}

/** The last line that says something: engines print advice before it, or a blank after it. */
export function lastLine(text: string): string {
	return (text.trim().split('\n').at(-1) ?? '').trim().slice(0, 300);
}

/** The program below an engine's own init: its first child; undefined while there is none. */
export function firstChildOf(pid: number | undefined): number | undefined {
	const children = listProcessStats().filter(({ppid}) => pid !== undefined && ppid === pid);
	return children.toSorted((one, other) => one.startTicks - other.startTicks)[0]?.pid;
}

/** The same, for an init that has perhaps only begun. */
export async function awaitFirstChild(pid: number | undefined): Promise<number | undefined> {
	const start = performance.now();
	for (;;) {
		const child = firstChildOf(pid);
		if (child !== undefined || performance.now() - start > SETTLE_MILLISECONDS) return child;
		await pause(20);
	}
}

/** How long a twin may take until it runs its program. */
const START_MILLISECONDS = 20_000;
/** How long its program may take to become what the original's is: a shell runs a few commands, then execs. */
const SETTLE_MILLISECONDS = 2_000;

/**
 * Waits until a process runs its own program instead of the engine's, and for a while until it has these arguments.
 *
 * @param pid asked again and again; undefined while there is none.
 * @throws one line of `failure` if it ends before, or doesn't come.
 */
export async function awaitProgram(
	pid: () => number | undefined,
	{argv, signal}: Pick<Original, 'argv' | 'signal'>,
	failure: () => string | undefined,
): Promise<number> {
	const start = performance.now();
	let runningSince: number | undefined;
	for (;;) {
		signal.throwIfAborted();
		const number = pid();
		const failed = failure();
		if (failed !== undefined) throw new Error(failed);
		if (number !== undefined && runsItsProgram(number)) {
			runningSince ??= performance.now();
			const now = argumentsOf(number);
			if (now?.join('\0') === argv.join('\0') || performance.now() - runningSince > SETTLE_MILLISECONDS) return number;
		}
		if (performance.now() - start > START_MILLISECONDS)
			throw new Error('the other container did not start in 20 seconds');
		await pause(20);
	}
}

/** The end of a child and what it wrote to standard error, for as long as it is asked. */
export function observeEnd(child: ChildProcess): () => string | undefined {
	let said = '';
	let ended: string | undefined;
	child.stderr?.setEncoding('utf8').on('data', text => {
		said = (said + text).slice(-4096);
	});
	child.stdout?.resume();
	child.once('error', error => {
		ended = error.message;
	});
	child.once('close', (code, signal) => {
		ended = `the other container ended at once, with ${signal ?? `exit code ${code}`}${said === '' ? '' : `: ${lastLine(said)}`}`;
	});
	return () => ended;
}

function runsItsProgram(pid: number): boolean {
	const program = tolerate(['ENOENT', 'ESRCH', 'EACCES', 'EPERM'], () => readlinkSync(`/proc/${pid}/exe`));
	return program !== undefined && !/runc|memfd:|crun/.test(program);
}

function argumentsOf(pid: number): readonly string[] | undefined {
	const stat = readProcessStat(pid);
	return stat && readProcess(stat)?.argv;
}
