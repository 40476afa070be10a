/**
 * From a call's beginning and its end to what is told of it.
 * @module
 */
import {errnoName} from '#kernel/errno';
import {KernelName} from '#kernel/error';
import {signalName} from '#kernel/signal';
import {callName, deeds} from './deeds.ts';
import {descriptorCalls} from './descriptors.ts';
import type {AnsweredRequest} from './netlink/requests.ts';
import {interpreterOf} from './programs.ts';
import {linkTarget, type RawCall, type SeenCall} from './raw-call.ts';
import {isTerminal} from './terminal-writer.ts';
import type {FailedCall, TracedCall, TraceListeners} from './traced-call.ts';
import type {Pending, TracedProcess} from './tracee.ts';
import {seeWrite, sending, settled, trafficCalls} from './traffic.ts';

/** The kernel's own answers to itself, ERESTARTSYS and its kin: the call will be made again. */
const FIRST_RESTART = 512;
const LAST_RESTART = 516;

const sendingCalls: ReadonlySet<string> = new Set(['kill', 'tkill', 'tgkill', 'pidfd_send_signal']);

type ProcessEnd = {readonly exitCode: number} | {readonly signal: number};

/** How a call ended. */
export interface Answer {
	readonly result: bigint;
	readonly failed: boolean;
}

/** Tells of calls, of one tracer's processes. */
export class Teller {
	readonly #listeners: TraceListeners;
	readonly #all: boolean;
	/** While the tracer only stays because processes need it, nothing is told. */
	isSilent = false;
	#hasTold = false;
	/** Who is sending a signal now, and who has ended meanwhile: a death is told after its cause. */
	readonly #senders = new Set<TracedProcess>();
	readonly #ended: (() => void)[] = [];

	constructor(listeners: TraceListeners, all: boolean) {
		this.#listeners = listeners;
		this.#all = all;
	}

	/** A call begins. @returns what to remember until its end; undefined if that is of no interest. */
	begin(process: TracedProcess, raw: RawCall): Pending | undefined {
		if (process.isStub === true && raw.name !== 'execve') return undefined;
		if (sendingCalls.has(raw.name)) this.#senders.add(process);
		const watched = trafficCalls.has(raw.name) ? process.files.get(Number(raw.args[0])) : undefined;
		const seen =
			deeds[raw.name]?.see(raw) ??
			(watched === undefined ? undefined : seeWrite(raw, watched)) ??
			(this.#all && watched?.kind !== 'netlink' ? noise(raw) : undefined);
		if (watched !== undefined) return {raw, seen, through: {watched, sent: sending(raw)}};
		return seen !== undefined || descriptorCalls.has(raw.name) ? {raw, seen} : undefined;
	}

	/** The first process, or a shell below it, waits for what somebody will type. */
	idle(process: TracedProcess, raw: RawCall, isFirst: boolean): void {
		if (!this.#hasTold || this.isSilent || !waitsForInput(raw)) return;
		if (!isFirst && !isTerminal(linkTarget(process.pid, 0))) return;
		this.#hasTold = false;
		this.#listeners.onIdle?.();
	}

	/** A call has ended. */
	end(process: TracedProcess, {raw, seen, through}: Pending, {result, failed}: Answer): void {
		const number = Number(result);
		if (failed && -number >= FIRST_RESTART && -number <= LAST_RESTART) return;
		if (raw.name === 'close' && through === undefined) this.#settle(process, Number(raw.args[0]));
		if (!failed && descriptorCalls.has(raw.name)) process.files.follow(raw, number);
		if (!failed && through?.watched.kind === 'netlink') {
			this.#answered(process, settled(raw, through.watched, process.requests, number, through.sent));
		}
		if (seen !== undefined) this.#finished(process, seen, number, failed ? errnoName(-number) : undefined);
		if (sendingCalls.has(raw.name)) this.#doneSending(process);
	}

	/** An execve has succeeded: `process` bears the name of the program that it has become. */
	becameProgram(process: TracedProcess, seen: SeenCall): void {
		process.failedExec = undefined;
		this.#tell(process, {...seen, result: 0});
	}

	/** A process is no more. */
	ended(process: TracedProcess, end: ProcessEnd): void {
		this.#ended.push(() => this.#tellEnd(process, end));
		this.#doneSending(process);
	}

	#doneSending(process: TracedProcess): void {
		this.#senders.delete(process);
		if (this.#senders.size === 0) for (const tellEnd of this.#ended.splice(0)) tellEnd();
	}

	#tellEnd(process: TracedProcess, end: ProcessEnd): void {
		this.#answered(process, process.requests.settle());
		if (process.failedExec !== undefined) this.#publish(process, process.failedExec, {isKnown: true});
		const looks = !process.told;
		if ('exitCode' in end) this.#tell(process, {call: 'exit_group', args: [end.exitCode], result: 0, looks});
		else {
			const name = new KernelName(signalName(end.signal) ?? String(end.signal));
			this.#tell(process, {call: 'killed', args: [name], result: 0});
		}
	}

	#finished(process: TracedProcess, seen: SeenCall, result: number, errno: string | undefined): void {
		const {isUsual = false, looks = isUsual && errno === undefined, ...told} = seen;
		const call = {...told, looks, result: errno === undefined ? result : -1, ...(errno === undefined ? {} : {errno})};
		if (seen.call.startsWith('execve') && errno !== undefined && ['ENOENT', 'ENOTDIR', 'EACCES'].includes(errno)) {
			process.failedExec = {...call, ...missingInterpreter(process.pid, call, errno), errno, ...nameOf(process)};
			// Whether it will be told is not known yet, but only now the process stands where it failed.
			if (!this.isSilent) this.#listeners.onFailure?.(process.failedExec);
		} else this.#tell(process, call);
	}

	/** A netlink socket is closed: what was asked through it is done. */
	#settle(process: TracedProcess, fd: number): void {
		const watched = process.files.get(fd);
		if (watched?.kind === 'netlink') this.#answered(process, process.requests.settle(watched.socket));
	}

	#answered(process: TracedProcess, requests: readonly AnsweredRequest[]): void {
		for (const {call, args, looks, errno} of requests) {
			// What people name is told bare, as ip(8) would write it.
			const shown = args.map((word, index) => (index === 0 ? word : new KernelName(word)));
			this.#tell(process, {
				call,
				args: shown,
				looks: looks && !(errno !== undefined && call.startsWith('RTM_')),
				result: errno ? -1 : 0,
				errno,
			});
		}
	}

	#tell(process: TracedProcess, call: Omit<TracedCall, keyof ProcessName>): void {
		this.#publish(process, {...call, ...nameOf(process)});
	}

	#publish(process: TracedProcess, call: TracedCall, {isKnown = false} = {}): void {
		if (this.isSilent || (call.looks === true && !this.#all)) return;
		const born = !process.told && process.parent !== undefined ? {parent: process.parent} : {};
		process.told = true;
		this.#hasTold = true;
		const told = {...call, ...born};
		if (isFailed(told) && !isKnown) this.#listeners.onFailure?.(told);
		this.#listeners.onCall(told);
	}
}

type ProcessName = Pick<TracedCall, 'pid' | 'number' | 'inside' | 'program'>;

function nameOf({pid, number, inside, program}: TracedProcess): ProcessName {
	return {pid, number, program, ...(inside === undefined ? {} : {inside})};
}

/** The kernel says ENOENT for two things: there is no such file, or it is there and names a program that isn't. */
function missingInterpreter(pid: number, {call, args}: SeenCall, errno: string): Pick<TracedCall, 'interpreter'> {
	const path = args[call === 'execve' ? 0 : 1];
	if (errno !== 'ENOENT' || typeof path !== 'string') return {};
	const interpreter = interpreterOf(pid, path);
	return interpreter === undefined ? {} : {interpreter};
}

/** Reading from descriptor 0, or waiting for it alone, as line editors do. */
function waitsForInput({name, args}: RawCall): boolean {
	return (name === 'read' && args[0] === 0n) || (/^p?select6?$/.test(name) && args[0] === 1n);
}

/** A call of no interest, as its registers have it: small numbers as such, addresses in hexadecimal. */
function noise(raw: RawCall): SeenCall {
	const args = raw.args.map(value => {
		const signed = BigInt.asIntN(32, value);
		return value < 0x1_0000_0000n ? Number(signed) : new KernelName(`0x${value.toString(16)}`);
	});
	return {call: raw.name, args, looks: true, isRaw: true};
}

function isFailed(call: TracedCall): call is FailedCall {
	return call.errno !== undefined;
}

/** The raw form of a call that a thread stands at. */
export function rawCall(tid: number, pid: number, number: number, args: readonly bigint[]): RawCall {
	return {name: callName(number) ?? `call ${number}`, args, pid, tid};
}
