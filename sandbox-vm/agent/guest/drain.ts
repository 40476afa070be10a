/**
 * Passing a program's output on, to its end, or until nothing more is to be expected.
 *
 * The surprise: a program's end is not its output's. `sleep 600 &` goes on in the background with the same pipe in its hand,
 * and whoever waited for the pipe's end would wait ten minutes for a prompt.
 * @module
 */
import {once} from 'node:events';
import type {Readable, Writable} from 'node:stream';
import {finished} from 'node:stream/promises';

/** What was printed before the end has come by then: it lies in the kernel's buffer. */
const quietMilliseconds = 100;
/** More than that buffer holds: what comes after is printed by somebody else. */
const mostBytesAfterEnd = 2 ** 20;

/** One output and the channel that it goes to. */
export interface Output {
	readonly from: Readable;
	readonly to: Writable;
}

/** Begins to pass an output on. The program waits while the host has no room. Who has the channel hears of its errors. */
export function passOn({from, to}: Output): void {
	// A terminal reports its end as EIO.
	from.on('error', () => from.destroy());
	from.pipe(to, {end: false});
}

/** Settles when all that a program printed has been passed on, after the program's own end. */
export async function drain(outputs: readonly Output[]): Promise<void> {
	await Promise.all(outputs.map(drainOne));
}

async function drainOne({from, to}: Output): Promise<void> {
	const closed = from.closed || from.readableEnded ? Promise.resolve() : once(from, 'close').catch(() => {});
	await Promise.race([closed, quiet(from, to)]);
	from.destroy();
	if (to.destroyed) return;
	to.end();
	await finished(to).catch(() => {});
}

/** Settles when nothing has come for a while, though there was room for it. */
function quiet(from: Readable, to: Writable): Promise<void> {
	return new Promise(resolve => {
		let bytes = 0;
		let timer: NodeJS.Timeout;
		const wait = (): void => {
			clearTimeout(timer);
			timer = setTimeout(() => (to.writableLength > 0 && !to.destroyed ? wait() : resolve()), quietMilliseconds);
		};
		from.on('data', (data: Buffer) => {
			bytes += data.length;
			if (bytes > mostBytesAfterEnd) resolve();
			wait();
		});
		from.once('close', () => clearTimeout(timer));
		wait();
	});
}
