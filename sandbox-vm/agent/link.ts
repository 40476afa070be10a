/**
 * The host's end of the wire: greets the agent, begins calls, and gives each what is said to it.
 *
 *     link ──hello──▶ agent      a new epoch: the agent drops what it did for others
 *     link ◀─welcome─ agent
 *     link ◀──ready── agent      it was killed and has begun anew: what went on is lost, and is told so
 * @module
 */
import type {Duplex} from 'node:stream';
import {setTimeout as sleep} from 'node:timers/promises';
import {ExplainedError} from '#words/explained-error';
import type {Localized} from '#words/language';
import {Call, type Wire} from './call.ts';
import {encodeFrame, type Frame, type FrameKind, mostPayloadBytes, silence} from './frame.ts';
import {FrameReader, WireError} from './frame-reader.ts';
import {
	asAgentNote,
	asOutcome,
	asReady,
	asWelcome,
	decodeMessage,
	encodeMessage,
	type HostNote,
	mostRequestBytes,
	protocolVersion,
	type Request,
} from './messages.ts';

/** A call that the host has begun. */
export interface HostCall {
	/** Its channels. */
	readonly call: Call;
	/** The number of the process that was started for it. */
	readonly started: Promise<number>;
	/** The agent's last word. Rejects with what went wrong, in one line. */
	readonly outcome: Promise<Readonly<Record<string, unknown>>>;
	tell(note: HostNote): void;
	/** The agent shall end it; the outcome still comes. */
	cancel(): void;
}

/** What `connectAgent` passes on. */
export interface LinkOptions {
	readonly lastWords?: Promise<Localized> | undefined;
	readonly keep?: readonly number[] | undefined;
}

interface Pending {
	readonly call: Call;
	readonly started: PromiseWithResolvers<number>;
	readonly outcome: PromiseWithResolvers<Readonly<Record<string, unknown>>>;
}

export class AgentLink implements Wire {
	/** Why it ended; undefined if the host closed it. Never rejects. */
	readonly ended: Promise<Error | undefined>;
	readonly #duplex: Duplex;
	readonly #reader = new FrameReader();
	readonly #end = Promise.withResolvers<Error | undefined>();
	readonly #calls = new Map<number, Pending>();
	#nextCall = 1;
	#greeting = handled(Promise.withResolvers<void>());
	#epoch = newEpoch();
	#isGreeted = false;
	#reason: Error | undefined;
	/** Whether anything has come since the last look at the clock. */
	#hasHeard = false;
	#watch: NodeJS.Timeout | undefined;

	/** Of terminals that are there already, those that the host comes back to. */
	readonly #keep: readonly number[];

	/** @param lastWords why the machine has ended, in one line, for whoever knows a moment after the wire has. */
	constructor(duplex: Duplex, {lastWords, keep = []}: LinkOptions = {}) {
		this.#duplex = duplex;
		this.#keep = keep;
		this.ended = this.#end.promise;
		const gone = async (): Promise<void> => {
			// Whoever closed it knows why.
			if (this.#reason !== undefined) return;
			const words = await Promise.race([lastWords, sleep(lastWordsMilliseconds)]);
			this.close(new ExplainedError(words ?? {en: 'the machine is gone', zh: '机器已经没了'}));
		};
		duplex.on('data', (bytes: Buffer) => this.#receive(bytes));
		duplex.on('error', () => {});
		duplex.on('end', () => void gone());
		duplex.on('close', () => void gone());
		this.#greet();
	}

	get hasEnded(): boolean {
		return this.#reason !== undefined;
	}

	/** Settles when the agent has answered; rejects with the reason if it never will. */
	get greeted(): Promise<void> {
		return this.#greeting.promise;
	}

	/** Begins a call. @throws {Error} the reason, if the wire has ended. */
	async begin(request: Request): Promise<HostCall> {
		while (!this.#isGreeted && this.#reason === undefined) await this.greeted;
		if (this.#reason !== undefined) throw this.#reason;
		const id = this.#nextCall++;
		const call = new Call(id, this);
		const started = handled(Promise.withResolvers<number>());
		const outcome = handled(Promise.withResolvers<Readonly<Record<string, unknown>>>());
		this.#calls.set(id, {call, started, outcome});
		this.#ask(call, request);
		return {
			call,
			started: started.promise,
			outcome: outcome.promise,
			tell: note => call.send('note', encodeMessage(note)),
			cancel: () => call.send('cancel'),
		};
	}

	send(kind: FrameKind, call: number, channel: number, payload?: Uint8Array): void {
		// A call of an epoch before has nobody to talk to.
		if (this.#isGreeted && this.#calls.has(call)) this.#write(encodeFrame(kind, call, channel, payload));
	}

	/**
	 * From now on, an agent that says nothing for `milliseconds`, though it is asked whether it lives, ends the wire.
	 *
	 * The clock is looked at four times in that time, and the looks are counted: a host that slept did not wait.
	 */
	endInSilence(milliseconds: number): void {
		let silentLooks = 0;
		clearInterval(this.#watch);
		this.#watch = setInterval(() => {
			silentLooks = this.#hasHeard ? 0 : silentLooks + 1;
			this.#hasHeard = false;
			if (silentLooks > 4) this.close(silentFor(milliseconds / 1000));
			else if (this.#isGreeted) void this.begin({ask: 'ping'}).catch(() => {});
		}, milliseconds / 4).unref();
	}

	/** Ends it, and all calls with it. */
	close(reason?: Error): void {
		if (this.#reason !== undefined) return;
		clearInterval(this.#watch);
		this.#reason = reason ?? new ExplainedError({en: 'the wire to the machine was closed', zh: '通往机器的连线已关闭'});
		this.#duplex.destroy();
		this.#greeting.reject(this.#reason);
		this.#dropCalls(this.#reason);
		this.#end.resolve(reason);
	}

	#ask(call: Call, request: Request): void {
		const text = encodeMessage(request);
		if (text.length > mostRequestBytes) throw new Error('the command is too long: at most 4 MiB fit');
		for (let at = 0; at < text.length; at += mostPayloadBytes) {
			const goesOn = at + mostPayloadBytes < text.length;
			call.send('open', text.subarray(at, at + mostPayloadBytes), goesOn ? 1 : 0);
		}
	}

	#greet(): void {
		this.#write(silence);
		this.#write(
			encodeFrame('hello', 0, 0, encodeMessage({version: protocolVersion, epoch: this.#epoch, keep: this.#keep})),
		);
	}

	#write(bytes: Uint8Array): void {
		if (this.#reason === undefined) this.#duplex.write(bytes);
	}

	#receive(bytes: Buffer): void {
		if (this.#reason !== undefined) return;
		this.#hasHeard = true;
		try {
			for (const frame of this.#reader.read(bytes)) {
				this.#take(frame);
				if (this.#reason !== undefined) return;
			}
		} catch (error) {
			if (!(error instanceof WireError)) throw error;
			const text = {
				en: `the machine was given up: its agent broke the protocol, ${error.message}`,
				zh: `已放弃这台机器：它的代理违反了协议（${error.message}）`,
			};
			this.close(new ExplainedError(text, {cause: error}));
		}
	}

	#take(frame: Frame): void {
		switch (frame.kind) {
			case 'ready':
				asReady(decodeMessage(frame.payload));
				this.#begunAnew();
				break;
			case 'welcome':
				this.#welcomed(frame);
				break;
			case 'note':
			case 'data':
			case 'end':
			case 'credit':
			case 'close':
				// Before the welcome comes what was meant for somebody before us.
				if (this.#isGreeted) this.#giveToCall(frame);
				break;
			default:
				throw new WireError(`the agent says ${frame.kind}, as only a host does`);
		}
	}

	#begunAnew(): void {
		if (this.#isGreeted) {
			this.#isGreeted = false;
			this.#epoch = newEpoch();
			this.#greeting = handled(Promise.withResolvers<void>());
			this.#dropCalls(
				new ExplainedError({
					en: 'the machine’s agent was ended and has begun anew: what ran through it is lost',
					zh: '机器里的代理被终止后又重新启动：经由它运行的一切都已丢失',
				}),
			);
		}
		this.#greet();
	}

	#welcomed({payload}: Frame): void {
		const {epoch, version} = asWelcome(decodeMessage(payload));
		if (epoch !== this.#epoch) return;
		if (version === protocolVersion) {
			this.#isGreeted = true;
			this.#greeting.resolve();
		} else {
			this.close(
				new ExplainedError({
					en: `the machine’s agent speaks version ${version} of the protocol, and this drydock ${protocolVersion}: make the image anew with drydock vm rebuild`,
					zh: `机器里的代理使用第 ${version} 版协议，而这个 drydock 使用第 ${protocolVersion} 版：请用 drydock vm rebuild 重新制作镜像`,
				}),
			);
		}
	}

	#giveToCall(frame: Frame): void {
		const pending = this.#calls.get(frame.call);
		if (pending === undefined) {
			if (frame.call >= this.#nextCall) throw new WireError('an answer to what was never asked');
			return;
		}
		if (frame.kind === 'note') pending.started.resolve(asAgentNote(decodeMessage(frame.payload)).pid);
		else if (frame.kind === 'close') this.#finish(frame, pending);
		else pending.call.receive(frame);
	}

	#finish({payload}: Frame, {call, started, outcome}: Pending): void {
		const answer = asOutcome(decodeMessage(payload));
		this.#calls.delete(call.id);
		if ('error' in answer) {
			const error = new ExplainedError(answer.error);
			call.destroy(error);
			outcome.reject(error);
			started.reject(error);
		} else {
			call.finish();
			outcome.resolve(answer.result);
			started.reject(new Error('nothing was started'));
		}
	}

	#dropCalls(error: Error): void {
		const dropped = [...this.#calls.values()];
		this.#calls.clear();
		for (const {call, started, outcome} of dropped) {
			call.destroy(error);
			started.reject(error);
			outcome.reject(error);
		}
	}
}

function silentFor(seconds: number): ExplainedError {
	return new ExplainedError({
		en: `the machine has not answered for ${seconds} s`,
		zh: `机器已有 ${seconds} 秒没有应答`,
	});
}

/** How long to wait for the reason why a wire has ended. */
const lastWordsMilliseconds = 1000;

/** A number that no epoch before had, as good as surely. */
function newEpoch(): number {
	return Math.floor(Math.random() * Number.MAX_SAFE_INTEGER);
}

/** Whoever waits for it is told; that nobody does is no failure of its own. */
function handled<T>(resolvers: PromiseWithResolvers<T>): PromiseWithResolvers<T> {
	resolvers.promise.catch(() => {});
	return resolvers;
}
