/**
 * The player: takes a learner through one lesson. It holds the state; a screen draws it and passes on keys.
 *
 *     keys ──▶ LessonPlayer ──▶ state ──▶ screen
 *                │      ▲
 *                ▼      └── observe() → check, about twice a second
 *             sandbox
 *
 * The surprise: it knows nothing of what the learner types. It looks at the kernel's objects, and judges those.
 * @module
 */
import type {Sandbox, TerminalSize} from '#sandbox';
import type {LoadedLesson} from './course.ts';
import type {ExercisePlaces} from './exercise.ts';
import type {Language, Localized} from './lesson.ts';
import {SandboxedPlayer} from './play/lesson-player.ts';
import type {ProgressStore} from './progress.ts';
import type {PlayerState} from './state.ts';

export type * from './state.ts';

export interface PlayerOptions {
	readonly loaded: LoadedLesson;
	/** Brought up by the player; destroyed by whoever made it. Without one the lesson can be read only. */
	readonly sandbox?: Sandbox | undefined;
	/** Makes another one, if the first can't be brought up; told why. Refused, the lesson goes on without. */
	readonly otherwise?: ((why: Localized) => Promise<Sandbox>) | undefined;
	/** Why there is no sandbox, in one line. */
	readonly whyNot?: Localized | string | undefined;
	readonly progress: ProgressStore;
	readonly language: Language;
	/** The learner's terminal. Default: 80×24. */
	readonly size?: TerminalSize;
	/** Where exercises and their copies are, if not in the course and the learner's state. */
	readonly exercises?: ExercisePlaces;
}

/** Plays a lesson from the step that was open last. Returns at once: the sandbox is brought up meanwhile. */
export function createPlayer(options: PlayerOptions): LessonPlayer {
	return new SandboxedPlayer(options);
}

/** A lesson being played. Fits React's useSyncExternalStore: `useSyncExternalStore(player.subscribe, player.getState)`. */
export interface LessonPlayer {
	/** Calls `listener` after every change. Returns the function that ends this. */
	readonly subscribe: (listener: () => void) => () => void;
	readonly getState: () => PlayerState;
	/** To the next step (or from a `break` step's weak phase to its fixed one); after the last one, to the summary. */
	next(): void;
	previous(): void;
	/** Commits to an answer of a `predict` step, runs it, and judges it. */
	predict(answer: number): Promise<void>;
	/** Types the step's command into the learner's shell, if it has one. */
	runForMe(): Promise<void>;
	/** Shows the next hint. */
	hint(): void;
	/**
	 * Plays the way through: types the solution's lines into the learner's shell (a fresh one, if something runs in it), or
	 * copies the exercise's solution.
	 */
	showMe(): Promise<void>;
	/** This step from its beginning, in a fresh sandbox; for `code`, the exercise as it was at first. */
	reset(): Promise<void>;
	/** Back to the beginning of the step; from there, to that of the step before. The sandbox must keep its memory. */
	undo(): Promise<void>;
	/** Forth again, to what an undo left; at the end of a branch, to the next branch. */
	redo(): Promise<void>;
	/** Judges now, instead of at the next look. */
	check(): Promise<void>;
	setLanguage(language: Language): void;
	resize(size: TerminalSize): void;
	/** Ends the shell, and stops looking. The sandbox belongs to whoever made it. */
	close(): Promise<void>;
}
