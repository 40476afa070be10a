/**
 * Reading a channel to its end, no further than there is a reason to.
 * @module
 */
import type {Readable} from 'node:stream';

/** @throws {Error} `complaint`, when there is more than `mostBytes`. The channel is destroyed then. */
export async function collect(channel: Readable, mostBytes: number, complaint: string): Promise<Buffer> {
	const parts: Buffer[] = [];
	let bytes = 0;
	for await (const part of channel as AsyncIterable<Buffer>) {
		bytes += part.length;
		if (bytes > mostBytes) throw new Error(complaint);
		parts.push(part);
	}
	return Buffer.concat(parts);
}
