/**
 * What a lesson is made of. The prose is in lesson.en.md and lesson.zh.md; this is what it runs, asks and checks.
 *
 *     ## The number on the inside {#inside}     ◀── prose, by its anchor
 *     inside: predict({…})                      ◀── step, by its key
 *
 * A check judges the state of the kernel, never the text that a learner typed.
 * @module
 */
import type {ObservedProcess, Snapshot} from '#observe/types';
import type {Language, Localized} from '#words/language';

export type {Language, Localized};

/** What a check may look at. */
export interface World {
	/** The sandbox's kernel objects when the step began, and now. */
	readonly before: Snapshot;
	readonly now: Snapshot;
	/** The learner's shell, as it is now; undefined once it has exited. */
	readonly shell: ObservedProcess | undefined;
	/** Every process below the learner's shell, the shell included. */
	readonly family: readonly ObservedProcess[];
	/** Runs a command in the sandbox beside the learner's shell. For facts that no snapshot holds. */
	readonly run: (command: string) => Promise<CommandResult>;
	/** In a `code` step: what the tests of the learner's module said. */
	readonly tests?: TestResult | undefined;
}

/** What the tests of a module said. */
export interface TestResult {
	readonly passed: number;
	readonly failed: number;
	/** Tests that did not run, for want of root. They prove nothing. */
	readonly skipped: number;
	/** The first failing test's name, and what it said, in one line each. */
	readonly firstFailure?: {readonly test: string; readonly message: string} | undefined;
	/** Set if the module could not be loaded (a syntax error, an import that isn't there), or ended the tests early. */
	readonly broken?: string | undefined;
}

export interface CommandResult {
	readonly exitCode: number;
	readonly stdout: string;
	readonly stderr: string;
}

export type Check = (world: World) => boolean | Promise<boolean>;

/** A wrong state that learners often reach, and what to tell them about it. */
export interface Diagnosis {
	readonly when: Check;
	readonly tell: Localized;
}

/** What the panel beside the terminal shows. */
export type Panel =
	| 'processes'
	| 'mounts'
	| 'cgroups'
	| 'namespaces'
	| 'network'
	| 'descriptors'
	| 'map'
	/** What the kernel did for the last line, call by call. */
	| 'narration';

interface StepBase {
	/** Replaces the lesson's panel for this step. */
	readonly panel?: Panel;
	/**
	 * Lines run beside the learner's shell when the step begins: what this step needs and the lesson's `prepare` didn't
	 * make. Somebody may open a step first of all, so it must not lean on what an earlier step left behind.
	 */
	readonly prepare?: readonly string[];
}

/** Prose alone. */
export interface ReadStep extends StepBase {
	readonly kind: 'read';
	/** A command that `run it for me` types, if the prose shows one. */
	readonly command?: string;
}

export interface Answer {
	readonly text: Localized;
	readonly right?: true;
	/** Why somebody may think so, and what happened instead. `{output}` stands for what the run printed. */
	readonly because?: Localized;
	/** What the run prints if this answer is true. The right answer must have one, so that `verify` can prove it. */
	readonly evidence?: RegExp;
}

/** The learner commits to an answer, then sees what happens. */
export interface PredictStep extends StepBase {
	readonly kind: 'predict';
	readonly question: Localized;
	readonly answers: readonly Answer[];
	/** What is run in a shell of the sandbox once an answer is chosen; its output is the judge. */
	readonly run: string;
}

/** What `do`, `code` and `break` have in common: somebody may be stuck. */
interface HelpfulStep extends StepBase {
	readonly goal: Localized;
	/** Three or more, each telling a little more than the one before; the last one gives it away. */
	readonly hints: readonly Localized[];
	/** The commonest wrong states, most specific first. */
	readonly diagnose: readonly Diagnosis[];
}

/** A command or a goal. */
export interface DoStep extends HelpfulStep {
	readonly kind: 'do';
	/** The command that `run it for me` types, where the step gives one away. */
	readonly command?: string;
	readonly check: Check;
	/**
	 * The lines that reach the goal, typed one after the other into a shell that nothing runs in: the next one when the prompt is
	 * back, or after four seconds. A line of control characters alone, such as `'\x03'` for Ctrl-C, is sent without Enter.
	 */
	readonly solve: readonly string[];
	/** Other ways, each as lines to type. `verify` proves that they count as well. */
	readonly otherWays?: readonly (readonly string[])[];
	/** What looks like a way and isn't. `verify` proves that it doesn't count, and that a diagnosis says why. */
	readonly wrongWays?: readonly (readonly string[])[];
}

/** The learner's module: edited in `exercises/`, its tests rerun on save. The check is that they pass. */
export interface CodeStep extends HelpfulStep {
	readonly kind: 'code';
	/** `04-pid`: `exercises/04-pid/pid.ts`, judged by `toolkit/04-pid/pid.test.ts` through the condition `exercise-pid`. */
	readonly exercise: string;
}

/** An attack: it works on the weak way and must fail on the fixed one. Each of the two begins in a fresh sandbox. */
export interface BreakStep extends HelpfulStep {
	readonly kind: 'break';
	/** Lines that mount the attack on the weak way; `succeeded` then holds. */
	readonly weak: {readonly solve: readonly string[]; readonly succeeded: Check};
	/** The same attack on the right way: `withstood` then holds, although it was tried. */
	readonly fixed: {readonly solve: readonly string[]; readonly withstood: Check};
}

export type LessonStep = ReadStep | PredictStep | DoStep | CodeStep | BreakStep;

export interface Lesson {
	/** `04-pid`: its folder here, and its module's in the toolkit. */
	readonly id: string;
	readonly title: Localized;
	/** The question that it answers, as a learner would ask it. */
	readonly question: Localized;
	readonly panel: Panel;
	/** Lines run in each fresh sandbox before the learner's shell starts. */
	readonly prepare?: readonly string[];
	/** By the anchor of their heading in the prose, in order. */
	readonly steps: Readonly<Record<string, LessonStep>>;
}

/** Declares a lesson. */
export const lesson = (definition: Lesson): Lesson => definition;
export const read = (step: Omit<ReadStep, 'kind'> = {}): ReadStep => ({kind: 'read', ...step});
export const predict = (step: Omit<PredictStep, 'kind'>): PredictStep => ({kind: 'predict', ...step});
export const doStep = (step: Omit<DoStep, 'kind'>): DoStep => ({kind: 'do', ...step});
export const code = (step: Omit<CodeStep, 'kind'>): CodeStep => ({kind: 'code', ...step});
export const breakStep = (step: Omit<BreakStep, 'kind'>): BreakStep => ({kind: 'break', ...step});
