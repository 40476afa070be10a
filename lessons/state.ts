/**
 * What the player knows at one moment: all that a screen needs to draw a lesson.
 *
 * States are immutable: a changed part is a new object, so that a view may compare by identity.
 * @module
 */
import type {ObservedProcess, Snapshot} from '#observe/types';
import type {SandboxTerminal} from '#sandbox';
import type {Language, Lesson, LessonStep, Localized, PredictStep, TestResult} from './lesson.ts';
import type {Section} from './prose.ts';

/** `todo`: waiting for the learner; `running`: something runs for them; `checking`: it is being judged; `done`. */
export type StepStatus = 'todo' | 'running' | 'checking' | 'done';

/** An answer to a `predict` step, and what really happened. */
export interface Prediction {
	/** Index of the chosen answer. */
	readonly chosen: number;
	/** What the run printed, standard output and errors together; undefined while it runs, or if it was made in an earlier session. */
	readonly output?: string | undefined;
	/** Undefined while it runs. */
	readonly verdict?: 'right' | 'wrong' | undefined;
	/** Index of the answer that the run proved true. */
	readonly actual?: number | undefined;
	/** What to tell about the chosen answer, in the current language; empty if there is nothing to add. Backticks mark code. */
	readonly text?: string | undefined;
}

/** The two halves of a `break` step. */
export type BreakPhase = 'weak' | 'fixed';

/** The disposable machine, as the learner should know it. */
export type SandboxView =
	| {readonly state: 'starting'}
	| {readonly state: 'running'}
	/** It ended although nobody asked for it; `reset()` makes a fresh one. */
	| {readonly state: 'ended'}
	/** There can be none here; `why` says what is missing and what to do. The lesson can still be read. */
	| {readonly state: 'unavailable'; readonly why: Localized | string};

/** The way back through a lesson, in a sandbox that keeps its memory. */
export interface WayBack {
	/** Whether there is something to redo. */
	readonly forth: boolean;
}

/** The learner's module under its tests: the last run's result, all zero before the first. */
export interface ExerciseRun extends TestResult {
	/** Whether tests are running now. */
	readonly running: boolean;
	/** The file to edit, absolute. */
	readonly file: string;
}

/** At the end: how it went. */
export interface Summary {
	readonly stepsDone: number;
	readonly steps: number;
	readonly predictions: number;
	/** What was predicted wrongly, with what is true instead. */
	readonly wrong: readonly {
		readonly anchor: string;
		readonly step: PredictStep;
		readonly chosen: number;
		readonly actual: number;
		/** Why the chosen answer was not it, in the current language. */
		readonly text: string;
	}[];
}

export interface PlayerState {
	readonly language: Language;
	readonly lesson: Lesson;
	/** The step at hand: its place, its anchor, its data, and its prose in the current language. */
	readonly stepIndex: number;
	readonly stepCount: number;
	readonly anchor: string;
	readonly step: LessonStep;
	readonly section: Section;
	readonly status: StepStatus;
	/** Anchors of the steps that are done, now or in an earlier session. */
	readonly done: ReadonlySet<string>;
	/** For `predict`, once an answer was chosen. */
	readonly prediction?: Prediction | undefined;
	/** For `break`. */
	readonly phase?: BreakPhase | undefined;
	/** For `code`. */
	readonly exercise?: ExerciseRun | undefined;
	/** What is wrong, if the learner's state is a common wrong one. */
	readonly diagnosis?: string | undefined;
	/** The hints asked for so far, the oldest first, and how many more there are. */
	readonly hints: readonly string[];
	readonly hintsLeft: number;
	/** The sandbox's kernel objects when the step began, and now (about twice a second). */
	readonly before?: Snapshot | undefined;
	readonly now?: Snapshot | undefined;
	/** The learner's shell as a process, and every process below it, the shell included. */
	readonly shell?: ObservedProcess | undefined;
	readonly family: readonly ObservedProcess[];
	readonly sandbox: SandboxView;
	/** Undefined where the sandbox forgets what was. */
	readonly wayBack?: WayBack | undefined;
	/** The learner's shell as a terminal: another object after each reset. Its output is kept until somebody listens. */
	readonly terminal?: SandboxTerminal | undefined;
	/** How the learner's shell ended, if it has. */
	readonly shellExitCode?: number | undefined;
	/** One line about what just happened: an error, or why nothing did. */
	readonly message?: string | undefined;
	/** Set once `next()` was called on the last step. */
	readonly summary?: Summary | undefined;
}
