/**
 * The kernel's random pool: two copies of one machine would draw the same numbers from it, until something else is stirred in.
 *
 * Source: random(4).
 * @module
 */
import {closeSync, constants, openSync} from 'node:fs';
import {KernelName} from '#kernel/error';
import {call} from '#kernel/libc';

const RNDADDENTROPY = 0x40085203;
const RNDRESEEDCRNG = 0x5207;
/** The kernel takes no more at once. */
const mostBytes = 4096;

/**
 * Stirs bytes into the pool, counts them as random, and has all numbers drawn from now on depend on them.
 *
 * @param bytes at most 4096, which nobody could guess.
 * @throws {KernelError} `EPERM` without CAP_SYS_ADMIN.
 */
export function stirRandomPool(bytes: Uint8Array): void {
	if (bytes.length > mostBytes) throw new RangeError(`${bytes.length} bytes of randomness: give at most ${mostBytes}`);
	// struct rand_pool_info: how many bits of it are random, how many bytes follow, and these.
	const info = Buffer.alloc(8 + bytes.length);
	info.writeInt32LE(bytes.length * 8, 0);
	info.writeInt32LE(bytes.length, 4);
	info.set(bytes, 8);
	const fd = openSync('/dev/urandom', constants.O_WRONLY);
	try {
		call('ioctl', [fd, RNDADDENTROPY, info], {show: () => [fd, new KernelName('RNDADDENTROPY'), bytes]});
		call('ioctl', [fd, RNDRESEEDCRNG, 0], {show: () => [fd, new KernelName('RNDRESEEDCRNG'), 0]});
	} finally {
		closeSync(fd);
	}
}
