/**
 * Proves one step, in a sandbox of its own.
 * @module
 */
import type {ExercisePlaces} from '../exercise.ts';
import type {LessonStep} from '../lesson.ts';
import type {Stage} from '../play/stage.ts';
import {proveCode} from './code.ts';
import {proveBreak, proveDo} from './goal.ts';
import {proveHelp} from './help.ts';
import {provePredict} from './predict.ts';
import type {Proof} from './proof.ts';

/** Proves a step on a fresh stage. */
export async function proveStep(
	anchor: string,
	step: LessonStep,
	stage: Stage,
	places: ExercisePlaces,
): Promise<readonly Proof[]> {
	switch (step.kind) {
		case 'read':
			return [];
		case 'predict':
			return provePredict(anchor, step, stage);
		case 'do':
			return [...proveHelp(anchor, step), ...(await proveDo(anchor, step, stage))];
		case 'break':
			return [...proveHelp(anchor, step), ...(await proveBreak(anchor, step, stage))];
		case 'code':
			return [...proveHelp(anchor, step), ...(await proveCode(anchor, step, stage, places))];
	}
}
