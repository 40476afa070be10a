/**
 * A line of code → rows of the screen: coloured, and wrapped where it is longer than its pane.
 * @module
 */
import {type Line, lineWidth, PLAIN, type Run, run, type Style} from '../../app/text/line.ts';
import {wrapLine} from '../../app/text/wrap.ts';
import type {SourceFile} from '../sources/source-file.ts';
import {type Token, type TokenKind, tokensOf} from '../sources/tokens.ts';

/** What the reader is here for is in the comments: they are as bright as the code. */
const STYLES: Readonly<Record<TokenKind, Style>> = {
	comment: {color: {palette: 6}},
	string: {color: {palette: 2}},
	number: {color: {palette: 3}},
	keyword: {color: {palette: 5}},
	name: PLAIN,
	sign: PLAIN,
	space: PLAIN,
};

/** Styles are compared by identity: each of these is made once. */
const UNDERLINED = Object.fromEntries(
	Object.entries(STYLES).map(([kind, style]) => [kind, {...style, underline: true}]),
) as Readonly<Record<TokenKind, Style>>;

/** Some characters of a line that look otherwise. */
export interface Mark {
	readonly start: number;
	readonly end: number;
	/** `underlined` keeps the colour. */
	readonly style: Style | 'underlined';
}

/** Indented by two columns a level: at eighty columns every one counts. */
const TAB = '  ';

const rows = new WeakMap<SourceFile, {readonly width: number; readonly counts: Map<number, number>}>();

/** How many rows a line takes at a width; at least one. */
export function rowCount(file: SourceFile, line: number, width: number): number {
	const known = rows.get(file);
	const counts = known?.width === width ? known.counts : new Map<number, number>();
	if (known?.width !== width) rows.set(file, {width, counts});
	const count = counts.get(line) ?? codeRows(file, line, width).length;
	counts.set(line, count);
	return count;
}

/** The rows of one line of a file. Marks are given in characters of the line; a later one wins. */
export function codeRows(file: SourceFile, line: number, width: number, marks: readonly Mark[] = []): readonly Line[] {
	const tokens = tokensOf(file)[line - 1] ?? [];
	const painted = marked(tokens, marks).map(({text, style}) => run(text.replaceAll('\t', TAB), style));
	if (lineWidth(painted) <= width) return [painted];
	return wrapLine(painted, width, [run(hanging(file.lines[line - 1] ?? '', width))]);
}

/** A line that goes on stands under its own text, and a comment under its words. */
function hanging(text: string, width: number): string {
	const start = /^[\t ]*(?:\* {1,8}|\/\/ |)/.exec(text)?.[0] ?? '';
	const columns = start.replaceAll('\t', TAB).length;
	return ' '.repeat(Math.min(/[*/]/.test(start) ? columns : columns + 4, Math.floor(width / 2)));
}

function marked(tokens: readonly Token[], marks: readonly Mark[]): Line {
	return tokens.flatMap(({text, start, kind}): Line => {
		const end = start + text.length;
		const within = marks.filter(mark => mark.start < end && start < mark.end);
		if (within.length === 0) return [run(text, STYLES[kind])];
		const cuts = [...new Set([start, end, ...within.flatMap(mark => [mark.start, mark.end])])]
			.filter(cut => cut >= start && cut <= end)
			.sort((one, other) => one - other);
		return cuts.slice(1).map((cut, index): Run => {
			const from = cuts[index]!;
			const mark = within.findLast(mark => mark.start <= from && cut <= mark.end);
			const style = mark === undefined ? STYLES[kind] : mark.style === 'underlined' ? UNDERLINED[kind] : mark.style;
			return run(text.slice(from - start, cut - start), style);
		});
	});
}
