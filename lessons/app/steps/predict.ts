/**
 * A `predict` step: answers to choose from, then what really happened.
 * @module
 */
import type {PredictStep} from '#lesson';
import type {Prediction} from '#lessons/state';
import type {OpenLesson} from '../state/app-state.ts';
import type {Strings} from '../strings/strings.ts';
import {cutLine} from '../text/cells.ts';
import {type Line, line, run, type Style} from '../text/line.ts';
import {BAD, CHOSEN, FAINT, GOOD, STRONG, WARNING} from '../text/theme.ts';
import {commandLine, doneLine, wrapped} from './parts.ts';

/** The question, the answers, and once one is chosen the output that judges it. */
export function predictLines(
	step: PredictStep,
	lesson: OpenLesson,
	strings: Strings,
	width: number,
	letters: readonly string[],
): readonly Line[] {
	const {prediction, language} = lesson.player;
	const answers = step.answers.flatMap(({text}, index) => {
		const {mark, style} = lookOf(index, prediction, lesson.choice);
		return wrapped(`${mark} ${letters[index] ?? ''}  ${text[language]}`, width, style, line('     '));
	});
	return [
		...wrapped(step.question[language], width, STRONG),
		...answers,
		...(prediction === undefined ? [] : outcome(step, prediction, lesson, strings, width)),
	];
}

function lookOf(index: number, prediction: Prediction | undefined, choice: number): {mark: string; style: Style} {
	if (prediction === undefined) return index === choice ? {mark: '›', style: CHOSEN} : {mark: ' ', style: {}};
	if (prediction.actual === index) return {mark: '✓', style: GOOD};
	if (prediction.chosen !== index) return {mark: ' ', style: FAINT};
	return prediction.verdict === undefined ? {mark: '›', style: STRONG} : {mark: '✗', style: BAD};
}

const MOST_OUTPUT = 6;

function outcome(
	step: PredictStep,
	prediction: Prediction,
	{player}: OpenLesson,
	strings: Strings,
	width: number,
): readonly Line[] {
	const {output, verdict, text} = prediction;
	if (verdict === undefined) return [commandLine(step.run, width), line(strings.step.running, FAINT)];
	const explanation = text === undefined || text === '' ? [] : wrapped(text, width);
	return [
		...(output === undefined ? [] : printed(step.run, output, strings, width)),
		...(verdict === 'right'
			? [doneLine(strings.step.right)]
			: wrong(step, prediction, player.language, strings, width)),
		...explanation,
	];
}

function wrong(
	{answers}: PredictStep,
	{actual}: Prediction,
	language: 'en' | 'zh',
	strings: Strings,
	width: number,
): readonly Line[] {
	const answer = actual === undefined ? undefined : answers[actual]?.text[language];
	return answer === undefined ? [] : wrapped(strings.step.wrong(answer), width, WARNING);
}

function printed(command: string, output: string, strings: Strings, width: number): readonly Line[] {
	const lines = output.replace(/\n+$/, '').split('\n');
	if (output.trim() === '') return [commandLine(command, width), line(strings.step.printedNothing, FAINT)];
	const shown = lines.slice(0, MOST_OUTPUT).map(text => cutLine([run('│ ', FAINT), run(plain(text))], width));
	const more = lines.length - shown.length;
	return [commandLine(command, width), ...shown, ...(more > 0 ? [line(strings.step.moreLines(more), FAINT)] : [])];
}

/** What a program printed may hold anything; a screen must not be told to move by it. */
function plain(text: string): string {
	return text
		.replaceAll(/\x1b\[[0-9;?]*[ -/]*[@-~]/g, '')
		.replaceAll('\t', '    ')
		.replaceAll(/[\x00-\x1f\x7f]/g, '');
}
