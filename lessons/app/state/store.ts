/**
 * The application's state in one place, and who wants to know of its changes.
 * @module
 */
import {explanationOf} from '#words/explained-error';
import type {AppState, OpenLesson} from './app-state.ts';

/** Fits useSyncExternalStore. */
export interface Store {
	readonly subscribe: (listener: () => void) => () => void;
	readonly get: () => AppState;
	set(change: Partial<AppState>): void;
	/** Changes the open lesson; nothing on the map. */
	setLesson(change: Partial<OpenLesson>): void;
	/** Waits for work that takes time; what goes wrong is told on the screen, and the course goes on. */
	follow(work: Promise<unknown> | undefined): void;
}

/** A store that begins with `initial`. */
export function createStore(initial: AppState): Store {
	const listeners = new Set<() => void>();
	let state = initial;
	const store: Store = {
		subscribe: listener => {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
		get: () => state,
		set: change => {
			state = {...state, ...change};
			for (const listener of listeners) listener();
		},
		setLesson: change => {
			if (state.lesson !== undefined) store.set({lesson: {...state.lesson, ...change}});
		},
		follow: work =>
			void work?.catch((error: unknown) =>
				store.set({opening: undefined, notice: explanationOf(error)[state.language]}),
			),
	};
	return store;
}
