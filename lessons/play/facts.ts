/**
 * What the player remembers, in no language, and how the state that a screen sees is made from it.
 * @module
 */

import type {Snapshot} from '#observe/types';
import type {SandboxTerminal} from '#sandbox';
import type {LoadedLesson} from '../course.ts';
import type {Language, Lesson, LessonStep, Localized, PredictStep} from '../lesson.ts';
import type {LessonProgress, PastPrediction} from '../progress.ts';
import type {Section} from '../prose.ts';
import type {
	BreakPhase,
	ExerciseRun,
	PlayerState,
	Prediction,
	SandboxView,
	StepStatus,
	Summary,
	WayBack,
} from '../state.ts';
import type {Look} from './stage.ts';

/** An answer that was chosen, and what the run printed, once it has. */
export interface Attempt {
	readonly chosen: number;
	readonly actual?: number | undefined;
	readonly output?: string | undefined;
}

export interface Facts {
	readonly language: Language;
	readonly stepIndex: number;
	readonly status: StepStatus;
	readonly done: ReadonlySet<string>;
	/** First answers, of this session and earlier ones, by anchor. */
	readonly past: Readonly<Record<string, PastPrediction>>;
	/** This session's last answers, by anchor. */
	readonly attempts: Readonly<Record<string, Attempt>>;
	readonly phase?: BreakPhase | undefined;
	readonly exercise?: ExerciseRun | undefined;
	readonly diagnosis?: Localized | undefined;
	readonly hintsShown: number;
	readonly before?: Snapshot | undefined;
	readonly look?: Look | undefined;
	readonly sandbox: SandboxView;
	readonly wayBack?: WayBack | undefined;
	readonly terminal?: SandboxTerminal | undefined;
	readonly shellExitCode?: number | undefined;
	/** The player's own words, or an error's. */
	readonly message?: Localized | string | undefined;
	readonly finished: boolean;
}

/** What is known when a lesson is opened: what was done in earlier sessions, and where the learner left off. */
export function openingFacts(lesson: Lesson, past: LessonProgress, given: Pick<Facts, 'language' | 'sandbox'>): Facts {
	return {
		...given,
		stepIndex: Math.max(
			0,
			stepsOf(lesson).findIndex(([anchor]) => anchor === past.at),
		),
		status: 'todo',
		done: new Set(past.done),
		past: past.predictions,
		attempts: {},
		hintsShown: 0,
		finished: false,
	};
}

/** While a sandbox is brought up there is no shell, and nothing to see. */
export const unopened: Partial<Facts> = {
	sandbox: {state: 'starting'},
	terminal: undefined,
	shellExitCode: undefined,
	look: undefined,
};

/** The steps of a lesson in order, with their anchors. */
export function stepsOf(lesson: Lesson): readonly (readonly [anchor: string, step: LessonStep])[] {
	return Object.entries(lesson.steps);
}

/** Makes the state that a screen sees. */
export function stateOf({lesson, prose}: LoadedLesson, facts: Facts): PlayerState {
	const {language, look} = facts;
	const steps = stepsOf(lesson);
	const [anchor, step] = steps[facts.stepIndex]!;
	const hints = 'hints' in step ? step.hints : [];
	const attempt = facts.attempts[anchor] ?? facts.past[anchor];
	return {
		language,
		lesson,
		stepIndex: facts.stepIndex,
		stepCount: steps.length,
		anchor,
		step,
		section: prose[language].sections.find(section => section.anchor === anchor) ?? missingSection(anchor),
		status: facts.status,
		done: facts.done,
		prediction: step.kind === 'predict' && attempt !== undefined ? predictionOf(step, attempt, language) : undefined,
		phase: facts.phase,
		exercise: facts.exercise,
		diagnosis: facts.diagnosis?.[language],
		hints: hints.slice(0, facts.hintsShown).map(hint => hint[language]),
		hintsLeft: Math.max(0, hints.length - facts.hintsShown),
		before: facts.before,
		now: look?.now,
		shell: look?.shell,
		family: look?.family ?? [],
		sandbox: facts.sandbox,
		wayBack: facts.wayBack,
		terminal: facts.terminal,
		shellExitCode: facts.shellExitCode,
		message: typeof facts.message === 'string' ? facts.message : facts.message?.[language],
		summary: facts.finished ? summaryOf(lesson, facts) : undefined,
	};
}

function predictionOf(step: PredictStep, {chosen, actual, output}: Attempt, language: Language): Prediction {
	if (actual === undefined) return {chosen};
	return {
		chosen,
		actual,
		output,
		verdict: chosen === actual ? 'right' : 'wrong',
		text: explanation(step, {chosen, output}, language),
	};
}

/** The chosen answer's own words about it, with what the run printed. */
function explanation(step: PredictStep, {chosen, output}: Attempt, language: Language): string {
	const text = step.answers[chosen]?.because?.[language] ?? '';
	// A function, because a `$&` in the output would mean something to replaceAll.
	return text.replaceAll('{output}', () => (output === undefined ? '…' : quoted(output)));
}

/** What a run printed, within a text: more than one line begins on a line of its own, and its backticks mark no code. */
function quoted(output: string): string {
	const text = output.replace(/^\n+|\s+$/g, '').replaceAll('`', '\\`');
	return text.includes('\n') ? `\n${text}` : text.trim();
}

function summaryOf(lesson: Lesson, facts: Facts): Summary {
	const steps = stepsOf(lesson);
	const predictions = steps.flatMap(([anchor, step]) => {
		const first = facts.past[anchor];
		return step.kind === 'predict' && first !== undefined ? [{anchor, step, ...first}] : [];
	});
	return {
		stepsDone: steps.filter(([anchor]) => facts.done.has(anchor)).length,
		steps: steps.length,
		predictions: predictions.length,
		wrong: predictions
			.filter(({chosen, actual}) => chosen !== actual)
			.map(prediction => ({
				...prediction,
				text: explanation(
					prediction.step,
					{...prediction, ...facts.attempts[prediction.anchor], chosen: prediction.chosen},
					facts.language,
				),
			})),
	};
}

/** `verify` finds such a gap before a learner does. */
function missingSection(anchor: string): Section {
	return {anchor, title: anchor, markdown: ''};
}
