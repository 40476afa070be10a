/**
 * QMP: how QEMU itself is spoken to. One JSON document a line, on a Unix socket.
 *
 *     ◀ {"QMP": {"version": …}}                 the greeting
 *     ▶ {"execute": "qmp_capabilities"}         the only command that it takes first
 *     ▶ {"execute": "stop", "id": 2}
 *     ◀ {"event": "STOP", …}                    comes when it likes, also between a question and its answer
 *     ◀ {"return": {}, "id": 2}
 *
 * The peer is an emulator that a hostile guest may have taken over: lines are bounded, and so is patience.
 *
 * Source: QEMU Machine Protocol Specification.
 * @module
 */
import type {Socket} from 'node:net';
import {createInterface} from 'node:readline';
import {Transform} from 'node:stream';
import {connectSocket} from './socket.ts';

/** What QEMU tells unasked. */
export interface QmpEvent {
	readonly event: string;
	readonly data: Readonly<Record<string, unknown>>;
}

/** A connection to a QEMU process. One can be had at a time. */
export interface Qmp {
	/**
	 * Gives a command, and returns what it returned.
	 *
	 * @throws {Error} what QEMU answered; or that it has gone, or doesn't answer.
	 */
	execute(command: string, args?: Readonly<Record<string, unknown>>): Promise<unknown>;
	/** Calls `listener` for every event. Returns the function that ends this. */
	onEvent(listener: (event: QmpEvent) => void): () => void;
	/** Settles when the connection has ended, also by `close`. */
	readonly closed: Promise<void>;
	close(): void;
}

/** QEMU has ended, or is about to. */
export class QemuGone extends Error {
	override readonly name = 'QemuGone';

	constructor() {
		super('QEMU has ended');
	}
}

/** How long a peer may take, and how much it may say at once. */
export interface QmpBounds {
	readonly answerMilliseconds: number;
	readonly lineBytes: number;
}

/**
 * Opens the socket at `path` and agrees on the protocol.
 *
 * QEMU lets a second client wait without a word: see seat.ts.
 *
 * @throws {Error} `gone`'s reason; or that nobody answers.
 */
export async function connectQmp(path: string, gone?: AbortSignal): Promise<Qmp> {
	return greetQmp(await connectSocket(path, {gone}));
}

/** Agrees on the protocol with whoever is at the socket's other end. */
export async function greetQmp(socket: Socket, bounds: QmpBounds = usualBounds): Promise<Qmp> {
	const connection = new Connection(socket, bounds);
	try {
		await connection.greeted;
		await connection.execute('qmp_capabilities');
		return connection;
	} catch (error) {
		connection.close();
		throw error;
	}
}

const usualBounds: QmpBounds = {answerMilliseconds: 30_000, lineBytes: 1024 * 1024};

interface Waiting {
	readonly command: string;
	readonly resolve: (answer: unknown) => void;
	readonly reject: (error: Error) => void;
}

class Connection implements Qmp {
	readonly closed: Promise<void>;
	readonly greeted: Promise<void>;
	readonly #socket: Socket;
	readonly #bounds: QmpBounds;
	readonly #waiting = new Map<number, Waiting>();
	readonly #listeners = new Set<(event: QmpEvent) => void>();
	#lastId = 0;
	#greet: () => void = () => {};

	constructor(socket: Socket, bounds: QmpBounds) {
		this.#socket = socket;
		this.#bounds = bounds;
		this.greeted = this.#timed('the greeting', (resolve, reject) => {
			this.#greet = () => resolve(undefined);
			this.#waiting.set(0, {command: 'the greeting', resolve, reject});
		}).then(() => undefined);
		this.closed = new Promise(resolve => {
			socket.on('close', () => {
				this.#fail(new QemuGone());
				resolve();
			});
		});
		// Whatever ends a socket, 'close' follows.
		socket.on('error', () => {});
		const bounded = socket.pipe(boundedLines(bounds.lineBytes));
		bounded.on('error', error => this.#give(error));
		const lines = createInterface({input: bounded});
		lines.on('line', line => this.#read(line));
		// It passes on the error of what it reads, which has been heard.
		lines.on('error', () => {});
	}

	execute(command: string, args: Readonly<Record<string, unknown>> = {}): Promise<unknown> {
		return this.#timed(command, (resolve, reject) => {
			const id = ++this.#lastId;
			this.#waiting.set(id, {command, resolve, reject});
			if (this.#socket.destroyed) this.#fail(new QemuGone());
			else this.#socket.write(`${JSON.stringify({execute: command, arguments: args, id})}\n`);
		});
	}

	onEvent(listener: (event: QmpEvent) => void): () => void {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	}

	close(): void {
		this.#socket.destroy();
	}

	#timed(
		command: string,
		start: (resolve: (answer: unknown) => void, reject: (error: Error) => void) => void,
	): Promise<unknown> {
		const {promise, resolve, reject} = Promise.withResolvers<unknown>();
		const seconds = this.#bounds.answerMilliseconds / 1000;
		const impatience = setTimeout(
			() => this.#give(new Error(`QEMU doesn’t answer: ${command} took more than ${seconds} s`)),
			this.#bounds.answerMilliseconds,
		);
		start(resolve, reject);
		return promise.finally(() => clearTimeout(impatience));
	}

	#read(line: string): void {
		const message = parseMessage(line);
		if (message === undefined) {
			this.#give(new Error(`QEMU says what is no QMP: ${line.slice(0, 80)}`));
		} else if ('QMP' in message) {
			this.#waiting.delete(0);
			this.#greet();
		} else if (typeof message.event === 'string') {
			const event = {event: message.event, data: isRecord(message.data) ? message.data : {}};
			for (const listener of this.#listeners) listener(event);
		} else {
			this.#answer(message);
		}
	}

	#answer(message: Readonly<Record<string, unknown>>): void {
		const id = typeof message.id === 'number' ? message.id : -1;
		const waiting = this.#waiting.get(id);
		this.#waiting.delete(id);
		const description = isRecord(message.error) ? message.error.desc : undefined;
		if (waiting === undefined) {
			this.#give(new Error('QEMU answers what it wasn’t asked'));
		} else if ('error' in message) {
			waiting.reject(new Error(`QEMU refuses ${waiting.command}: ${description ?? 'it doesn’t say why'}`));
		} else {
			waiting.resolve(message.return);
		}
	}

	/** Gives a peer up that doesn't keep to the protocol. */
	#give(error: Error): void {
		this.#fail(error);
		this.close();
	}

	#fail(error: Error): void {
		for (const {reject} of this.#waiting.values()) reject(error);
		this.#waiting.clear();
	}
}

/** Passes bytes on, and fails at a line of more than `lineBytes`. */
function boundedLines(lineBytes: number): Transform {
	let length = 0;
	return new Transform({
		transform(chunk: Buffer, _encoding, done) {
			const last = chunk.lastIndexOf(0x0a);
			const first = chunk.indexOf(0x0a);
			const longest = first === -1 ? length + chunk.length : Math.max(length + first, chunk.length - first);
			length = last === -1 ? length + chunk.length : chunk.length - last - 1;
			done(longest > lineBytes ? new Error(`QEMU says more than ${lineBytes} bytes in a line`) : null, chunk);
		},
	});
}

function parseMessage(line: string): Readonly<Record<string, unknown>> | undefined {
	try {
		const message: unknown = JSON.parse(line);
		return isRecord(message) ? message : undefined;
	} catch {
		return undefined;
	}
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
