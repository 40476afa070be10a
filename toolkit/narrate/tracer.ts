/**
 * The tracer: waits for whoever stops, looks, and lets it go on.
 *
 *     born ─▶ running ─▶ execve ─▶ execed ─(its first call)─▶ injecting ─▶ running under the filter
 *                 ▲                                                              │
 *                 └──────────────── stops at each call ◀── while it gives orders through a descriptor
 *
 * A program under the filter stops only at calls that may be told. A shell that somebody types into has no filter and stops
 * at each of its few calls: it must be able to live on, and to start other tracers.
 *
 * Everything happens between a wait and the next, in one thread: ptrace(2) knows its tracer by its thread.
 *
 * Source: ptrace(2).
 * @module
 */
import {KernelName, tolerate} from '#kernel/error';
import {
	detach,
	eventMessage,
	interrupt,
	listen,
	PTRACE_EVENT_CLONE,
	PTRACE_EVENT_EXEC,
	PTRACE_EVENT_FORK,
	PTRACE_EVENT_SECCOMP,
	PTRACE_EVENT_STOP,
	PTRACE_EVENT_VFORK,
	resume,
	type SyscallInfo,
	seize,
	syscallInfo,
	type TraceStop,
} from '#kernel/ptrace';
import {auditArch, nativeArchitecture} from '#security/syscalls';
import {Family} from './family.ts';
import {setsFilter, stoppingFilter} from './filter.ts';
import {beginInjection, endInjection} from './injection.ts';
import {Lookups} from './lookups.ts';
import {nextStop} from './next-stop.ts';
import {Notices, type PlainNotice} from './notices.ts';
import {type TracerPowers, wouldLosePrivilege} from './powers.ts';
import {calledAs, isTracer, mayStartTracer, programOf} from './programs.ts';
import {rawCall, Teller} from './teller.ts';
import type {TraceEnd, TraceOptions} from './traced-call.ts';
import {stopsAtCalls, type TracedProcess, type Tracee} from './tracee.ts';

const SIGTRAP = 5;
/** How many stops until it is seen whether a signal has come for the tracer itself. */
const STOPS_BETWEEN_TURNS = 256;
/** What a stop costs beside the looking. */
const SWITCH_MILLISECONDS = 0.012;

/** Traces one process and all that it bears. */
export class Tracer {
	readonly #options: TraceOptions;
	readonly #powers: TracerPowers;
	readonly #teller: Teller;
	readonly #seizeOptions: number;
	readonly #family = new Family();
	readonly #lookups = new Lookups();
	readonly #notices: Notices;
	readonly #filter: Uint8Array | undefined;
	#root: number | undefined;
	#stub: string | undefined;
	#end: TraceEnd | undefined;
	#isLeaving = false;

	constructor(options: TraceOptions, powers: TracerPowers, seizeOptions: number) {
		this.#options = options;
		this.#powers = powers;
		this.#seizeOptions = seizeOptions;
		this.#teller = new Teller(options, options.all === true);
		this.#notices = new Notices(options.onNotice);
		this.#filter = options.filter === false || options.all === true ? undefined : stoppingFilter();
	}

	/** Whether the process that it began with has ended. */
	get hasEnded(): boolean {
		return this.#end !== undefined;
	}

	/**
	 * Begins with a process, with these of its threads.
	 *
	 * @param stub set for a child of this process: the argument by which one knows the program that isn't its own yet.
	 * @throws {KernelError} `EPERM` if it may not be traced, `ESRCH`.
	 */
	begin(pid: number, threads: readonly number[], stub?: string): void {
		this.#root = pid;
		this.#stub = stub;
		this.#lookups.areCounted = stub === undefined && this.#filter !== undefined;
		this.#seize(Object.assign(this.#family.begin(pid), {isStub: stub !== undefined}), threads);
	}

	/** Goes on with a process that was there below the first one. @throws {KernelError} see `begin`. */
	join(pid: number, threads: readonly number[]): void {
		this.#seize(this.#family.join(pid), threads);
	}

	#seize(process: TracedProcess, threads: readonly number[]): void {
		for (const tid of threads) {
			seize(tid, this.#seizeOptions);
			this.#family.add(tid, process);
			interrupt(tid);
		}
	}

	/** Waits and looks until nobody is left. `turn` is awaited when a signal has come for the tracer itself. */
	async run(turn: () => Promise<void>): Promise<TraceEnd> {
		const start = performance.now();
		let heldMilliseconds = 0;
		let stops = 0;
		while (this.#family.isThere || this.#isAwaited()) {
			const stop = nextStop();
			if (stop === 'nobody is left') break;
			const stopped = performance.now();
			this.#lookups.renew(stopped);
			if (stop === 'interrupted' || ++stops % STOPS_BETWEEN_TURNS === 0) await turn();
			if (stop === 'interrupted') continue;
			tolerate(['ESRCH'], () => this.#handle(stop));
			heldMilliseconds += performance.now() - stopped + SWITCH_MILLISECONDS;
		}
		this.#options.onCost?.({stops, heldMilliseconds, totalMilliseconds: performance.now() - start});
		return this.#end ?? {detached: true};
	}

	/** Lets everybody go who can live without a tracer, and says no more. Those under the filter are served to their end. */
	leave(): void {
		this.#isLeaving = true;
		this.#teller.isSilent = true;
		this.#notices.isSilent = true;
		for (const {tid} of this.#family.tracees) tolerate(['ESRCH', 'EIO'], () => interrupt(tid));
	}

	/** A command of ours that was let go is no tracee any more, but its end is still ours to see. */
	#isAwaited(): boolean {
		return this.#stub !== undefined && this.#end === undefined;
	}

	#handle(stop: TraceStop): void {
		if (stop.stop === 'ended' || stop.stop === 'killed') this.#ended(stop);
		else this.#stopped(stop, this.#family.get(stop.tid) ?? this.#family.adopt(stop.tid));
	}

	#stopped(stop: Exclude<TraceStop, {readonly stop: 'ended' | 'killed'}>, tracee: Tracee): void {
		const signal = stop.stop === 'signal' ? stop.signal : 0;
		const isNeeded = tracee.process.filtered || tracee.phase.at === 'injecting';
		if (this.#isLeaving && !isNeeded) this.#letGo(tracee, signal);
		else if (stop.stop === 'signal') this.#resume(tracee, signal);
		else if (stop.stop === 'event' && stop.event === PTRACE_EVENT_STOP && stop.signal !== SIGTRAP) listen(stop.tid);
		else {
			const isGone = stop.stop === 'call' ? this.#atCall(tracee) : this.#atEvent(tracee, stop.event);
			if (isGone !== 'gone') this.#resume(tracee);
		}
	}

	#atCall(tracee: Tracee): 'gone' | undefined {
		if (tracee.phase.at === 'injecting') {
			tracee.process.filtered = endInjection(tracee.tid, tracee.phase.injection);
			tracee.phase = {at: 'running'};
			tracee.expects = undefined;
			if (!tracee.process.filtered) this.#say('every call stops', tracee.process);
			return;
		}
		const isDull = tracee.phase.at === 'running' && tracee.expects === 'exit' && tracee.pending === undefined;
		const info: SyscallInfo = isDull ? {at: 'none'} : syscallInfo(tracee.tid);
		if (info.at === 'entry') return this.#entry(tracee, info);
		tracee.expects = 'entry';
		const {pending} = tracee;
		tracee.pending = undefined;
		if (info.at !== 'exit' || pending === undefined) return;
		this.#teller.end(tracee.process, pending, info);
		// What its own filter refuses, ours would never see: from here on each call stops.
		if (!info.failed && setsFilter(pending.seen)) {
			tracee.process.ownFilter = true;
			this.#say('every call stops', tracee.process);
		}
	}

	#entry(tracee: Tracee, info: SyscallInfo & {readonly at: 'entry'}): 'gone' | undefined {
		const {process, tid} = tracee;
		if (info.arch !== auditArch[nativeArchitecture()]) {
			process.foreign = true;
			tracee.phase = {at: 'running'};
			this.#say('foreign program', process);
			return;
		}
		if (tracee.phase.at === 'execed' && this.#filter !== undefined) {
			tracee.phase = {at: 'injecting', injection: beginInjection(tid, info.stackPointer, this.#filter)};
			return;
		}
		tracee.phase = {at: 'running'};
		tracee.expects = 'exit';
		const raw = rawCall(tid, process.pid, info.number, info.args);
		tracee.pending = this.#teller.begin(process, raw);
		if (tracee.pending === undefined) this.#lookups.count(tracee, raw.name);
		// Whoever else somebody types into has no filter either, and so stops here.
		const isFirst = process.pid === this.#root;
		if (isFirst || !process.filtered) this.#teller.idle(process, raw, isFirst);
		const path = raw.name === 'execve' ? tracee.pending?.seen?.args[0] : undefined;
		if (typeof path !== 'string' || !wouldLosePrivilege(this.#powers, process, path)) return;
		this.#notices.say({notice: 'privileged program let go', pid: process.pid, program: path});
		return this.#letGo(tracee, 0);
	}

	#atEvent(tracee: Tracee, event: number): 'gone' | undefined {
		switch (event) {
			case PTRACE_EVENT_SECCOMP:
				// Where each call stops anyway it has stopped already, before the filter saw it.
				if (tracee.expects !== 'exit') this.#seccompStop(tracee);
				return;
			case PTRACE_EVENT_FORK:
			case PTRACE_EVENT_VFORK:
			case PTRACE_EVENT_CLONE:
				this.#family.born(tracee, eventMessage(tracee.tid));
				tracee.runsUnseen = false;
				return;
			case PTRACE_EVENT_EXEC:
				return this.#execed(tracee, eventMessage(tracee.tid));
			default:
				tracee.expects = undefined;
				return;
		}
	}

	#seccompStop(tracee: Tracee): void {
		const info = syscallInfo(tracee.tid);
		if (info.at === 'entry') this.#entry(tracee, info);
		// Nothing to wait for: the next stop is another call's beginning.
		if (tracee.pending === undefined) tracee.expects = undefined;
	}

	#execed(tracee: Tracee, former: number): 'gone' | undefined {
		const {process, tid} = tracee;
		// Whichever thread called execve has the process's number now, and all others are no more.
		const pending = this.#family.get(former)?.pending ?? tracee.pending;
		for (const other of process.threads) if (other !== tid) this.#family.forget(other);
		const program = programOf(process.pid);
		if (this.#stub !== undefined && program.argv.includes(this.#stub)) return;
		Object.assign(process, {program: calledAs(pending?.seen) ?? program.name, foreign: false, isStub: false});
		this.#teller.becameProgram(
			process,
			pending?.seen ?? {call: 'execve', args: [program.argv[0] ?? program.name, program.argv, new KernelName('…')]},
		);
		if (process.files.areWatched || pending === undefined) process.files.review(process.pid);
		tracee.pending = undefined;
		tracee.expects = undefined;
		if (isTracer(program)) {
			this.#say(process.filtered ? 'tracer below a filter' : 'tracer let go', process);
			return this.#letGo(tracee, 0);
		}
		const wantsFilter = this.#filter !== undefined && !process.filtered && !mayStartTracer(program, process.pid);
		tracee.phase = {at: wantsFilter ? 'execed' : 'running'};
	}

	#ended(stop: TraceStop & {readonly stop: 'ended' | 'killed'}): void {
		const tracee = this.#family.get(stop.tid);
		this.#family.forget(stop.tid);
		const end = stop.stop === 'ended' ? {exitCode: stop.exitCode} : {signal: stop.signal};
		if (tracee !== undefined && stop.tid === tracee.process.pid) {
			this.#family.forgetProcess(stop.tid);
			this.#teller.ended(tracee.process, end);
		}
		// A child of ours is waited for also when it was let go.
		if (stop.tid !== this.#root) return;
		this.#end = end;
		const needy = this.#family.processes.filter(({filtered}) => filtered);
		if (needy.length > 0)
			this.#notices.say({notice: 'left behind', pid: needy[0]!.pid, program: needy[0]!.program, count: needy.length});
		this.leave();
	}

	#resume(tracee: Tracee, signal = 0): void {
		const until = stopsAtCalls(tracee) ? 'call' : 'event';
		const changed = tracee.until !== until;
		if (changed && until === 'event') tracee.expects = undefined;
		tracee.until = until;
		resume(tracee.tid, until, signal);
		// A descriptor is the whole process's: once one is watched, its other threads have to stop at calls, too.
		if (changed && until === 'call' && tracee.process.files.areWatched) this.#interruptOthers(tracee);
	}

	#interruptOthers({tid, process}: Tracee): void {
		for (const other of process.threads) {
			if (other !== tid && this.#family.get(other)?.until === 'event')
				tolerate(['ESRCH', 'EIO'], () => interrupt(other));
		}
	}

	#say(notice: PlainNotice, {pid, program}: TracedProcess): void {
		this.#notices.say({notice, pid, program});
	}

	#letGo(tracee: Tracee, signal: number): 'gone' {
		detach(tracee.tid, signal);
		this.#family.forget(tracee.tid);
		if (tracee.process.threads.size === 0) this.#family.forgetProcess(tracee.process.pid);
		return 'gone';
	}
}
