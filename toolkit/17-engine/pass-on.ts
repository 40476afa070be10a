/**
 * Passing bytes on by hand, where a pipe can't: they are looked at on the way, or come out of messages.
 * @module
 */
import type {Readable, Writable} from 'node:stream';

/** Writes what has come from `source`, which stands still until there is room for more. */
export function passOn(data: Uint8Array, source: Readable, output: Writable): void {
	if (output.write(data) || source.isPaused()) return;
	source.pause();
	output.once('drain', () => source.resume());
}
