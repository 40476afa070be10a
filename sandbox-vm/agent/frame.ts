/**
 * Frames: how one wire carries many conversations.
 *
 *     ┌──────┬─────────┬──────┬────────┬──────────┬──────┐
 *     │ kind │ channel │ call │ length │ payload  │ 0xdc │
 *     └──────┴─────────┴──────┴────────┴──────────┴──────┘
 *        1       1        4       2      ≤ 16 KiB     1     bytes, the highest first
 *
 * No kind is 0, and no frame ends in 0: zeros between frames are silence, and a run of zeros that is longer than any
 * frame can mean nothing else. Whoever speaks anew is silent for two frames' length before. Had the other side been
 * waiting for the rest of a frame, the first half of the silence fills that up, to be thrown away; the second half tells it
 * where the next frame begins.
 * @module
 */

/** The kinds of frames, by what they say. */
export const kinds = {
	/** The agent has begun anew: greet it. */
	ready: 1,
	/** The host begins a new epoch. */
	hello: 2,
	/** The agent has forgotten the epochs before. */
	welcome: 3,
	/** A request. On channel 1, a part of one that goes on in the next frame. */
	open: 4,
	/** What one side tells the other meanwhile. */
	note: 5,
	/** Bytes of a channel, and the channel's end. */
	data: 6,
	end: 7,
	/** How many more bytes of a channel may be sent. */
	credit: 8,
	/** How the call went: the agent's last word. */
	close: 9,
	/** The host no longer wants it. */
	cancel: 10,
} as const;

export type FrameKind = keyof typeof kinds;

export interface Frame {
	readonly kind: FrameKind;
	readonly call: number;
	readonly channel: number;
	readonly payload: Uint8Array;
}

export const headerBytes = 8;
export const mostPayloadBytes = 16_384;
export const mostFrameBytes = headerBytes + mostPayloadBytes + 1;
export const endMark = 0xdc;

/** What goes over the wire before the first word. */
export const silence = Buffer.alloc(2 * mostFrameBytes);

const nothing = new Uint8Array(0);

/** @param payload at most `mostPayloadBytes`. */
export function encodeFrame(kind: FrameKind, call = 0, channel = 0, payload: Uint8Array = nothing): Buffer {
	if (payload.length > mostPayloadBytes) throw new RangeError(`a frame of ${payload.length} bytes: at most 16 KiB fit`);
	const frame = Buffer.allocUnsafe(headerBytes + payload.length + 1);
	frame[0] = kinds[kind];
	frame[1] = channel;
	frame.writeUInt32BE(call, 2);
	frame.writeUInt16BE(payload.length, 6);
	frame.set(payload, headerBytes);
	frame[headerBytes + payload.length] = endMark;
	return frame;
}
