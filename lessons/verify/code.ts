/**
 * Proves a code step: the exercise, as a learner gets it, fails its tests, and the solution passes them.
 *
 * The exercise lies in the checkout, where a learner may have solved it already. So its first state is bound over it, inside
 * the sandbox only.
 * @module
 */
import {type ExercisePlaces, openExercise} from '../exercise.ts';
import type {CodeStep, TestResult} from '../lesson.ts';
import {allPassed, type Subject, testModule} from '../module-tests.ts';
import type {Stage} from '../play/stage.ts';
import {type Proof, prove} from './proof.ts';
import {proveDiagnoses} from './steps.ts';

export async function proveCode(
	anchor: string,
	step: CodeStep,
	stage: Stage,
	places: ExercisePlaces,
): Promise<readonly Proof[]> {
	const exercise = openExercise(step.exercise, places);
	await stage.cover(exercise.path, exercise.start);
	const test = (subject: Subject): Promise<TestResult> =>
		testModule(step.exercise, subject, stage.runner, places.course);
	const start = await test('exercise');
	const solution = await test('solution');
	const look = await stage.look();
	const world = {...stage.world(look.now, look), tests: solution};
	const fails = start.failed > 0 || start.broken !== undefined;
	return [
		prove(anchor, 'the exercise fails its tests', fails, describe(start)),
		prove(anchor, 'the solution passes them', allPassed(solution), describe(solution)),
		...(await proveDiagnoses(anchor, step, world)),
	];
}

function describe({passed, failed, skipped, firstFailure, broken}: TestResult): string {
	const counts = `${passed} passed, ${failed} failed, ${skipped} skipped`;
	if (broken !== undefined) return `${counts}: ${broken}`;
	return firstFailure === undefined ? counts : `${counts}: ${firstFailure.test}: ${firstFailure.message}`;
}
