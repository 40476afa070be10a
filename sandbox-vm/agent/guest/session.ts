/**
 * The machine's end of the wire: listens to the host, and has each request done.
 *
 * A restored machine goes on where it was stopped, with calls of a host that is gone. The next host's greeting
 * ends them.
 * @module
 */
import {explanationOf} from '#words/explained-error';
import {Call, type Wire} from '../call.ts';
import {encodeFrame, type Frame, type FrameKind, mostPayloadBytes, silence} from '../frame.ts';
import {FrameReader, WireError} from '../frame-reader.ts';
import {
	type AgentNote,
	decodeMessage,
	encodeMessage,
	type Hello,
	type HostNote,
	mostRequestBytes,
	type Outcome,
	protocolVersion,
	type Request,
} from '../messages.ts';
import type {Port} from './port.ts';
import {Terminals} from './terminals.ts';

/** What the doing of a request is told and may tell. */
export interface Task {
	readonly call: Call;
	/** Those of this wire. */
	readonly terminals: Terminals;
	/** Aborted when nobody wants it done any more. */
	readonly cancelled: AbortSignal;
	tell(note: AgentNote): void;
	/** Ends what goes on for the hosts of all other wires. */
	endOthers(): void;
	onNote(listener: (note: HostNote) => void): void;
}

/** Does a request. What it throws is told to the host in one line. */
export type Do = (request: Request, task: Task) => Promise<Readonly<Record<string, unknown>>>;

interface Running {
	readonly call: Call;
	readonly cancelling: AbortController;
	readonly notes: ((note: HostNote) => void)[];
	/** A request that comes in parts. */
	parts: Uint8Array[] | undefined;
}

/** Listens at a port, for ever if it has no end. Settles when it has, and what went on for its host is being ended. */
export function listen(port: Port, does: Do): Promise<void> {
	const session = new Session(port, does);
	sessions.add(session);
	port.onData(bytes => session.receive(bytes));
	session.beginAnew();
	return new Promise(resolve => {
		port.onEnd(() => {
			session.end();
			sessions.delete(session);
			resolve();
		});
	});
}

/** One for each wire. */
const sessions = new Set<Session>();

class Session implements Wire {
	readonly #port: Port;
	readonly #do: Do;
	readonly #running = new Map<number, Running>();
	readonly #terminals = new Terminals();
	#reader = new FrameReader();
	#epoch: number | undefined;

	constructor(port: Port, does: Do) {
		this.#port = port;
		this.#do = does;
	}

	/** Says that nothing is known here, and that a greeting is needed. */
	beginAnew(): void {
		this.#reader = new FrameReader();
		this.#epoch = undefined;
		this.#forget();
		this.#port.write(silence);
		this.#port.write(encodeFrame('ready', 0, 0, encodeMessage({version: protocolVersion})));
	}

	/** Ends all that goes on. */
	end(): void {
		this.#epoch = undefined;
		this.#terminals.keep([]);
		this.#forget();
	}

	receive(bytes: Uint8Array): void {
		try {
			for (const frame of this.#reader.read(bytes)) this.#take(frame);
		} catch (error) {
			// Bytes were lost, as when the agent before this one was killed. The host will know where to begin.
			if (!(error instanceof WireError)) throw error;
			this.beginAnew();
		}
	}

	send(kind: FrameKind, call: number, channel: number, payload?: Uint8Array): void {
		this.#port.write(encodeFrame(kind, call, channel, payload));
	}

	#take(frame: Frame): void {
		if (frame.kind === 'hello') this.#greeted(decodeMessage(frame.payload) as Hello);
		else if (this.#epoch === undefined) return;
		else if (frame.kind === 'open') this.#open(frame);
		else this.#giveToCall(frame);
	}

	#giveToCall(frame: Frame): void {
		const running = this.#running.get(frame.call);
		// It has ended meanwhile.
		if (running === undefined) return;
		if (frame.kind === 'cancel') cancel(running);
		else if (frame.kind === 'note') tellAll(running.notes, decodeMessage(frame.payload) as HostNote);
		else running.call.receive(frame);
	}

	#greeted({epoch, keep = []}: Hello): void {
		if (epoch !== this.#epoch) {
			this.#terminals.keep(keep);
			this.#forget();
			this.#epoch = epoch;
		}
		this.#port.write(silence);
		this.#port.write(encodeFrame('welcome', 0, 0, encodeMessage({version: protocolVersion, epoch})));
	}

	/** Ends what nobody asks about any more, and what was to be said of it. */
	#forget(): void {
		const forgotten = [...this.#running.values()];
		this.#running.clear();
		this.#port.dropUnsent();
		for (const running of forgotten) cancel(running);
	}

	#open({call: id, channel, payload}: Frame): void {
		const running = this.#running.get(id) ?? this.#begin(id);
		if (running.parts === undefined) throw new WireError('a request that was made already');
		running.parts.push(payload);
		if ((running.parts.length - 1) * mostPayloadBytes > mostRequestBytes)
			throw new WireError('a request without an end');
		if (channel === 1) return;
		const request = decodeMessage(Buffer.concat(running.parts)) as Request;
		running.parts = undefined;
		void this.#run(request, running);
	}

	#begin(id: number): Running {
		// What a forgotten call still has to say is said to nobody.
		const wire: Wire = {
			send: (kind, call, channel, payload) => {
				if (this.#running.get(id) === running) this.send(kind, call, channel, payload);
			},
		};
		const running: Running = {call: new Call(id, wire), cancelling: new AbortController(), notes: [], parts: []};
		this.#running.set(id, running);
		return running;
	}

	async #run(request: Request, running: Running): Promise<void> {
		const {call, cancelling, notes} = running;
		const outcome = await this.#outcomeOf(request, {
			call,
			terminals: this.#terminals,
			cancelled: cancelling.signal,
			tell: note => call.send('note', encodeMessage(note)),
			endOthers: () => {
				for (const session of sessions) if (session !== this) session.end();
			},
			onNote: listener => notes.push(listener),
		});
		call.send('close', encodeMessage(outcome));
		call.finish();
		if (this.#running.get(call.id) === running) this.#running.delete(call.id);
	}

	async #outcomeOf(request: Request, task: Task): Promise<Outcome> {
		try {
			return {result: await this.#do(request, task)};
		} catch (error) {
			const {en, zh} = explanationOf(error);
			return {error: {en: en.slice(0, 1000), zh: zh.slice(0, 1000)}};
		}
	}
}

/** What is under way for a call ends, and its channels with it. */
function cancel({call, cancelling}: Running): void {
	cancelling.abort();
	call.destroy();
}

function tellAll(listeners: readonly ((note: HostNote) => void)[], note: HostNote): void {
	for (const listener of listeners) listener(note);
}
