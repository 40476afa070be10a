/**
 * Attaching: a socket in the container's state directory, by which any process of the user's gets at the container's input,
 * output, terminal size and exit code.
 *
 *     client ── input, size ──▶ watcher ──▶ container
 *            ◀─ output, exit ──
 *
 * A message is a byte for its kind, four for its length (big-endian), and that many bytes.
 * @module
 */
import {openSync} from 'node:fs';
import {connect as connectSocket, createServer, type Server, type Socket} from 'node:net';
import {join} from 'node:path';
import {Writable} from 'node:stream';
import {finished} from 'node:stream/promises';
import {containerState} from '#engine/directories';
import {passOn} from '#engine/pass-on';
import type {TerminalSize} from '#process/pty';

/** What is sent, by its first byte. */
export const messageKind = {stdin: 0, stdout: 1, stderr: 2, resize: 3, exit: 4, stdinEnd: 5} as const;
/** What a message is. */
export type MessageKind = keyof typeof messageKind;

const kindByNumber = Object.keys(messageKind) as readonly MessageKind[];
const HEADER_BYTES = 5;
/** More than any side sends at once: a longer message is nonsense, and ends the connection. */
const longestMessage = 1 << 20;

/** A socket's address has room for 108 bytes, the last of them 0. */
const longestAddress = 107;

/** The socket's path: where that is too long for an address, by way of the directory's descriptor. */
function attachPath(id: string): string {
	const path = join(containerState(id), 'io');
	if (Buffer.byteLength(path) <= longestAddress) return path;
	// Stays open as long as this process: the address leads nowhere without it.
	return `/proc/self/fd/${openSync(containerState(id), 'r')}/io`;
}

/** One message as bytes. */
export function encodeMessage(kind: MessageKind, payload: Uint8Array = new Uint8Array()): Buffer {
	const header = Buffer.alloc(HEADER_BYTES);
	header[0] = messageKind[kind];
	header.writeUInt32BE(payload.length, 1);
	return Buffer.concat([header, payload]);
}

/**
 * Cuts a stream of bytes into messages, however the bytes were cut on the way.
 *
 * @returns a function to feed; it throws on a message that is none.
 */
export function messageDecoder(onMessage: (kind: MessageKind, payload: Buffer) => void): (data: Buffer) => void {
	let pending: Buffer = Buffer.alloc(0);
	return data => {
		pending = pending.length === 0 ? data : Buffer.concat([pending, data]);
		while (pending.length >= HEADER_BYTES) {
			const kind = kindByNumber[pending[0]!];
			const length = pending.readUInt32BE(1);
			if (kind === undefined || length > longestMessage) throw new Error('not a message of this protocol');
			if (pending.length < HEADER_BYTES + length) return;
			onMessage(kind, pending.subarray(HEADER_BYTES, HEADER_BYTES + length));
			pending = pending.subarray(HEADER_BYTES + length);
		}
	};
}

/** What the watcher does with what clients send. */
export interface AttachHandlers {
	/** The way to the container's input. */
	readonly input: Writable | undefined;
	readonly onInputEnd: () => void;
	readonly onResize: (size: TerminalSize) => void;
}

/** The watcher's side. */
export class AttachServer {
	readonly #server: Server;
	readonly #clients = new Set<Socket>();
	readonly #over = Promise.withResolvers<void>();
	#isOver = false;
	/** What is written here goes to all who are attached. They are waited for, as anybody is who reads from a pipe. */
	readonly outputs = {stdout: this.#output('stdout'), stderr: this.#output('stderr')} as const;

	/** @param handlers asked for when somebody has come. */
	constructor(id: string, handlers: () => AttachHandlers) {
		this.#server = createServer(socket => this.#welcome(socket, handlers()));
		this.#server.listen(attachPath(id));
	}

	/** Whether the socket accepts: clients may be told of it. */
	ready(): Promise<void> {
		return new Promise((resolve, reject) => {
			if (this.#server.listening) resolve();
			this.#server.once('listening', resolve).once('error', reject);
		});
	}

	/** The program has ended. What it has left to say is not much, and is kept for those who read slowly, or never. */
	stopWaiting(): void {
		this.#isOver = true;
		this.#over.resolve();
	}

	/** Tells all clients how it ended, behind all output, and closes. */
	async close(exitCode: number): Promise<void> {
		this.stopWaiting();
		await Promise.all(Object.values(this.outputs).map(output => finished(output.end())));
		const message = encodeMessage('exit', Buffer.from(String(exitCode)));
		for (const client of this.#clients) client.end(message);
		this.#server.close();
	}

	#output(kind: 'stdout' | 'stderr'): Writable {
		return new Writable({
			write: (data: Buffer, _encoding, done) => void this.#send(encodeMessage(kind, data)).then(() => done(), done),
		});
	}

	async #send(message: Buffer): Promise<void> {
		const full = [...this.#clients].filter(client => !client.write(message));
		if (!this.#isOver) await Promise.race([this.#over.promise, Promise.all(full.map(roomIn))]);
	}

	#welcome(socket: Socket, {input, onInputEnd, onResize}: AttachHandlers): void {
		this.#clients.add(socket);
		socket.on('close', () => this.#clients.delete(socket));
		socket.on('error', () => socket.destroy());
		const decode = messageDecoder((kind, payload) => {
			// A copy: what is kept until there is room must not change meanwhile.
			if (kind === 'stdin' && input !== undefined) passOn(Buffer.from(payload), socket, input);
			if (kind === 'stdinEnd') onInputEnd();
			if (kind === 'resize') onResize(JSON.parse(payload.toString()) as TerminalSize);
		});
		socket.on('data', data => {
			try {
				decode(data);
			} catch {
				socket.destroy();
			}
		});
	}
}

function roomIn(client: Socket): Promise<void> {
	return new Promise(resolve => {
		client.once('drain', resolve).once('close', resolve);
	});
}

/** A client's connection to a container. */
export interface Attached {
	/** The way to its input. Its end is the input's end. */
	readonly input: Writable;
	readonly resize: (size: TerminalSize) => void;
	/** Leaves the container running. */
	readonly detach: () => void;
	/** Its exit code; undefined if the connection ended before it did. */
	readonly exitCode: Promise<number | undefined>;
}

/**
 * Connects to a container that runs. Its output goes to these streams, and what they don't take yet stays on the way.
 *
 * @throws {Error} `ECONNREFUSED`, `ENOENT` if nobody watches it.
 */
export function attach(id: string, outputs: Readonly<Record<'stdout' | 'stderr', Writable>>): Promise<Attached> {
	return new Promise((resolve, reject) => {
		const socket = connectSocket(attachPath(id));
		const exit = Promise.withResolvers<number | undefined>();
		socket.on(
			'data',
			messageDecoder((kind, payload) => {
				if (kind === 'stdout' || kind === 'stderr') passOn(payload, socket, outputs[kind]);
				if (kind === 'exit') exit.resolve(Number(payload.toString()));
			}),
		);
		socket.once('error', reject);
		socket.once('close', () => exit.resolve(undefined));
		socket.once('connect', () =>
			resolve({
				input: new Writable({
					write: (data: Buffer, _encoding, done) => void socket.write(encodeMessage('stdin', data), done),
					final: done => void socket.write(encodeMessage('stdinEnd'), done),
				}),
				resize: size => void socket.write(encodeMessage('resize', Buffer.from(JSON.stringify(size)))),
				detach: () => socket.destroy(),
				exitCode: exit.promise,
			}),
		);
	});
}
