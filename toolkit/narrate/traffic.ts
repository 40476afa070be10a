/**
 * What goes through a watched descriptor: values written to the kernel's files, messages to its network.
 *
 * Source: write(2), sendmsg(2), recvmsg(2).
 * @module
 */
import {KernelName} from '#kernel/error';
import type {Watched} from './descriptors.ts';
import type {NetlinkRequests} from './netlink/requests.ts';
import {bytesAt, type RawCall, type SeenCall} from './raw-call.ts';

const MOST_BYTES = 64 * 1024;
const MOST_TEXT_BYTES = 4096;
const MOST_VECTORS = 64;
const readers: ReadonlySet<string> = new Set(['read', 'recvfrom', 'recvmsg']);
const writers: ReadonlySet<string> = new Set(['write', 'pwrite64', 'writev', 'sendto', 'sendmsg']);

/** Calls that carry bytes through a descriptor, which is their first argument. */
export const trafficCalls: ReadonlySet<string> = new Set([...readers, ...writers]);

/** What a call is about to write to a file of the kernel's. */
export function seeWrite(raw: RawCall, watched: Watched): SeenCall | undefined {
	if (watched.kind !== 'file' || !writers.has(raw.name)) return undefined;
	const sent = carried(raw, MOST_TEXT_BYTES);
	// Orders are text; what is none is told by its length.
	const text = sent.includes(0) ? new KernelName(`<${sent.length} bytes>`) : sent.toString();
	return {call: 'write', args: [watched.path, text]};
}

/**
 * What of a process's requests is settled by bytes that were sent or received.
 *
 * @param sent the bytes as they were before the call: the kernel may use their place for an answer.
 */
export function settled(
	raw: RawCall,
	{socket, protocol}: {readonly socket: string; readonly protocol: number},
	requests: NetlinkRequests,
	result: number,
	sent: Uint8Array,
): ReturnType<NetlinkRequests['sent']> {
	return readers.has(raw.name)
		? requests.received(socket, carried(raw, Math.min(result, MOST_BYTES)))
		: requests.sent(socket, protocol, sent);
}

/** The bytes that a call sends; none for one that receives. */
export function sending(raw: RawCall): Uint8Array {
	return writers.has(raw.name) ? carried(raw, MOST_BYTES) : new Uint8Array();
}

/** The bytes that a call carries, at most so many. */
function carried(raw: RawCall, most: number): Buffer {
	switch (raw.name) {
		case 'sendmsg':
		case 'recvmsg':
			return vectored(raw, ...vectorsOf(raw), most);
		case 'writev':
			return vectored(raw, raw.args[1]!, Number(raw.args[2]), most);
		default:
			return part(raw, raw.args[1]!, raw.args[2]!, most);
	}
}

/** Where a struct msghdr has its vectors, and how many they are. */
function vectorsOf(raw: RawCall): [address: bigint, count: number] {
	const header = bytesAt(raw, raw.args[1]!, 32);
	return header === undefined ? [0n, 0] : [header.readBigUInt64LE(16), Number(header.readBigUInt64LE(24))];
}

function vectored(raw: RawCall, address: bigint, count: number, most: number): Buffer {
	const parts: Buffer[] = [];
	let left = most;
	for (let index = 0; index < Math.min(count, MOST_VECTORS) && left > 0; index++) {
		const vector = bytesAt(raw, address + BigInt(index * 16), 16);
		if (vector === undefined) break;
		const read = part(raw, vector.readBigUInt64LE(0), vector.readBigUInt64LE(8), left);
		parts.push(read);
		left -= read.length;
	}
	return Buffer.concat(parts);
}

function part(raw: RawCall, address: bigint, length: bigint, most: number): Buffer {
	const wanted = Number(length < BigInt(most) ? length : BigInt(most));
	return (wanted <= 0 ? undefined : bytesAt(raw, address, wanted)) ?? Buffer.alloc(0);
}
