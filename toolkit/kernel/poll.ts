/**
 * Asking whether a descriptor is ready, without using it.
 *
 * Source: poll(2).
 * @module
 */
import {isErrno, KernelName} from '#kernel/error';
import {call} from '#kernel/libc';

/** Waits until a descriptor can be read, or the time is over. */
export function canRead(fd: number, milliseconds: number): boolean {
	return (poll(fd, 'POLLIN', milliseconds) & POLLIN) !== 0;
}

/** Waits until something can be written to a descriptor, or a signal comes. */
export function waitForRoom(fd: number): void {
	poll(fd, 'POLLOUT', -1);
}

/** Whether the other end of a pipe or socket is closed, so that nobody will ever read what is written to it. */
export function hasLostReader(fd: number): boolean {
	// What has gone wrong is told unasked: of a pipe as an error, of a socket or a terminal as a hang-up.
	return (poll(fd, undefined, 0) & (POLLERR | POLLHUP)) !== 0;
}

const POLLIN = 1;
const POLLOUT = 4;
const POLLERR = 8;
const POLLHUP = 16;

/** What there is to tell of a descriptor; 0 if nothing, or if a signal came first. */
function poll(fd: number, wanted: 'POLLIN' | 'POLLOUT' | undefined, milliseconds: number): number {
	// A struct pollfd: descriptor, events wanted, events that came.
	const entry = Buffer.alloc(8);
	entry.writeInt32LE(fd, 0);
	entry.writeInt16LE(wanted === undefined ? 0 : wanted === 'POLLIN' ? POLLIN : POLLOUT, 4);
	try {
		call('poll', [entry, 1, milliseconds], {
			show: () => [fd, wanted === undefined ? 0 : new KernelName(wanted), milliseconds],
		});
		return entry.readInt16LE(6);
	} catch (error) {
		if (isErrno(error, 'EINTR')) return 0;
		throw error;
	}
}
