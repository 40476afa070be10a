/**
 * How far the making of an image has come.
 * @module
 */

/** What is being done: `lists` of packages are fetched, `packages` themselves, these unpacked, and all compressed. */
export type Phase = 'lists' | 'packages' | 'unpack' | 'compress';

export interface Progress {
	readonly phase: Phase;
	/** Bytes of this phase. */
	readonly done: number;
	/** Bytes of this phase; 0 if nobody knows. */
	readonly total: number;
	/** Until this phase ends, as it went so far; undefined until that can be told. */
	readonly secondsLeft: number | undefined;
}

export type OnProgress = (progress: Progress) => void;

/** Begins a phase, and returns what to call with the bytes done so far. */
export function beginPhase(onProgress: OnProgress, phase: Phase, total: number): (done: number) => void {
	const began = performance.now();
	onProgress({phase, done: 0, total, secondsLeft: undefined});
	return done => {
		const seconds = (performance.now() - began) / 1000;
		const enough = done > 0 && seconds > 0.5;
		onProgress({phase, done, total, secondsLeft: enough ? (seconds * (total - done)) / done : undefined});
	};
}
