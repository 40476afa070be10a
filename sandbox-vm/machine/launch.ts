/**
 * Starts a QEMU process and gets to speak to it.
 *
 *     setpriv --pdeathsig KILL qemu …     tied: the kernel ends it with the program that started it
 *     qemu …                              not tied: it stays when this program ends
 *
 * Both get a session of their own, so that Ctrl-C at the terminal is nothing to them.
 *
 * The surprise: "the parent's death" is the death of the *thread* that forked. libuv forks in the thread that calls
 * spawn, so a machine that was started in a worker would end with the worker.
 *
 * Source: prctl(2) on PR_SET_PDEATHSIG, setpriv(1).
 * @module
 */
import {type ChildProcess, spawn} from 'node:child_process';
import {ExplainedError} from '#words/explained-error';
import {qmpSocket} from './blueprint.ts';
import {connectQmp, type Qmp} from './qmp.ts';
import {withSmallPages} from './small-pages.ts';

export interface LaunchOptions {
	readonly path: string;
	readonly args: readonly string[];
	readonly directory: string;
	/** This program's place at it. */
	readonly seat: number;
	readonly tied: boolean;
	/** Descriptors that it gets as 3, 4, … */
	readonly inherit: readonly (number | 'ignore')[];
}

/** A QEMU process that answers. */
export interface Launched {
	readonly child: ChildProcess;
	readonly pid: number;
	readonly qmp: Qmp;
	/** Aborted, with what QEMU said last, when it has ended. */
	readonly gone: AbortSignal;
}

/**
 * Starts QEMU.
 *
 * @throws {Error} one line with what QEMU complained of.
 */
export async function launchQemu({path, args, directory, seat, tied, inherit}: LaunchOptions): Promise<Launched> {
	const [program = path, ...rest] = [...(tied ? ['setpriv', '--pdeathsig', 'KILL', path] : [path]), ...args];
	const child = withSmallPages(() =>
		spawn(program, rest, {stdio: ['ignore', 'ignore', 'pipe', ...inherit], detached: true}),
	);
	const gone = noticeEnd(child);
	// What keeps this program is the conversation with QEMU, which `leave` ends.
	child.unref();
	try {
		const qmp = await connectQmp(qmpSocket(directory, seat), gone);
		return {child, pid: child.pid!, qmp, gone};
	} catch (error) {
		child.kill('SIGKILL');
		throw error;
	}
}

/** Waits for the end of a process that is known to be ending. */
export async function awaitExit(child: ChildProcess): Promise<void> {
	if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
	child.ref();
	await new Promise(resolve => child.once('exit', resolve));
}

/** The last words are kept, and no more: a guest may make QEMU complain for ever. */
const mostWords = 4096;

function noticeEnd(child: ChildProcess): AbortSignal {
	const gone = new AbortController();
	let words = '';
	child.stderr?.on('data', (data: Buffer) => {
		words = (words + data.toString()).slice(-mostWords);
	});
	(child.stderr as unknown as {unref(): void} | null)?.unref();
	child.on('error', error => gone.abort(new Error(whyNotStarted(error))));
	child.on('exit', (code, signal) => {
		// What it wrote last may come after its end.
		setImmediate(() => {
			const last = words.trim().split('\n').at(-1) || `it ended with ${signal ?? code}`;
			gone.abort(qemuEnded(last.replace(/^qemu-system-\S+: /, '')));
		});
	});
	return gone.signal;
}

function qemuEnded(last: string): Error {
	return new ExplainedError({en: `QEMU has ended: ${last}`, zh: `QEMU 已结束：${last}`});
}

function whyNotStarted(error: NodeJS.ErrnoException): string {
	return error.code === 'ENOENT'
		? 'QEMU is started by setpriv, which is missing: apt-get install util-linux'
		: `QEMU can’t be started: ${error.message}`;
}
