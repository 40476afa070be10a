/**
 * Typing: bytes into a terminal's master end, as far as there is room.
 *
 * The surprise: Node's stream for terminals reads without waiting, and writes with. A program that doesn't read what is
 * typed, as `sleep` on a terminal in raw mode, would stop everything here once the kernel's 4 KiB are full.
 *
 * Source: fcntl(2), pty(7).
 * @module
 */
import {constants, writeSync} from 'node:fs';
import {Writable} from 'node:stream';
import {flagNames, isErrno, KernelName} from '#kernel/error';
import {call} from '#kernel/libc';

const F_SETFL = 4;
/** Nobody tells when there is room again. What is typed by hand never waits. */
const tryAgainMilliseconds = 10;

/** A stream to the terminal at `master`, which whoever opened it closes. */
export function keyboardOf(master: number): Writable {
	const flags = constants.O_RDWR | constants.O_NONBLOCK;
	call('fcntl', [master, F_SETFL, flags], {
		show: () => [master, new KernelName('F_SETFL'), flagNames(flags, {O_RDWR: 2, O_NONBLOCK: constants.O_NONBLOCK})],
	});
	const keyboard: Writable = new Writable({
		write: (keys: Buffer, _encoding, done) => type(keys, done),
	});
	const type = (keys: Buffer, done: (error?: Error) => void): void => {
		// Once it is closed, the number may be another file's.
		const rest = keyboard.destroyed ? none : keys.subarray(typeSome(master, keys));
		if (rest.length === 0) done();
		else setTimeout(type, tryAgainMilliseconds, rest, done);
	};
	return keyboard;
}

const none = Buffer.alloc(0);

/** How many of the bytes there was room for. */
function typeSome(master: number, keys: Buffer): number {
	try {
		return writeSync(master, keys);
	} catch (error) {
		// EIO: nobody has the other end open any more, so nobody will read it.
		return isErrno(error, 'EAGAIN') ? 0 : keys.length;
	}
}
