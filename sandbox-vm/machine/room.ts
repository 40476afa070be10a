/**
 * Whether the host has room: for a machine's memory, and for its files.
 *
 * It is asked before: a guest whose memory is a file on a full disk isn't told so, it is killed by SIGBUS.
 * @module
 */
import {statfsSync} from 'node:fs';
import {isErrno} from '#kernel/error';

/** @throws {Error} one line, if a machine of this size would drive the host out of memory. */
export function requireMemory(memoryBytes: number, freeBytes = process.availableMemory()): void {
	// A guest seldom touches all that it has, and what it shares with its template can be dropped.
	if (freeBytes >= memoryBytes / 2) return;
	throw new Error(
		`a machine of ${mebibytes(memoryBytes)} needs half of that free, and ${mebibytes(freeBytes)} are: end something, or ask for less with --memory`,
	);
}

/** @throws {Error} one line, if a template of this size has no room in `directory`. */
export function requireDisk(directory: string, memoryBytes: number, freeBytes = freeDiskBytes(directory)): void {
	const needed = memoryBytes + spareDiskBytes;
	if (freeBytes >= needed) return;
	throw new Error(
		`a machine’s template needs ${mebibytes(needed)} in ${directory}, and ${mebibytes(freeBytes)} are free: make room, or set DRYDOCK_DATA`,
	);
}

/** An error as one line that says what to do, if it is for want of room; any other as it is. */
export function explainFull(error: unknown, directory: string): unknown {
	if (!isErrno(error, 'ENOSPC', 'EDQUOT')) return error;
	return new Error(`no room is left in ${directory}: remove snapshots or machines, or set DRYDOCK_DATA`, {
		cause: error,
	});
}

/** What may still be written in a directory's file system. */
export function freeDiskBytes(directory: string): number {
	const {bavail, bsize} = statfsSync(directory);
	return bavail * bsize;
}

/** `512 MB`, as people say it; a MB has 2^20 bytes here, as QEMU's and free's have. */
export function mebibytes(bytes: number): string {
	return `${Math.round(bytes / 2 ** 20)} MB`;
}

/** For what the machines write after it. */
const spareDiskBytes = 256 * 2 ** 20;
