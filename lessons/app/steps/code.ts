/**
 * A `code` step: the learner's own module, and what its tests say.
 * @module
 */
import {relative} from 'node:path';
import type {CodeStep} from '#lesson';
import type {ExerciseRun, PlayerState} from '#lessons/state';
import type {Strings} from '../strings/strings.ts';
import {cutLine} from '../text/cells.ts';
import {type Line, line, run} from '../text/line.ts';
import {BAD, CODE, FAINT, GOOD, STRONG} from '../text/theme.ts';
import {doneLine, helpLines, wrapped} from './parts.ts';

/** Goal, the file, the tests. */
export function codeLines({goal}: CodeStep, player: PlayerState, strings: Strings, width: number): readonly Line[] {
	return [
		...wrapped(goal[player.language], width, STRONG),
		...(player.exercise === undefined ? [] : exerciseLines(player.exercise, strings, width)),
		...helpLines(player, strings, width),
		...(player.status === 'done' ? [doneLine(strings.step.achieved)] : []),
	];
}

function exerciseLines(exercise: ExerciseRun, strings: Strings, width: number): readonly Line[] {
	const {passed, failed, skipped, firstFailure, broken, running} = exercise;
	const near = relative(process.cwd(), exercise.file);
	const file = near.startsWith('..') ? exercise.file : near;
	const verdict = running
		? [line(strings.step.testsRunning, FAINT)]
		: [line(strings.step.tests(passed, failed, skipped), failed > 0 || broken !== undefined ? BAD : GOOD)];
	return [
		cutLine([run(file, CODE)], width),
		...wrapped(strings.step.editFile, width, FAINT),
		...(broken === undefined ? verdict : [line(strings.step.cannotLoad, BAD), ...wrapped(broken, width)]),
		...(firstFailure === undefined || running
			? []
			: [cutLine([run('✗ ', BAD), run(firstFailure.test)], width), ...wrapped(firstFailure.message, width, FAINT)]),
	];
}
