/**
 * The machine's clock.
 *
 * Source: clock_settime(2).
 * @module
 */
import {KernelName} from '#kernel/error';
import {call} from '#kernel/libc';

const CLOCK_REALTIME = 0;

/**
 * Sets the time of day, for the whole machine: no namespace has one of its own.
 *
 * @param milliseconds since 1970.
 * @throws {KernelError} `EPERM` without CAP_SYS_TIME; `EINVAL` for a time before 1970, or so soon after it that the
 *   machine would have been started before.
 */
export function setClock(milliseconds: number): void {
	const seconds = Math.floor(milliseconds / 1000);
	const nanoseconds = Math.floor((milliseconds - seconds * 1000) * 1e6);
	// struct timespec: two longs.
	const time = new BigInt64Array([BigInt(seconds), BigInt(nanoseconds)]);
	call('clock_settime', [CLOCK_REALTIME, new Uint8Array(time.buffer)], {
		show: () => [new KernelName('CLOCK_REALTIME'), milliseconds],
	});
}
