/**
 * The lookout: looks at the sandbox's kernel objects about twice a second, shows them, and judges whether the step's goal is
 * reached or what is wrong.
 * @module
 */
import type {BreakStep, DoStep} from '../lesson.ts';
import type {Facts} from './facts.ts';
import {diagnose, goalOf, holds} from './judge.ts';
import {messages} from './messages.ts';
import type {Look, Stage} from './stage.ts';
import type {Store} from './store.ts';

/** How often to look, unless a look takes long. */
const LOOK_MILLISECONDS = 500;
/** A check may run commands, which cost more than a look: while nothing moves, it is asked no more often than this. */
const QUIET_MILLISECONDS = 4_000;

export class Lookout {
	readonly #store: Store;
	readonly #stage: Stage;
	#timer: NodeJS.Timeout | undefined;
	/** What moved when it was last judged, and when that was. */
	#judged = {movement: '', at: 0};
	/** The diagnosis of the last judgement: it is told when a second one confirms it. */
	#suspicion: Facts['diagnosis'];
	/** Aborted when the step is left. */
	#signal = AbortSignal.abort();

	constructor(store: Store, stage: Stage) {
		this.#store = store;
		this.#stage = stage;
	}

	/** Watches over a step until `signal` is aborted. */
	start(signal: AbortSignal): void {
		this.#signal = signal;
		this.#judged = {movement: '', at: 0};
		this.#suspicion = undefined;
		signal.addEventListener('abort', () => clearTimeout(this.#timer), {once: true});
		this.soon(LOOK_MILLISECONDS);
	}

	/** Looks after so long, at once by default. */
	soon(milliseconds = 0): void {
		clearTimeout(this.#timer);
		if (!this.#signal.aborted) this.#timer = setTimeout(() => void this.#watch(), milliseconds);
	}

	/** Looks and judges. Asked for, it also tells that the goal isn't reached. */
	async judge({asked}: {readonly asked: boolean}): Promise<void> {
		const [signal, {step, facts}] = [this.#signal, this.#store];
		const look = await this.#stage.look();
		if (signal.aborted || facts.before === undefined) return;
		this.#store.set({look});
		if (step.kind !== 'do' && step.kind !== 'break') return;
		const {status} = this.#store.facts;
		if (status === 'done' || status === 'running' || (!asked && this.#isQuiet(look))) return;
		await this.#judgeGoal(step, look, asked);
	}

	/** Finds out whether the sandbox still runs. */
	async noticeEnd(): Promise<void> {
		const state = await this.#stage.status();
		if (state === 'running' || this.#store.facts.sandbox.state !== 'running') return;
		this.#store.set({sandbox: {state: 'ended'}, message: messages.sandboxEnded});
	}

	/** It takes at most a fifth of the time. */
	async #watch(): Promise<void> {
		const startedAt = Date.now();
		try {
			await this.judge({asked: false});
		} catch {
			await this.noticeEnd();
		}
		this.soon(Math.max(LOOK_MILLISECONDS, 4 * (Date.now() - startedAt)));
	}

	async #judgeGoal(step: DoStep | BreakStep, look: Look, asked: boolean): Promise<void> {
		const [signal, {before, phase = 'weak'}] = [this.#signal, this.#store.facts];
		const world = this.#stage.world(before!, look);
		const isReached = await holds(goalOf(step, phase), world);
		// Who has typed nothing has done nothing wrong.
		const found = !isReached && (asked || this.#stage.linesEntered > 0) ? await diagnose(step, world) : undefined;
		if (signal.aborted) return;
		if (isReached) this.#reached(step);
		else this.#tell(found, asked);
	}

	#reached(step: DoStep | BreakStep): void {
		this.#store.set({diagnosis: undefined, message: undefined});
		if (step.kind === 'break' && this.#store.facts.phase === 'weak') {
			this.#store.set({status: 'done'});
		} else {
			this.#store.markDone();
		}
	}

	/** A state in passing is not a mistake: what is told must have stood for two looks, unless it was asked for. */
	#tell(found: Facts['diagnosis'], asked: boolean): void {
		const confirmed = asked || found === this.#suspicion ? found : this.#store.facts.diagnosis;
		this.#suspicion = found;
		this.#store.set({diagnosis: confirmed, ...(asked && found === undefined ? {message: messages.notYet} : {})});
	}

	/** Whether nothing has moved since the last judgement: neither on the learner's terminal nor among the processes. */
	#isQuiet({now}: Look): boolean {
		const processes = now.processes.map(
			({pid, startTicks, state}) => `${pid}/${startTicks}${state === 'zombie' ? 'Z' : ''}`,
		);
		const movement = `${this.#stage.bytesPrinted} ${processes.join(' ')}`;
		const isSettled = movement === this.#judged.movement && this.#suspicion === this.#store.facts.diagnosis;
		if (isSettled && Date.now() - this.#judged.at < QUIET_MILLISECONDS) return true;
		this.#judged = {movement, at: Date.now()};
		return false;
	}
}
