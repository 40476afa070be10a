/**
 * Judging: whether a step's goal is reached, and if not, whether what is wrong is known.
 * @module
 */
import type {BreakStep, Check, DoStep, LessonStep, Localized, PredictStep, World} from '../lesson.ts';
import type {BreakPhase} from '../state.ts';

/** Whether a goal is reached. A check that throws has met a world it did not think of: that isn't the goal. */
export async function holds(check: Check, world: World): Promise<boolean> {
	try {
		return await check(world);
	} catch {
		return false;
	}
}

/** What is to be reached now. */
export function goalOf(step: DoStep | BreakStep, phase: BreakPhase): Check {
	if (step.kind === 'do') return step.check;
	return phase === 'weak' ? step.weak.succeeded : step.fixed.withstood;
}

/** The lines that lead there. */
export function solveOf(step: DoStep | BreakStep, phase: BreakPhase): readonly string[] {
	if (step.kind === 'do') return step.solve;
	return phase === 'weak' ? step.weak.solve : step.fixed.solve;
}

/** What to tell somebody whose world is one of the common wrong ones; undefined if it is none of them. */
export async function diagnose(step: LessonStep, world: World): Promise<Localized | undefined> {
	if (!('diagnose' in step)) return undefined;
	for (const {when, tell} of step.diagnose) {
		if (await holds(when, world)) return tell;
	}
	return undefined;
}

/** The answers, by index, whose evidence is in the output. */
export function provenAnswers({answers}: PredictStep, output: string): readonly number[] {
	return [...answers.keys()].filter(index => answers[index]!.evidence?.test(output));
}

/** The answer that a run proved true. Where nothing speaks, the lesson's own right answer is believed. */
export function actualAnswer(step: PredictStep, output: string): number {
	const right = step.answers.findIndex(answer => answer.right);
	const proven = provenAnswers(step, output);
	return proven.includes(right) ? right : (proven[0] ?? right);
}
