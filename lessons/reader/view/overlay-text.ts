/**
 * The texts that are laid over the code: a module's map, and the keys.
 * @module
 */
import {type Line, line, padLine, run} from '../../app/text/line.ts';
import {markdownLines} from '../../app/text/markdown.ts';
import {FAINT, KEY} from '../../app/text/theme.ts';
import {wrapLine} from '../../app/text/wrap.ts';
import {frameOf} from '../frame.ts';
import {mapOf, moduleOf} from '../sources/library.ts';
import {openFile, type ReaderState} from '../state/reader-state.ts';
import {type Strings, stringsOf} from '../strings/strings.ts';

/** Longer lines are hard to read. */
const READABLE_COLUMNS = 90;
const KEY_COLUMNS = 18;

/** The whole text, at the width of its pane. */
export function textOf(kind: 'map' | 'help', state: ReaderState): readonly Line[] {
	const strings = stringsOf(state.language);
	const width = Math.min(frameOf(state.size).main.columns - 2, READABLE_COLUMNS);
	return kind === 'help' ? helpLines(strings, width) : mapLines(state, width);
}

/** How many lines it has. */
export function textLength(kind: 'map' | 'help', state: ReaderState): number {
	return textOf(kind, state).length;
}

/** The map of the open file's module: its main file's opening comment, which is written as Markdown is. */
export function mapLines(state: ReaderState, width: number): readonly Line[] {
	const map = mapOf(moduleOf(state.library, openFile(state)));
	if (map === '') return wrapLine(line(stringsOf(state.language).noMap, FAINT), width);
	if (lastMap?.map !== map || lastMap.width !== width) lastMap = {map, width, lines: markdownLines(map, width)};
	return lastMap.lines;
}

/** The same map at the same width is asked for at every key. */
let lastMap: {readonly map: string; readonly width: number; readonly lines: readonly Line[]} | undefined;

function helpLines({help}: Strings, width: number): readonly Line[] {
	const rows = help.rows.flatMap(([key, meaning]) =>
		wrapLine([...padLine([run(` ${key}`, KEY)], KEY_COLUMNS), run(meaning)], width, line(' '.repeat(KEY_COLUMNS))),
	);
	return [...rows, [], ...wrapLine(line(help.order, FAINT), width)];
}
