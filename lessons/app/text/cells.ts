/**
 * Characters as the terminal counts them: a grapheme with the columns that it takes.
 * @module
 */
import stringWidth from 'string-width';
import {type Line, lineWidth, type Run, run, type Style} from './line.ts';

/** One grapheme in its style. */
export interface Cell {
	readonly text: string;
	readonly width: number;
	readonly style: Style;
}

const segmenter = new Intl.Segmenter(undefined, {granularity: 'grapheme'});

/** The graphemes of a line, in order. */
export function toCells(runs: Line): readonly Cell[] {
	return runs.flatMap(({text, style}) => graphemes(text).map(text => ({text, width: stringWidth(text), style})));
}

/** The opposite of `toCells`: neighbours of one style become one run again. */
export function fromCells(cells: readonly Cell[]): Line {
	const runs: Run[] = [];
	for (const {text, style} of cells) {
		const last = runs.at(-1);
		if (last?.style === style) runs[runs.length - 1] = run(last.text + text, style);
		else runs.push(run(text, style));
	}
	return runs;
}

/** The line cut to a width, its last column an ellipsis if something is missing. */
export function cutLine(runs: Line, width: number): Line {
	if (lineWidth(runs) <= width) return runs;
	const kept: Cell[] = [];
	let used = 0;
	for (const cell of toCells(runs)) {
		if (used + cell.width > width - 1) break;
		kept.push(cell);
		used += cell.width;
	}
	return width < 1 ? [] : fromCells([...kept, {text: '…', width: 1, style: kept.at(-1)?.style ?? {}}]);
}

/** Printable ASCII needs no segmenter: each character is its own grapheme. */
function graphemes(text: string): readonly string[] {
	return /^[\x20-\x7e]*$/.test(text) ? [...text] : Array.from(segmenter.segment(text), ({segment}) => segment);
}
