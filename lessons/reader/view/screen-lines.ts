/**
 * The reader's whole screen as lines, from the state alone. The component only hands them to Ink.
 * @module
 */
import {isTooSmall, type Size, SMALLEST} from '../../app/layout.ts';
import {cutLine} from '../../app/text/cells.ts';
import {type Line, line, padLine, run} from '../../app/text/line.ts';
import {FAINT, WARNING} from '../../app/text/theme.ts';
import {wrapLine} from '../../app/text/wrap.ts';
import {titleLine} from '../../app/view/title-line.ts';
import {frameOf} from '../frame.ts';
import type {ReaderState} from '../state/reader-state.ts';
import {stringsOf} from '../strings/strings.ts';
import {codeLines} from './code-view.ts';
import {headerLine} from './header.ts';
import {keyLine} from './key-line.ts';
import {listLines} from './list-view.ts';
import {overlayLines} from './overlay-view.ts';
import {sideLines} from './side-view.ts';
import {statusLine} from './status-line.ts';

/** As many lines as the screen has rows, none wider than its columns. */
export function screenLines(state: ReaderState): readonly Line[] {
	const {columns, rows} = state.size;
	if (isTooSmall(state.size)) return filled(tooSmall(state), rows);
	const {main, side} = frameOf(state.size);
	const body = filled(mainLines(state, main, side !== undefined), main.rows);
	const beside = side === undefined ? body : joined(sideLines(state, side), body, side.columns);
	return [headerLine(state), ...beside, statusLine(state), keyLine(state)].map(drawn => cutLine(drawn, columns));
}

function mainLines(state: ReaderState, main: Size, hasSide: boolean): readonly Line[] {
	const {overlay, focus, language} = state;
	if (overlay !== undefined) return overlayLines(state, overlay, main);
	if (focus === 'code' || hasSide) return codeLines(state);
	return [titleLine(stringsOf(language).files, main.columns, true), ...listLines(state, main.columns, main.rows - 1)];
}

function joined(left: readonly Line[], right: readonly Line[], width: number): readonly Line[] {
	return right.map((drawn, row) => [...padLine(left[row] ?? [], width), run('│', FAINT), ...drawn]);
}

function tooSmall({language, size: {columns, rows}}: ReaderState): readonly Line[] {
	const text = stringsOf(language).tooSmall(columns, rows, `${SMALLEST.columns}×${SMALLEST.rows}`);
	return wrapLine(line(text, WARNING), Math.max(2, columns));
}

function filled(lines: readonly Line[], rows: number): readonly Line[] {
	return Array.from({length: rows}, (_, row) => lines[row] ?? []);
}
