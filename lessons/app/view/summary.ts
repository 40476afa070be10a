/**
 * The end of a lesson: what the learner expected, and what happened.
 * @module
 */
import type {Language} from '#lesson';
import type {Summary} from '#lessons/state';
import {wrapped} from '../steps/parts.ts';
import type {Strings} from '../strings/strings.ts';
import {type Line, line} from '../text/line.ts';
import {FAINT, GOOD, HEADING, STRONG, WARNING} from '../text/theme.ts';

/** A lesson's summary as text. */
export function summaryLines(summary: Summary, language: Language, strings: Strings, width: number): readonly Line[] {
	const {summary: words} = strings;
	const predictions =
		summary.wrong.length > 0
			? [line(words.wrong, WARNING)]
			: summary.predictions > 0
				? [line(words.allRight(summary.predictions), GOOD)]
				: [];
	return [
		line(words.title, HEADING),
		[],
		line(words.steps(summary.stepsDone, summary.steps)),
		...predictions,
		...summary.wrong.flatMap(({step, chosen, actual, text}) => [
			[],
			...wrapped(step.question[language], width, STRONG),
			...wrapped(words.youSaid(step.answers[chosen]?.text[language] ?? ''), width, FAINT, line('  ')),
			...wrapped(words.itWas(step.answers[actual]?.text[language] ?? ''), width, undefined, line('  ')),
			...wrapped(text, width, undefined),
		]),
	];
}
