/**
 * The passage from one moment of a lesson to another: to a step in the sandbox at hand, in a fresh one, or back to what was.
 *
 *     depart ──▶ (the player leaves the step) ──▶ arrive: sandbox, prepare, look, remember
 *
 * The sandbox does one thing at a time: it is not saved, brought up and thrown away at once.
 * @module
 */
import {explanationOf} from '#words/explained-error';
import type {PlayerOptions} from '../player.ts';
import type {Mark} from './branches.ts';
import {messages} from './messages.ts';
import {Past, type Place} from './past.ts';
import type {Look, Stage} from './stage.ts';
import type {Store} from './store.ts';

/** Which sandbox a step begins in: one just brought up, the one at hand, a fresh one, or one as it was at some moment. */
export type Beginning = 'open' | 'keep' | 'renew' | Mark;

export class Passage {
	readonly #store: Store;
	readonly #stage: Stage;
	readonly #past: Past;
	readonly #otherwise: PlayerOptions['otherwise'];
	/** What the sandbox is doing. */
	#turn: Promise<unknown> = Promise.resolve();

	constructor(store: Store, stage: Stage, {loaded, otherwise}: Pick<PlayerOptions, 'loaded' | 'otherwise'>) {
		this.#store = store;
		this.#stage = stage;
		this.#past = new Past(loaded.lesson.id, stage);
		this.#otherwise = otherwise;
	}

	/** The moment that a key leads to; if there is none, that is told. */
	async target(key: 'undo' | 'redo'): Promise<Mark | undefined> {
		// The moment at which this step began may be being saved.
		await this.#turn;
		const {sandbox, shellExitCode} = this.#store.facts;
		if (sandbox.state === 'starting') return undefined;
		const mark = this.#past.target(key, sandbox.state === 'ended' || shellExitCode !== undefined);
		if (mark !== undefined) return mark;
		const nothing = key === 'undo' ? messages.nothingToUndo : messages.nothingToRedo;
		this.#store.set({message: this.#past.ways === undefined ? messages.noWayBack : nothing});
		return undefined;
	}

	/** Remembers where the learner is, and returns the way on, which tells whether it has led to a sandbox that runs. */
	depart(beginning: Beginning): (signal: AbortSignal) => Promise<boolean> {
		const leaving = this.#place();
		return async signal => {
			if (beginning === 'keep') await this.#turn;
			else await this.#inTurn(() => this.#raise(beginning, leaving));
			if (signal.aborted || this.#store.facts.sandbox.state !== 'running') return false;
			await (typeof beginning === 'string' ? this.#arrive(signal) : this.#return(beginning, signal));
			return !signal.aborted;
		};
	}

	/** Makes the sandbox ready for a step, and remembers how it begins. */
	async #arrive(signal: AbortSignal): Promise<void> {
		const {step} = this.#store;
		await this.#stage.prepare(step.prepare ?? []);
		const look = await this.#stage.look();
		if (signal.aborted) return;
		this.#stage.linesEntered = 0;
		await this.#inTurn(() => this.#remember(look, signal));
		if (!signal.aborted) this.#store.set({before: look.now, look, wayBack: this.#past.ways});
	}

	/** All is ready: it was before. */
	async #return(mark: Mark, signal: AbortSignal): Promise<void> {
		const look = await this.#stage.look();
		if (signal.aborted) return;
		const before = (mark.kind === 'left' ? mark.before : undefined) ?? look.now;
		const message = mark.kind === 'left' ? messages.backAtLeft : messages.backAtStart;
		this.#store.set({before, look, wayBack: this.#past.ways, message});
	}

	/** Saves the moment at which a step begins. That it can't be saved is told, and hinders nobody. */
	async #remember(look: Look, signal: AbortSignal): Promise<void> {
		if (signal.aborted) return;
		try {
			await this.#past.begin({...this.#place(), look, before: look.now});
		} catch (error) {
			this.#store.set({message: explanationOf(error)});
		}
	}

	#place(): Place {
		const {stepIndex, phase, look, before} = this.#store.facts;
		return {anchor: this.#store.anchor, stepIndex, phase, look, before};
	}

	#inTurn(work: () => Promise<void>): Promise<void> {
		const turn = this.#turn.then(work);
		this.#turn = turn.catch(() => undefined);
		return turn;
	}

	async #raise(beginning: Exclude<Beginning, 'keep'>, leaving: Place): Promise<void> {
		try {
			if (beginning === 'open') await this.#open();
			else if (beginning === 'renew') await this.#stage.renew();
			else await this.#past.goTo(beginning, leaving);
		} catch (error) {
			this.#store.set({sandbox: {state: 'ended'}});
			throw error;
		}
		this.#store.set({sandbox: {state: 'running'}, terminal: this.#stage.terminal});
	}

	/** Opens the stage, in another sandbox if this one can't be had. */
	async #open(): Promise<void> {
		try {
			await this.#stage.up();
		} catch (error) {
			if (this.#otherwise === undefined) throw error;
			const why = explanationOf(error);
			this.#stage.moveTo(await this.#otherwise(why));
			await this.#stage.up();
			this.#store.set({message: messages.withoutMachine(why)});
		}
		await this.#stage.open();
	}
}
