/**
 * Proves a whole lesson: its prose, then step after step, each in a fresh sandbox. A learner may open any step first, so none
 * may lean on what an earlier one left behind.
 * @module
 */
import type {Sandbox} from '#sandbox';
import type {LoadedLesson} from '../course.ts';
import type {ExercisePlaces} from '../exercise.ts';
import {stepsOf} from '../play/facts.ts';
import {Stage} from '../play/stage.ts';
import type {Proof} from './proof.ts';
import {proveProse} from './prose.ts';
import {proveStep} from './steps.ts';

/** @param places where exercises are, if not in the course. */
export async function proveLesson(
	loaded: LoadedLesson,
	sandbox: Sandbox,
	places: ExercisePlaces = {},
): Promise<readonly Proof[]> {
	const {lesson} = loaded;
	const proofs = [...proveProse(loaded)];
	for (const [anchor, step] of stepsOf(lesson)) {
		if (step.kind === 'read') continue;
		const stage = new Stage(sandbox, lesson, {columns: 80, rows: 24});
		try {
			await stage.renew();
			proofs.push(...(await proveStep(anchor, step, stage, places)));
		} catch (error) {
			const failure = error instanceof Error ? error.message : String(error);
			proofs.push({step: anchor, claim: 'it can be played', failure});
		} finally {
			stage.closeShell();
		}
	}
	return proofs;
}
