/**
 * Proves a code step: the exercise fails its tests, and the solution passes them.
 *
 * A learner may have solved the exercise already. Then what it was at first is bound over it, inside the sandbox only.
 * @module
 */
import {type ExercisePlaces, openExercise} from '../exercise.ts';
import type {CodeStep, TestResult} from '../lesson.ts';
import {allPassed, type Subject, testModule} from '../module-tests.ts';
import type {Stage} from '../play/stage.ts';
import {proveDiagnoses} from './help.ts';
import {type Proof, prove} from './proof.ts';

export async function proveCode(
	anchor: string,
	step: CodeStep,
	stage: Stage,
	places: ExercisePlaces,
): Promise<readonly Proof[]> {
	const test = (subject: Subject): Promise<TestResult> =>
		testModule(step.exercise, subject, stage.runner, places.course);
	let exercise = await test('exercise');
	if (allPassed(exercise)) {
		const {path, start} = openExercise(step.exercise, places);
		await stage.cover(path, start);
		exercise = await test('exercise');
	}
	const solution = await test('solution');
	const look = await stage.look();
	const world = {...stage.world(look.now, look), tests: solution};
	const fails = exercise.failed > 0 || exercise.broken !== undefined;
	return [
		prove(anchor, 'the exercise fails its tests', fails, describe(exercise)),
		prove(anchor, 'the solution passes them', allPassed(solution), describe(solution)),
		...(await proveDiagnoses(anchor, step, world)),
	];
}

function describe({passed, failed, skipped, firstFailure, broken}: TestResult): string {
	const counts = `${passed} passed, ${failed} failed, ${skipped} skipped`;
	if (broken !== undefined) return `${counts}: ${broken}`;
	return firstFailure === undefined ? counts : `${counts}: ${firstFailure.test}: ${firstFailure.message}`;
}
