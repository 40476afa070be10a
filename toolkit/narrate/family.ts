/**
 * All who are traced: threads by their numbers, and the processes that they belong to.
 * @module
 */
import {programOf} from './programs.ts';
import {childOf, type Kin, kinOf, newProcess, type TracedProcess, type Tracee} from './tracee.ts';

/** One process and all that it has born. */
export class Family {
	readonly #tracees = new Map<number, Tracee>();
	readonly #processes = new Map<number, TracedProcess>();
	/** Who came before the news of their birth, and may even have gone before it. */
	readonly #early = new Set<number>();
	/** How deep the first process's own PID namespace is. */
	#level = 0;

	/** Whether anybody is left. */
	get isThere(): boolean {
		return this.#tracees.size > 0;
	}

	/** All threads. */
	get tracees(): readonly Tracee[] {
		return [...this.#tracees.values()];
	}

	/** All processes. */
	get processes(): readonly TracedProcess[] {
		return [...this.#processes.values()];
	}

	/** The thread of a number. */
	get(tid: number): Tracee | undefined {
		return this.#tracees.get(tid);
	}

	/** The first process. Its PID namespace is the one whose numbers are told. */
	begin(pid: number): TracedProcess {
		const kin = kinOf(pid);
		this.#level = Math.max(0, kin.numbers.length - 1);
		return this.#processOf(kin, undefined);
	}

	/** A process that was there before it was looked at: nothing is known of its birth. */
	join(pid: number): TracedProcess {
		return this.#processOf(kinOf(pid), undefined);
	}

	/** A thread of a process. */
	add(tid: number, process: TracedProcess): Tracee {
		const tracee: Tracee = {tid, process, phase: {at: 'running'}};
		process.threads.add(tid);
		this.#tracees.set(tid, tracee);
		return tracee;
	}

	/** News of a birth: a thread of the same process, or a process of its own. */
	born(parent: Tracee, tid: number): void {
		// The kernel tells of the youngest first: a child's whole short life may be told before its birth.
		if (this.#early.delete(tid) || tid === 0) return;
		this.add(tid, this.#processOf(kinOf(tid), parent.process));
	}

	/** Somebody who stops before the news of its birth has come. */
	adopt(tid: number): Tracee {
		const kin = kinOf(tid);
		this.#early.add(tid);
		return this.add(tid, this.#processOf(kin, this.#processes.get(kin.parent)));
	}

	/** A thread is no more, or no longer ours. */
	forget(tid: number): void {
		this.#tracees.get(tid)?.process.threads.delete(tid);
		this.#tracees.delete(tid);
	}

	/** A process is no more, or no longer ours. */
	forgetProcess(pid: number): void {
		this.#processes.delete(pid);
	}

	#processOf({pid, numbers}: Kin, parent: TracedProcess | undefined): TracedProcess {
		const known = this.#processes.get(pid);
		if (known !== undefined) return known;
		const number = numbers[this.#level] ?? pid;
		const inside = numbers.length - 1 > this.#level ? numbers.at(-1) : undefined;
		const process =
			parent === undefined
				? newProcess(pid, number, programOf(pid).name, inside)
				: childOf(parent, pid, number, inside);
		this.#processes.set(pid, process);
		return process;
	}
}
