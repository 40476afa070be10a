/**
 * A comparison as lines: what is the same in a word, what differs with its reason.
 * @module
 */

import {ASPECTS, type Comparison, type ExplainedDifference} from '#compare/compare';
import type {Language} from '#words/language';
import {harmless} from '#words/visible';
import {cutLine} from '../../../lessons/app/text/cells.ts';
import {type Line, line, padLine, run} from '../../../lessons/app/text/line.ts';
import {ACCENT, FAINT, HEADING, STRONG, WARNING} from '../../../lessons/app/text/theme.ts';
import {wrapLine} from '../../../lessons/app/text/wrap.ts';
import {titleLine} from '../../../lessons/app/view/title-line.ts';
import {type ComparisonWords, comparisonWords} from './comparison-words.ts';

/** The comparison, none of its lines wider than `width`. */
export function comparisonLines(comparison: Comparison, language: Language, width: number): readonly Line[] {
	const words = comparisonWords[language];
	const {differences, same, notes, container, version} = comparison;
	const equal = Object.values(same).reduce((sum, count) => sum + count, 0);
	return [
		...wrapLine(line(words.summary(container, version, equal, differences.length), STRONG), width),
		...notes.flatMap(note => wrapLine(line(note[language], FAINT), width)),
		...ASPECTS.flatMap(aspect => {
			const here = differences.filter(each => each.aspect === aspect);
			const count = same[aspect] ?? 0;
			if (here.length + count === 0) return [];
			const aside = [run(words.counts(count, here.length), here.length === 0 ? FAINT : WARNING)];
			return [
				titleLine([run(words.aspects[aspect], STRONG)], width, false, aside),
				...byReason(here).flatMap(group => groupLines(group, comparison, language, words, width)),
			];
		}),
	];
}

/** Differences that have one reason are told together. */
function byReason(differences: readonly ExplainedDifference[]): readonly (readonly ExplainedDifference[])[] {
	return [...Map.groupBy(differences, ({reason, name}) => reason?.en ?? `unknown ${name}`).values()];
}

function groupLines(
	group: readonly ExplainedDifference[],
	{engine}: Comparison,
	language: Language,
	words: ComparisonWords,
	width: number,
): readonly Line[] {
	const {reason} = group[0]!;
	const sentence = reason === undefined ? line(`  ${words.unknown}`, WARNING) : line(`  ${reason[language]}`);
	return [
		...alike(group).flatMap(same => differenceLines(same, engine, words, width)),
		...wrapLine([run('  → ', ACCENT), ...sentence.map(({text, style}) => run(text.trimStart(), style))], width, [
			run('    '),
		]),
	];
}

/** Those that differ in the same way: dozens of mounts may. */
function alike(group: readonly ExplainedDifference[]): readonly (readonly ExplainedDifference[])[] {
	return [...Map.groupBy(group, ({ours, theirs}) => JSON.stringify([ours ?? null, theirs ?? null])).values()];
}

/** More names than this are counted. */
const MOST_NAMES = 4;

function differenceLines(
	same: readonly ExplainedDifference[],
	engine: string,
	words: ComparisonWords,
	width: number,
): readonly Line[] {
	const {aspect, name, ours, theirs} = same[0]!;
	const [left, right] = withoutTheSame(name, ours, theirs);
	const value = (who: string, text: string | undefined): Line => [
		...padLine([run(`    ${who}`, FAINT)], 13),
		text === undefined
			? run(words.nothing, FAINT)
			: run(
					text === '' ? words.empty : ((aspect === 'environment' ? undefined : words.values[text]) ?? printable(text)),
				),
	];
	const names = same.slice(0, MOST_NAMES).map(({name}) => printable(name));
	const rest = same.length - names.length;
	const head = [run(`  ${names.join('  ')}`, HEADING), run(rest === 0 ? '' : `  ${words.more(rest)}`, FAINT)];
	return [head, value('drydock', left), value(engine, right)].map(each => cutLine(each, width));
}

/** Of two long lists only what one of them lacks. */
function withoutTheSame(
	name: string,
	ours: string | undefined,
	theirs: string | undefined,
): readonly [string | undefined, string | undefined] {
	if (ours === undefined || theirs === undefined) return [ours, theirs];
	const isList = ours.startsWith('CAP_') || name === 'trees';
	const separator = ours.includes('; ') || theirs.includes('; ') ? '; ' : isList ? ' ' : undefined;
	if (separator === undefined) return [ours, theirs];
	const [left, right] = [ours.split(separator), theirs.split(separator)];
	const rest = (of: readonly string[], other: readonly string[]) => {
		const own = of.filter(each => !other.includes(each));
		return [...(own.length < of.length ? ['…'] : []), ...own].join(separator);
	};
	return [rest(left, right), rest(right, left)];
}

/** Environment and mount points are what a program made of them: none may steer the terminal. */
function printable(text: string): string {
	return harmless(text, '?');
}
