/**
 * This process's own standard output and error, for what comes in parts: another program's output, passed on.
 *
 * A pipe takes 64 KiB at a time, and Node keeps the rest until there is room. So whoever relays gives the stream itself to
 * a pipe, which waits for it, and a command's end waits for what is still on its way.
 * @module
 */
import {constants} from 'node:os';
import {isErrno} from '#kernel/error';

/** The exit code of a command that nobody reads any more, as if it had been ended by SIGPIPE. */
export const lostReaderExitCode = 128 + constants.signals.SIGPIPE;

/** Those in use, each with what kept it from being written: Node forgets that. */
const used = new Map<NodeJS.WriteStream, Error | undefined>();

/** Standard output or error. That it can't be written to is told by `allWritten`, not by the end of this process. */
export function standardStream(name: 'stdout' | 'stderr'): NodeJS.WriteStream {
	const stream = process[name];
	if (!used.has(stream)) {
		used.set(stream, undefined);
		stream.on('error', error => used.set(stream, error));
	}
	return stream;
}

/** Whether the reader of one that was used has gone: `| head` has read enough. */
export function lostReader(): boolean {
	return [...used.values()].some(error => isErrno(error, 'EPIPE'));
}

/**
 * Waits until all that was passed on has been written, or can't be since its reader has gone.
 *
 * @throws {Error} what else kept it from being written: `ENOSPC`, `EIO`.
 */
export async function allWritten(): Promise<void> {
	const open = [...used].filter(([, error]) => error === undefined);
	await Promise.all(open.map(([stream]) => new Promise<void>(resolve => stream.write('', () => resolve()))));
	const failure = [...used.values()].find(error => error !== undefined && !isErrno(error, 'EPIPE'));
	if (failure !== undefined) throw failure;
}
