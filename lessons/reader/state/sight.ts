/**
 * The open file on the screen as it is.
 * @module
 */
import type {Size} from '../../app/layout.ts';
import {frameOf} from '../frame.ts';
import type {SourceFile} from '../sources/source-file.ts';
import {rowCount} from '../view/code-rows.ts';
import {openFile, type ReaderState} from './reader-state.ts';
import {bottomOf, type Sight} from './scroll.ts';

/** Columns that the number of a line takes, with the space after it. */
export function gutterColumns({lines}: SourceFile): number {
	return Math.max(3, String(lines.length).length) + 2;
}

/** The width of the code's own lines. */
export function codeColumns(file: SourceFile, size: Size): number {
	return Math.max(2, frameOf(size).main.columns - gutterColumns(file) - 1);
}

/** What scrolling has to know. */
export function sightOf(state: ReaderState): Sight {
	const file = openFile(state);
	const width = codeColumns(file, state.size);
	return {
		lines: file.lines.length,
		room: frameOf(state.size).main.rows,
		rowsOf: line => rowCount(file, line, width),
	};
}

/** Whether the last line of the open file is on the screen. */
export function seesEnd(state: ReaderState): boolean {
	const sight = sightOf(state);
	return bottomOf(state.place, sight) === sight.lines;
}
