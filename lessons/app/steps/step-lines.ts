/**
 * The step at hand as lines: what to do, how it stands, and help. One file for each kind of step.
 * @module
 */
import {LETTERS} from '../keys/intents.ts';
import type {OpenLesson} from '../state/app-state.ts';
import type {Strings} from '../strings/strings.ts';
import type {Line} from '../text/line.ts';
import {WARNING} from '../text/theme.ts';
import {breakLines} from './break.ts';
import {codeLines} from './code.ts';
import {doLines} from './do.ts';
import {wrapped} from './parts.ts';
import {predictLines} from './predict.ts';
import {readLines} from './read.ts';

/** Everything that a step has to say, at a width. */
export function stepLines(lesson: OpenLesson, strings: Strings, width: number): readonly Line[] {
	const {message, summary} = lesson.player;
	const notice = message === undefined ? [] : wrapped(message, width, WARNING);
	return summary === undefined ? [...kindLines(lesson, strings, width), ...notice] : notice;
}

function kindLines(lesson: OpenLesson, strings: Strings, width: number): readonly Line[] {
	const {player} = lesson;
	const {step} = player;
	switch (step.kind) {
		case 'read':
			return readLines(step, width);
		case 'predict':
			return predictLines(step, lesson, strings, width, LETTERS);
		case 'do':
			return doLines(step, player, strings, width);
		case 'code':
			return codeLines(step, player, strings, width);
		case 'break':
			return breakLines(step, player, strings, width);
	}
}
