/**
 * 01 · Process: the exercise. Three functions are yours to write; the rest is the engine's own.
 *
 *     drydock ──clone──▶ child ──execve──▶ sh
 *        │                                  │
 *        ◀──────────── wait ────────────────┘ exit code, or the signal that ended it
 *
 * Sources: execve(2), close_range(2), fcntl(2), wait(2), the exit statuses of sh(1).
 * @module
 */
import {type ChildProcess, type SpawnSyncOptions, spawn, spawnSync} from 'node:child_process';
import {KernelName} from '#kernel/error';
import type {SignalName} from '#kernel/signal';
import {publishCall} from '#kernel/trace';

/** What becomes of the child's descriptors 0, 1, 2 and so on: a pipe to us, nothing, or one of ours. */
export type Descriptor = 'pipe' | 'ignore' | number;

/** A program to start. Field names are those of `process` in the OCI runtime specification. */
export interface ProcessOptions {
	/** The program and its arguments. A name without a slash is looked for in the PATH of `env`. */
	readonly args: readonly string[];
	/** `NAME=value` each, and no others. */
	readonly env: readonly string[];
	readonly cwd?: string;
	/** The child's descriptors, from 0 on. It gets no others. Default: ours. */
	readonly descriptors?: readonly Descriptor[];
	/** A session of its own, so that the terminal's Ctrl-C does not reach it. */
	readonly newSession?: boolean;
}

/** How a process ended: with a code of its own, or by a signal. */
export interface ProcessEnd {
	readonly code: number | null;
	readonly signal: SignalName | null;
}

/**
 * Starts a program as a child of this process. It is born into the namespaces that the main thread is in.
 *
 * The child gets the descriptors that were listed, and no others.
 *
 * @returns the child; it emits `error` if the program is not there or may not be executed (`ENOENT`, `EACCES`), else `exit`.
 * @throws any other error of execve(2), such as `ENOTDIR` or `ENOEXEC`, or of fork(2): `EAGAIN`, `ENOMEM`.
 */
export function startProcess({
	args,
	env,
	cwd,
	descriptors = [0, 1, 2],
	newSession = false,
}: ProcessOptions): ChildProcess {
	const [program, ...rest] = args;
	if (program === undefined) throw new Error('no program to start: give a command');
	closeOnExec();
	const child = spawn(program, rest, {
		env: environmentObject(env),
		...(cwd === undefined ? {} : {cwd}),
		stdio: [...descriptors],
		detached: newSession,
	});
	publishCall({call: 'clone', args: [new KernelName('SIGCHLD')], result: child.pid ?? -1});
	return child;
}

/**
 * Starts a program like `startProcess` and waits for its end; meanwhile nothing else happens in this process.
 *
 * @throws what execve(2) answered if it could not be executed: `ENOENT`, `EACCES`, `ENOEXEC`.
 */
export function runToEnd({args, env, cwd, descriptors = [0, 1, 2], newSession = false}: ProcessOptions): ProcessEnd {
	const [program, ...rest] = args;
	if (program === undefined) throw new Error('no program to start: give a command');
	closeOnExec();
	const {status, signal, error} = spawnSync(program, rest, {
		env: environmentObject(env),
		...(cwd === undefined ? {} : {cwd}),
		stdio: [...descriptors],
		detached: newSession,
		// Known to Node, though its types only tell of it for spawn.
	} as SpawnSyncOptions);
	if (error !== undefined) throw error;
	return {code: status, signal};
}

/** Waits for the end of a child. Rejects if it could not be started at all. */
export function waitFor(child: ChildProcess): Promise<ProcessEnd> {
	return new Promise((resolve, reject) => {
		child.once('error', reject);
		child.once('exit', (code, signal) => resolve({code, signal}));
	});
}

/**
 * WRITE ME. The exit code that a shell reports for an end: the program's own code, or 128 + n if signal n ended it.
 *
 * Exactly one of the two fields of `ProcessEnd` is set. `signalNumber` of '#kernel/signal' knows that SIGKILL is 9.
 *
 * See: wait(2) on WIFEXITED and WIFSIGNALED; "EXIT STATUS" in bash(1).
 */
export function shellExitCode(_end: ProcessEnd): number {
	throw new Error('write me: shellExitCode()');
}

/**
 * WRITE ME. The exit code that a shell reports when a program can't be started: 127 if it isn't there, 126 if it is
 * there and can't be executed.
 *
 * "Not there" has two errnos: no such file, and a path that leads through something that is no directory. `isErrno` of
 * '#kernel/error' asks an error for its errno.
 *
 * See: "ERRORS" in execve(2); "EXIT STATUS" in bash(1).
 */
export function startFailureExitCode(_error: unknown): number {
	throw new Error('write me: startFailureExitCode()');
}

/**
 * WRITE ME. Marks every descriptor from `first` on as close-on-exec, so that no program started later inherits it.
 * They stay open here: only the program that takes our place, or a child's, loses them.
 *
 * One call does it for a whole range: close_range(2) with the flag CLOSE_RANGE_CLOEXEC, which is 4. The last number of
 * the range may be the highest there is, 0xffffffff. The door to the kernel is `call` of '#kernel/libc':
 *
 *     call('close_range', [from, to, flags]);
 *
 * See: close_range(2); FD_CLOEXEC in fcntl(2).
 */
export function closeOnExec(_first = 3): void {
	throw new Error('write me: closeOnExec()');
}

function environmentObject(env: readonly string[]): Record<string, string> {
	return Object.fromEntries(
		env.map(entry => {
			const equals = entry.indexOf('=');
			return equals < 0 ? [entry, ''] : [entry.slice(0, equals), entry.slice(equals + 1)];
		}),
	);
}
