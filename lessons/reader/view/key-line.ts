/**
 * The last line: which keys do something now. As many as fit; help and quit always do.
 * @module
 */
import {type Line, lineWidth, run} from '../../app/text/line.ts';
import {FAINT, KEY} from '../../app/text/theme.ts';
import type {ReaderState} from '../state/reader-state.ts';
import {type Strings, stringsOf} from '../strings/strings.ts';

type Hint = readonly [key: string, label: string];

/** The keys' line, as wide as the screen at most. */
export function keyLine(state: ReaderState): Line {
	const strings = stringsOf(state.language);
	const {keys} = strings;
	const last: readonly Hint[] = [
		['?', keys.help],
		['q', keys.quit],
	];
	const isTyping = state.search?.origin !== undefined;
	return [run(' '), ...fitted(hints(state, strings), isTyping ? [] : last, state.size.columns - 2)];
}

function hints({search, overlay, focus, history}: ReaderState, {keys}: Strings): readonly Hint[] {
	if (search?.origin !== undefined) {
		return [
			['↵', keys.accept],
			['Esc', keys.cancel],
		];
	}
	if (overlay?.kind === 'map' || overlay?.kind === 'help') {
		return [
			['↑↓', keys.move],
			['Esc', keys.close],
		];
	}
	if (overlay !== undefined) {
		return [
			['↵', keys.open],
			['↑↓', keys.move],
			['Esc', keys.close],
		];
	}
	if (focus === 'list') {
		return [
			['↵', keys.open],
			['↑↓', keys.move],
			['Tab', keys.code],
		];
	}
	return [
		['↵', keys.follow],
		['n p', keys.file],
		['] [', keys.module],
		['Tab', keys.files],
		...(history.length > 0 ? [['b', keys.back] as const] : []),
		['u', keys.uses],
		['m', keys.man],
		['/', keys.search],
		['o', keys.exports],
		['i', keys.map],
		['l', keys.lesson],
		['L', keys.language],
	];
}

/** The first ones matter most. */
function fitted(first: readonly Hint[], last: readonly Hint[], width: number): Line {
	let count = first.length;
	while (count > 0 && lineWidth(joined([...first.slice(0, count), ...last])) > width) count--;
	return joined([...first.slice(0, count), ...last]);
}

function joined(hints: readonly Hint[]): Line {
	return hints.flatMap(([key, label], index) => [run(index > 0 ? '  ' : ''), run(key, KEY), run(` ${label}`, FAINT)]);
}
