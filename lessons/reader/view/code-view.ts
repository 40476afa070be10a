/**
 * The open file: line numbers, code, the line that somebody is on, and the names in it that can be followed.
 * @module
 */
import {type Line, run} from '../../app/text/line.ts';
import {ACCENT, CHANGED, CHOSEN, FAINT} from '../../app/text/theme.ts';
import {frameOf} from '../frame.ts';
import {chosenLink} from '../state/chosen.ts';
import {matchesOf} from '../state/matches.ts';
import {openFile, type ReaderState, searchText} from '../state/reader-state.ts';
import {codeColumns, gutterColumns} from '../state/sight.ts';
import {codeRows, type Mark} from './code-rows.ts';

/** As many rows as the pane has. */
export function codeLines(state: ReaderState): readonly Line[] {
	const file = openFile(state);
	const {main} = frameOf(state.size);
	const width = codeColumns(file, state.size);
	const gutter = gutterColumns(file);
	const marks = marksOf(state);
	const rows: Line[] = [];
	for (let line = state.place.top; line <= file.lines.length && rows.length < main.rows; line++) {
		const isHere = line === state.place.line;
		codeRows(file, line, width, marks.get(line)).forEach((row, index) => {
			const number = (index === 0 ? String(line) : '').padStart(gutter - 2);
			const edge = isHere ? [run(`${index === 0 ? '›' : ' '}${number} `, ACCENT)] : [run(` ${number} `, FAINT)];
			rows.push([...edge, ...row]);
		});
	}
	return rows.slice(0, main.rows);
}

/** What is found is coloured everywhere, what can be followed on the chosen line only. */
function marksOf(state: ReaderState): ReadonlyMap<number, readonly Mark[]> {
	const marks = new Map<number, Mark[]>();
	const add = (line: number, mark: Mark): void => void marks.set(line, [...(marks.get(line) ?? []), mark]);
	const {links, link} = chosenLink(state);
	for (const {start, end} of links) add(state.place.line, {start, end, style: 'underlined'});
	if (link !== undefined && state.focus === 'code')
		add(state.place.line, {start: link.start, end: link.end, style: CHOSEN});
	const text = state.search === undefined ? '' : searchText(state.search);
	for (const {line, start, end} of matchesOf(openFile(state), text)) add(line, {start, end, style: CHANGED});
	return marks;
}
