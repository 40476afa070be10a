/**
 * A state in one place, and who wants to know of its changes. Fits React's useSyncExternalStore.
 * @module
 */

export interface Store<State> {
	readonly subscribe: (listener: () => void) => () => void;
	readonly get: () => State;
	set(change: Partial<State>): void;
}

/** A store that begins with `initial`. */
export function createStore<State>(initial: State): Store<State> {
	const listeners = new Set<() => void>();
	let state = initial;
	return {
		subscribe: listener => {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
		get: () => state,
		set: change => {
			state = {...state, ...change};
			for (const listener of listeners) listener();
		},
	};
}
