/**
 * The keys, all of them.
 * @module
 */
import type {AppState} from '../state/app-state.ts';
import {type Strings, stringsOf} from '../strings/strings.ts';
import {type Line, line, padLine, run} from '../text/line.ts';
import {HEADING, KEY, STRONG, WARNING} from '../text/theme.ts';
import {wrapLine} from '../text/wrap.ts';
import {titleLine} from './title-line.ts';

/** The help on its screen, but for the last line. */
export interface HelpView {
	readonly lines: readonly Line[];
	/** The last line that it may begin with. */
	readonly limit: number;
}

/** As much of the help as there is room for; the title says whether there is more. */
export function helpView({size: {columns, rows}, language, helpTop}: AppState): HelpView {
	const strings = stringsOf(language);
	const help = helpLines(strings, columns - 2).map(drawn => [...line(' '), ...drawn]);
	const room = rows - 2;
	const limit = Math.max(0, help.length - room);
	const top = Math.min(helpTop, limit);
	const more = top < limit ? [run(strings.lesson.more, WARNING)] : [];
	const filled = Array.from({length: room}, (_, row) => help[top + row] ?? []);
	return {lines: [titleLine(strings.help.title, columns, false, more), ...filled], limit};
}

/** The help's lines. */
export function helpLines(strings: Strings, width: number): readonly Line[] {
	const {keys, help} = strings;
	const course: readonly (readonly [string, string])[] = [
		['↵', [keys.run, keys.commit, keys.check, keys.next].join(' / ')],
		['n  b', `${keys.next} / ${keys.previous}`],
		['h  s  R', `${keys.hint} / ${keys.show} / ${keys.reset}`],
		['u  r', help.undo],
		['x  c  e', `${keys.run} / ${keys.check} / ${keys.edit}`],
		['Tab', keys.shell],
		['← →  1 2 3', keys.tabs],
		['p  w', `${help.panels} / ${help.narration}`],
		['↑ ↓  PgUp PgDn', help.scroll],
		['[ ]  , .', `${help.scrollShell} / ${help.scrollNarration}`],
		['l  v', `${help.switchLanguage} / ${help.sandbox}`],
		['m  q', `${keys.map} / ${keys.quit}`],
	];
	const shell: readonly (readonly [string, string])[] = [
		['Ctrl-]  F12', keys.leaveShell],
		['…', help.shellAll],
	];
	return [
		line(help.course, HEADING),
		...course.map(row),
		[],
		line(help.inShell, HEADING),
		...shell.map(row),
		[],
		...wrapLine(line(help.marks), width),
		...wrapLine(line(help.loop, STRONG), width),
	];
}

function row([key, label]: readonly [string, string]): Line {
	return [...padLine([run(`  ${key}`, KEY)], 20), run(label)];
}
