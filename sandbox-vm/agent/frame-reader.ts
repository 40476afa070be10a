/**
 * Reads frames out of a stream of bytes, whatever the stream is cut into, and finds its way back in after a tear.
 *
 *     lost ──(zeros, more than any frame has)──▶ found ──(a frame that ends in zero)──▶ lost
 *
 * A reader begins lost: bytes that were meant for somebody before it may still be on their way.
 * @module
 */
import {endMark, type Frame, type FrameKind, headerBytes, kinds, mostFrameBytes, mostPayloadBytes} from './frame.ts';

/** The other side doesn't keep to the protocol. */
export class WireError extends Error {
	override readonly name = 'WireError';
}

/** More than a machine can have had on its way when it was stopped: QEMU's queue holds 4 MiB. */
const mostLostBytes = 16 * 2 ** 20;
/** Several in a row may begin anew and die; this many don't. */
const mostSilenceBytes = 64 * mostFrameBytes;

export class FrameReader {
	/** Zeros seen in a row while lost; undefined once found. */
	#zeros: number | undefined = 0;
	/** Bytes since the last frame that said nothing. */
	#idleBytes = 0;
	/** The beginning of a frame, in the pieces it came in. */
	#rest: Uint8Array[] = [];
	#restBytes = 0;
	/** How many bytes there must be before there is anything to see. */
	#neededBytes = 1;

	/**
	 * The frames that these bytes complete.
	 *
	 * @throws {WireError} if no frame looks like this. Nothing can be read after that.
	 */
	*read(bytes: Uint8Array): Generator<Frame> {
		this.#restBytes += bytes.length;
		// A copy: the bytes belong to whoever read them, who may reuse them.
		this.#rest.push(this.#restBytes < this.#neededBytes ? Buffer.from(bytes) : bytes);
		if (this.#restBytes < this.#neededBytes) return;
		let buffer: Buffer = Buffer.concat(this.#rest);
		for (;;) {
			buffer = this.#zeros === undefined ? this.#skipSilence(buffer) : this.#findWay(buffer);
			this.#neededBytes = neededBytes(buffer);
			if (buffer.length < this.#neededBytes) break;
			const size = this.#neededBytes;
			const mark = buffer[size - 1];
			if (mark === endMark) {
				yield decode(buffer.subarray(0, size));
				this.#idleBytes = 0;
			} else if (mark === 0) {
				this.#zeros = 0;
			} else {
				throw new WireError(`a frame ends in ${mark}`);
			}
			buffer = buffer.subarray(size);
		}
		this.#rest = [buffer];
		this.#restBytes = buffer.length;
	}

	#skipSilence(buffer: Buffer): Buffer {
		const zeros = zerosFrom(buffer, 0);
		this.#idle(zeros, mostSilenceBytes, 'is silent for ever');
		return buffer.subarray(zeros);
	}

	/** Drops bytes up to the end of a run of zeros that is longer than any frame. */
	#findWay(buffer: Buffer): Buffer {
		this.#idle(buffer.length, mostLostBytes, 'never begins a frame');
		for (let at = 0; at < buffer.length; ) {
			const zeros = zerosFrom(buffer, at);
			at += zeros;
			this.#zeros = (this.#zeros ?? 0) + zeros;
			if (at === buffer.length) break;
			if (this.#zeros > mostFrameBytes) {
				this.#zeros = undefined;
				return buffer.subarray(at);
			}
			this.#zeros = 0;
			const next = buffer.indexOf(0, at);
			at = next === -1 ? buffer.length : next;
		}
		return buffer.subarray(buffer.length);
	}

	#idle(bytes: number, most: number, complaint: string): void {
		this.#idleBytes += bytes;
		if (this.#idleBytes > most) throw new WireError(complaint);
	}
}

/** The size of the frame that begins here, or of its header, if that isn't whole. */
function neededBytes(buffer: Buffer): number {
	if (buffer.length === 0) return 1;
	if (kindNames.get(buffer[0]!) === undefined) throw new WireError(`a frame of kind ${buffer[0]}`);
	if (buffer.length < headerBytes) return headerBytes;
	const length = buffer.readUInt16BE(6);
	if (length > mostPayloadBytes) throw new WireError(`a frame of ${length} bytes`);
	return headerBytes + length + 1;
}

function decode(frame: Buffer): Frame {
	return {
		kind: kindNames.get(frame[0]!)!,
		channel: frame[1]!,
		call: frame.readUInt32BE(2),
		// A copy, as above: what is in it may be kept for long.
		payload: new Uint8Array(frame.subarray(headerBytes, -1)),
	};
}

const kindNames: ReadonlyMap<number, FrameKind> = new Map(
	Object.entries(kinds).map(([name, number]) => [number, name as FrameKind]),
);

/** How many zeros stand at `start`. Compared by the thousand, since a silence has many. */
function zerosFrom(buffer: Buffer, start: number): number {
	let at = start;
	while (at + zeros.length <= buffer.length && buffer.compare(zeros, 0, zeros.length, at, at + zeros.length) === 0) {
		at += zeros.length;
	}
	while (at < buffer.length && buffer[at] === 0) at++;
	return at - start;
}

const zeros = Buffer.alloc(1024);
