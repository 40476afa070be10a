/**
 * What a tracer knows of those whom it traces: threads stop, processes are told of.
 * @module
 */
import {readdirSync, readFileSync} from 'node:fs';
import {tolerate} from '#kernel/error';
import {Descriptors, type Watched} from './descriptors.ts';
import type {Injection} from './injection.ts';
import {NetlinkRequests} from './netlink/requests.ts';
import type {RawCall, SeenCall} from './raw-call.ts';
import type {FailedCall} from './traced-call.ts';

/** A call that has begun. */
export interface Pending {
	readonly raw: RawCall;
	/** Set if it is told at its end. */
	readonly seen?: SeenCall | undefined;
	/** The descriptor that it goes through, if that is watched, and what it sends. */
	readonly through?: {readonly watched: Watched; readonly sent: Uint8Array} | undefined;
}

/** A traced process: one or more threads. */
export interface TracedProcess {
	readonly pid: number;
	/** Its number in the PID namespace of the first process that is traced. */
	readonly number: number;
	/** Its number in its own PID namespace, if that is another one. */
	readonly inside?: number | undefined;
	/** Who bore it while being traced, by that numbering; told with its first call. */
	parent?: number | undefined;
	program: string;
	readonly threads: Set<number>;
	files: Descriptors;
	readonly requests: NetlinkRequests;
	/** Whether it runs under our filter, for ever. */
	filtered: boolean;
	/** Whether each of its calls stops: it has a filter of its own, that ours must not hide behind. */
	ownFilter: boolean;
	/** Whether it has another ABI: its calls are not told. */
	foreign: boolean;
	/** Whether it is still a program of ours, which will become the command. */
	isStub?: boolean;
	/** Whether anything was told of it. */
	told: boolean;
	/** A search along PATH fails at each directory but one: only if all failed the last is told. */
	failedExec?: FailedCall | undefined;
}

/** A traced thread. */
export interface Tracee {
	readonly tid: number;
	process: TracedProcess;
	phase: {readonly at: 'running'} | {readonly at: 'execed'} | {readonly at: 'injecting'; readonly injection: Injection};
	/** What its next stop at a call must be, if that is known: asking takes time. */
	expects?: 'entry' | 'exit' | undefined;
	/** Whether it looks up so many names that it doesn't stop at calls for a while. */
	runsUnseen?: boolean;
	/** Whether it was last resumed to stop at calls. */
	until?: 'event' | 'call' | undefined;
	pending?: Pending | undefined;
}

/** A process at first sight. */
export function newProcess(pid: number, number: number, program: string, inside?: number): TracedProcess {
	const files = new Descriptors();
	files.review(pid);
	return {
		pid,
		number,
		inside,
		program,
		threads: new Set(),
		files,
		requests: new NetlinkRequests(),
		filtered: false,
		ownFilter: false,
		foreign: false,
		told: false,
	};
}

/** A process that another has born: a copy of it. */
export function childOf(parent: TracedProcess, pid: number, number: number, inside?: number): TracedProcess {
	return {
		...parent,
		pid,
		number,
		inside,
		parent: parent.number,
		threads: new Set(),
		files: parent.files.copy(),
		requests: new NetlinkRequests(),
		told: false,
		failedExec: undefined,
	};
}

/** Whether each of its calls is of interest: a program under the filter stops at those that are. */
export function stopsAtCalls({process, pending, phase, runsUnseen}: Tracee): boolean {
	if (process.foreign) return false;
	if (pending !== undefined || phase.at !== 'running' || process.files.areWatched) return true;
	return (!process.filtered || process.ownFilter) && runsUnseen !== true;
}

/** The threads that a process has now. @throws {Error} `ENOENT` if it has ended. */
export function threadsOf(pid: number): readonly number[] {
	return readdirSync(`/proc/${pid}/task`).map(Number);
}

/** Which process a thread belongs to, that one's parent, and its numbers: outermost first. */
export interface Kin {
	readonly pid: number;
	readonly parent: number;
	readonly numbers: readonly number[];
}

/** What /proc tells of a thread's process; of one that has gone, only its number is left. */
export function kinOf(tid: number): Kin {
	const status = tolerate(['ENOENT', 'ESRCH'], () => readFileSync(`/proc/${tid}/status`, 'utf8')) ?? '';
	const field = (name: string): readonly number[] =>
		(new RegExp(`^${name}:(.*)$`, 'm').exec(status)?.[1] ?? '').split('\t').filter(Boolean).map(Number);
	const [pid = tid] = field('Tgid');
	return {pid, parent: field('PPid')[0] ?? 0, numbers: field('NStgid')};
}
