/**
 * The kernel's files: /proc, /sys and the cgroup file systems, where a write is a call in all but name.
 *
 * They go through here so that a trace tells them like other calls.
 *
 * Sources: proc(5), cgroups(7).
 * @module
 */
import {closeSync, constants, openSync, readFileSync, writeSync} from 'node:fs';
import {KernelError} from '#kernel/error';
import {publishCall} from '#kernel/trace';

/**
 * Writes `text` to an existing file of the kernel's, in one write(2): the kernel reads a value from one call.
 *
 * @throws {KernelError} with what open(2) or write(2) answered: `ENOENT` where the kernel lacks the file, `EINVAL` for
 *   a value it doesn't take, `EBUSY` where the object is in use.
 */
export function writeKernelFile(path: string, text: string): void {
	attempt('write', path, [text], () => {
		// O_NOFOLLOW: none of the kernel's files that we write is a link, so a link is a trick.
		const fd = openSync(path, constants.O_WRONLY | constants.O_NOFOLLOW);
		try {
			return writeSync(fd, text);
		} finally {
			closeSync(fd);
		}
	});
}

/**
 * Reads a file of the kernel's whole.
 *
 * @throws {KernelError} with what open(2) or read(2) answered: `ENOENT`, `ESRCH` for a process that has gone.
 */
export function readKernelFile(path: string): string {
	// Not published: looking changes nothing, and observe looks at thousands of files.
	try {
		return readFileSync(path, 'utf8');
	} catch (error) {
		throw asKernelError('read', [path], error);
	}
}

/** Node's error of a file call as a `KernelError`; anything else as it is. */
export function asKernelError(call: string, args: readonly unknown[], error: unknown): unknown {
	if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return error;
	return new KernelError(call, args, error.code, {cause: error});
}

function attempt(call: string, path: string, rest: readonly unknown[], run: () => number): void {
	const args = [path, ...rest];
	try {
		publishCall({call, args, result: run()});
	} catch (error) {
		const failure = asKernelError(call, args, error);
		if (failure instanceof KernelError) publishCall({call, args, result: -1, errno: failure.errno});
		throw failure;
	}
}
