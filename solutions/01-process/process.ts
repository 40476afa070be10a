/**
 * 01 · Process: the solution. The same module as toolkit/01-process/process.ts, told for somebody who has just written it.
 *
 *     drydock ──clone──▶ child ──execve──▶ sh
 *        │                                  │
 *        ◀──────────── wait ────────────────┘ exit code, or the signal that ended it
 *
 * Sources: execve(2), close_range(2), fcntl(2), wait(2), the exit statuses of sh(1).
 * @module
 */
import {type ChildProcess, type SpawnSyncOptions, spawn, spawnSync} from 'node:child_process';
import {readdirSync} from 'node:fs';
import {isErrno, KernelName, tolerate} from '#kernel/error';
import {call} from '#kernel/libc';
import {type SignalName, signalNumber} from '#kernel/signal';
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
	// Before fork, not after: from here on there is no moment at which a child could have one descriptor too many.
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

/** The exit code that a shell reports: the program's own, or 128 + n if signal n ended it. */
export function shellExitCode({code, signal}: ProcessEnd): number {
	// The kernel tells one of the two, never both: a process that a signal ended never called exit.
	return signal === null ? (code ?? 0) : 128 + signalNumber(signal);
}

/** The exit code that a shell reports when a program can't be started: 127 if it isn't there, 126 if it can't be executed. */
export function startFailureExitCode(error: unknown): number {
	// ENOTDIR is a way of not being there: a part of the path is a file. All the rest is there and can't be executed:
	// EACCES, and ENOEXEC for a file that is no program.
	return isErrno(error, 'ENOENT', 'ENOTDIR') ? 127 : 126;
}

/**
 * Marks every descriptor from `first` on as close-on-exec, so that no program started later inherits it.
 *
 * Node marks what it opens; what Node itself inherited, from a shell or a service, it leaves alone.
 */
export function closeOnExec(first = 3): void {
	// Marked, not closed: we still need ours, until the moment at which a child becomes another program.
	const marked = tolerate(['ENOSYS', 'EINVAL'], () =>
		call('close_range', [first, UINT_MAX, CLOSE_RANGE_CLOEXEC], {
			show: () => [first, new KernelName('UINT_MAX'), new KernelName('CLOSE_RANGE_CLOEXEC')],
		}),
	);
	// Kernels before 5.11 know no such flag: go through the descriptors one by one.
	if (marked === undefined) closeOnExecOneByOne(first);
}

const CLOSE_RANGE_CLOEXEC = 4;
/** The highest number there could be: "all from `first` on". */
const UINT_MAX = 0xffffffff;
const F_SETFD = 2;
const FD_CLOEXEC = 1;

function closeOnExecOneByOne(first: number): void {
	for (const name of readdirSync('/proc/self/fd')) {
		const fd = Number(name);
		// The listing's own descriptor is gone by now: EBADF.
		if (fd >= first) tolerate(['EBADF'], () => call('fcntl', [fd, F_SETFD, FD_CLOEXEC]));
	}
}

function environmentObject(env: readonly string[]): Record<string, string> {
	return Object.fromEntries(
		env.map(entry => {
			const equals = entry.indexOf('=');
			return equals < 0 ? [entry, ''] : [entry.slice(0, equals), entry.slice(equals + 1)];
		}),
	);
}
