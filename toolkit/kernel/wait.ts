/**
 * Waiting without promises, for what the kernel finishes in its own time: a freeze, a death, a removal.
 * @module
 */

/**
 * Asks again and again until `done` says yes, with pauses that grow from 1 to 20 ms. The thread sleeps in between.
 *
 * @returns whether it said yes within `milliseconds`.
 */
export function waitUntil(done: () => boolean, milliseconds: number): boolean {
	const end = performance.now() + milliseconds;
	for (let pause = 1; !done(); pause = Math.min(pause * 2, 20)) {
		if (performance.now() >= end) return false;
		sleep(pause);
	}
	return true;
}

function sleep(milliseconds: number): void {
	// Nobody ever wakes this word of memory, so waiting for it is a plain sleep.
	Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
