/**
 * Locks that processes hold on a file, and that the kernel takes back when a process dies, however it dies.
 *
 * A lock belongs to the open file: it ends when the last descriptor of it is closed, also those that children inherited.
 *
 * Source: flock(2).
 * @module
 */
import {closeSync, constants, openSync} from 'node:fs';
import {flagNames, isErrno} from '#kernel/error';
import {call} from '#kernel/libc';

/**
 * Takes the lock on the file at `path`, which is made if need be, unless somebody has it.
 *
 * @returns a descriptor that holds the lock until it is closed; undefined if somebody has it.
 * @throws `ENOENT` if the directory is not there.
 */
export function tryLockFile(path: string): number | undefined {
	const fd = openLockFile(path);
	try {
		lock(fd, LOCK_EX | LOCK_NB);
		return fd;
	} catch (error) {
		closeSync(fd);
		if (isErrno(error, 'EAGAIN')) return undefined;
		throw error;
	}
}

/**
 * Runs `hold` while this process alone holds the lock on the file at `path`, which is made if need be. Waits for
 * another holder.
 *
 * The file stays: whoever removed it would leave two processes with two locks of one name.
 *
 * @throws `ENOENT` if the directory is not there.
 */
export function withLock<T>(path: string, hold: () => T): T {
	const fd = openLockFile(path);
	try {
		lock(fd, LOCK_EX);
		return hold();
	} finally {
		// Closing lets go of the lock.
		closeSync(fd);
	}
}

function openLockFile(path: string): number {
	return openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW, 0o600);
}

function lock(fd: number, operation: number): void {
	call('flock', [fd, operation], {show: () => [fd, flagNames(operation, {LOCK_EX, LOCK_NB})]});
}

const LOCK_EX = 2;
const LOCK_NB = 4;
