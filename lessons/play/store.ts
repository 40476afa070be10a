/**
 * The player's memory: facts, the state made of them, and who wants to know of changes.
 * @module
 */
import type {LoadedLesson} from '../course.ts';
import type {LessonStep} from '../lesson.ts';
import type {LessonProgress, ProgressStore} from '../progress.ts';
import type {PlayerState} from '../state.ts';
import {type Facts, stateOf, stepsOf} from './facts.ts';

export class Store {
	readonly #loaded: LoadedLesson;
	readonly #progress: ProgressStore;
	readonly #listeners = new Set<() => void>();
	#facts: Facts;
	#state: PlayerState;
	#isClosed = false;

	constructor(loaded: LoadedLesson, progress: ProgressStore, facts: Facts) {
		this.#loaded = loaded;
		this.#progress = progress;
		this.#facts = facts;
		this.#state = stateOf(loaded, facts);
	}

	readonly subscribe = (listener: () => void): (() => void) => {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	};

	readonly getState = (): PlayerState => this.#state;

	get facts(): Facts {
		return this.#facts;
	}

	get anchor(): string {
		return stepsOf(this.#loaded.lesson)[this.#facts.stepIndex]![0];
	}

	get step(): LessonStep {
		return stepsOf(this.#loaded.lesson)[this.#facts.stepIndex]![1];
	}

	set(change: Partial<Facts>): void {
		if (this.#isClosed) return;
		this.#facts = {...this.#facts, ...change};
		this.#state = stateOf(this.#loaded, this.#facts);
		for (const listener of this.#listeners) listener();
	}

	/** The step at hand is done: now, and in sessions to come. */
	markDone(): void {
		const {anchor} = this;
		this.set({status: 'done', done: new Set([...this.#facts.done, anchor])});
		this.save(progress => ({...progress, done: [...new Set([...progress.done, anchor])]}));
	}

	save(change: (progress: LessonProgress) => LessonProgress): void {
		this.#progress.updateLesson(this.#loaded.lesson.id, change);
	}

	/** Nothing is told to anybody from here on. */
	close(): void {
		this.#isClosed = true;
		this.#listeners.clear();
	}
}
