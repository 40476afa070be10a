/**
 * Messages: what travels through a netlink socket.
 *
 *     ┌────────┬──────┬───────┬──────────┬──────┬──────────────┬────────────┐
 *     │ length │ type │ flags │ sequence │ port │ family header│ attributes │
 *     └────────┴──────┴───────┴──────────┴──────┴──────────────┴────────────┘
 *       4        2      2       4          4      by type: ifinfomsg, ifaddrmsg, rtmsg, …
 *
 * Source: netlink(7), include/uapi/linux/netlink.h.
 * @module
 */
import {type Attribute, align, encodeAttributes, view} from '#kernel/netlink/attribute';

export const NLM_F_REQUEST = 0x1;
export const NLM_F_ACK = 0x4;
/** What was dumped changed meanwhile: the dump may lie, and has to be made again. */
export const NLM_F_DUMP_INTR = 0x10;
export const NLM_F_DUMP = 0x300;
/** An error's flags: only the header of the request comes back; words of the kernel follow it. */
export const NLM_F_CAPPED = 0x100;
export const NLM_F_ACK_TLVS = 0x200;
export const NLM_F_EXCL = 0x200;
export const NLM_F_CREATE = 0x400;

export const NLMSG_NOOP = 1;
export const NLMSG_ERROR = 2;
export const NLMSG_DONE = 3;

/** A message to be sent. */
export interface Message {
	readonly type: number;
	readonly flags: number;
	/** The fixed part that the type asks for. */
	readonly header: Uint8Array;
	readonly attributes: readonly Attribute[];
}

/** A message that was received: the payload is the family's header and its attributes. */
export interface ReceivedMessage {
	readonly type: number;
	readonly flags: number;
	readonly sequence: number;
	readonly payload: Buffer;
}

const HEADER_BYTES = 16;

/** Writes a message with its number, by which its replies will be known. */
export function encodeMessage(message: Message, sequence: number): Buffer {
	const attributes = encodeAttributes(message.attributes);
	const header = Buffer.alloc(align(message.header.length));
	header.set(message.header);
	const start = Buffer.alloc(HEADER_BYTES);
	start.writeUInt32LE(HEADER_BYTES + header.length + attributes.length, 0);
	start.writeUInt16LE(message.type, 4);
	start.writeUInt16LE(message.flags, 6);
	start.writeUInt32LE(sequence, 8);
	// The port stays 0: the kernel knows which socket it came from.
	return Buffer.concat([start, header, attributes]);
}

/**
 * Reads the messages of one datagram. A length that doesn't fit into the datagram is refused, not trusted.
 *
 * @throws {Error} for a malformed datagram.
 */
export function decodeMessages(datagram: Uint8Array): readonly ReceivedMessage[] {
	const buffer = view(datagram);
	const messages: ReceivedMessage[] = [];
	let offset = 0;
	while (offset + HEADER_BYTES <= buffer.length) {
		const length = buffer.readUInt32LE(offset);
		if (length < HEADER_BYTES || offset + length > buffer.length) {
			throw new Error(`netlink: a message of ${length} bytes where ${buffer.length - offset} are left`);
		}
		messages.push({
			type: buffer.readUInt16LE(offset + 4),
			flags: buffer.readUInt16LE(offset + 6),
			sequence: buffer.readUInt32LE(offset + 8),
			payload: buffer.subarray(offset + HEADER_BYTES, offset + length),
		});
		offset += align(length);
	}
	return messages;
}
