/**
 * A call: one conversation on the wire, with up to three channels of bytes. Both sides have one of these for it.
 *
 *     exec     host                       agent
 *              outgoing(0) ══════════════▶ incoming(0)   what the program reads
 *              incoming(1) ◀══════════════ outgoing(1)   what it prints
 *              incoming(2) ◀══════════════ outgoing(2)   what it complains about
 *
 * The surprise: a wire that many share must never wait for one of them, or a program that doesn't read would stop all others.
 * So nothing is sent that the other side has no room for: each channel begins with a credit of bytes, and gets more
 * when what was sent has been used.
 * @module
 */
import {Readable, Writable} from 'node:stream';
import type {Frame, FrameKind} from './frame.ts';
import {mostPayloadBytes} from './frame.ts';
import {WireError} from './frame-reader.ts';

/** Where frames go. */
export interface Wire {
	send(kind: FrameKind, call: number, channel: number, payload?: Uint8Array): void;
}

/** What one channel may have on its way: enough to keep the wire busy, few enough to be held for hundreds of calls. */
export const windowBytes = 131_072;

/** The channels of a call. */
const channels = 3;

export class Call {
	readonly id: number;
	readonly #wire: Wire;
	readonly #incoming = new Map<number, Incoming>();
	readonly #outgoing = new Map<number, Outgoing>();
	/** What whoever asks for a channel is told once the call is over. */
	#over: Error | undefined;

	constructor(id: number, wire: Wire) {
		this.id = id;
		this.#wire = wire;
	}

	/** The end of a channel that bytes come out of. */
	incoming(channel: number): Readable {
		return this.#incomingOf(channel);
	}

	/** The end of a channel that bytes go into. */
	outgoing(channel: number): Writable {
		return this.#outgoingOf(channel);
	}

	send(kind: 'open' | 'note' | 'close' | 'cancel', payload?: Uint8Array, channel = 0): void {
		this.#wire.send(kind, this.id, channel, payload);
	}

	/** @throws {WireError} if the frame oversteps what was agreed. */
	receive({kind, channel, payload}: Frame): void {
		if (channel >= channels) throw new WireError(`channel ${channel} of a call`);
		if (kind === 'data') this.#incomingOf(channel).receive(payload);
		if (kind === 'end') this.#incomingOf(channel).end();
		if (kind === 'credit') this.#outgoingOf(channel).grant(payload);
	}

	/** Drops what is under way. Whoever waits for a channel gets `error`. */
	destroy(error = new Error('the call was given up')): void {
		this.#over = error;
		for (const stream of [...this.#incoming.values(), ...this.#outgoing.values()]) drop(stream, error);
	}

	/** After the agent’s last word: what came whole can still be read, and nothing more comes. */
	finish(): void {
		this.#over = new WireError('the end of a channel is missing');
		for (const stream of this.#outgoing.values()) drop(stream);
		for (const stream of this.#incoming.values()) if (!stream.isWhole) drop(stream, this.#over);
	}

	#incomingOf(channel: number): Incoming {
		const known = this.#incoming.get(channel);
		if (known !== undefined) return known;
		const made = new Incoming(this.id, channel, this.#wire);
		this.#incoming.set(channel, made);
		if (this.#over !== undefined) drop(made, this.#over);
		return made;
	}

	#outgoingOf(channel: number): Outgoing {
		const known = this.#outgoing.get(channel);
		if (known !== undefined) return known;
		const made = new Outgoing(this.id, channel, this.#wire);
		this.#outgoing.set(channel, made);
		if (this.#over !== undefined) drop(made, this.#over);
		return made;
	}
}

class Incoming extends Readable {
	/** What the other side may still send. */
	#creditBytes = windowBytes;
	#ended = false;
	readonly #giveCredit: (bytes: number) => void;

	constructor(call: number, channel: number, wire: Wire) {
		super({highWaterMark: windowBytes / 2});
		this.#giveCredit = bytes => wire.send('credit', call, channel, fourBytes(bytes));
	}

	/** Whether all that was sent has come. */
	get isWhole(): boolean {
		return this.#ended;
	}

	receive(bytes: Uint8Array): void {
		if (this.#ended) throw new WireError('more of a channel after its end');
		this.#creditBytes -= bytes.length;
		if (this.#creditBytes < 0) throw new WireError('more of a channel than was asked for');
		if (bytes.length > 0 && !this.destroyed) this.push(bytes);
	}

	end(): void {
		if (this.#ended) throw new WireError('a second end of a channel');
		this.#ended = true;
		if (!this.destroyed) this.push(null);
	}

	/** All that is used is taken out by this, or goes by it and is followed by it. */
	override read(size?: number): Buffer | null {
		const bytes = super.read(size);
		const usedBytes = windowBytes - this.#creditBytes - this.readableLength;
		// Not for every few bytes: that would be a frame back for each that comes.
		if (usedBytes >= windowBytes / 4 && !this.#ended) {
			this.#creditBytes += usedBytes;
			this.#giveCredit(usedBytes);
		}
		return bytes;
	}

	/** Nothing to fetch: bytes come when they come. */
	override _read(): void {}
}

class Outgoing extends Writable {
	#creditBytes = windowBytes;
	#waiting: {readonly rest: Uint8Array; readonly done: () => void} | undefined;
	readonly #send: (kind: 'data' | 'end', bytes?: Uint8Array) => void;

	constructor(call: number, channel: number, wire: Wire) {
		super();
		this.#send = (kind, bytes) => wire.send(kind, call, channel, bytes);
	}

	grant(payload: Uint8Array): void {
		if (payload.length !== 4) throw new WireError('a credit that is no number');
		this.#creditBytes += Buffer.from(payload).readUInt32BE();
		if (this.#creditBytes > windowBytes) throw new WireError('more credit than there is room');
		this.#flow();
	}

	override _write(chunk: Uint8Array, _encoding: string, done: () => void): void {
		this.#waiting = {rest: chunk, done};
		this.#flow();
	}

	override _final(done: () => void): void {
		this.#send('end');
		done();
	}

	#flow(): void {
		while (this.#waiting !== undefined && !this.destroyed) {
			const {rest, done} = this.#waiting;
			const bytes = Math.min(rest.length, mostPayloadBytes, this.#creditBytes);
			if (rest.length > 0 && bytes === 0) return;
			if (bytes > 0) this.#send('data', rest.subarray(0, bytes));
			this.#creditBytes -= bytes;
			this.#waiting = bytes < rest.length ? {rest: rest.subarray(bytes), done} : undefined;
			if (this.#waiting === undefined) done();
		}
	}
}

function fourBytes(number: number): Buffer {
	const bytes = Buffer.alloc(4);
	bytes.writeUInt32BE(number);
	return bytes;
}

function drop(stream: Readable | Writable, error?: Error): void {
	// An error that nobody listens for would end the program.
	stream.on('error', () => {});
	stream.destroy(error);
}
