/**
 * Breaks text into lines that fit, in English and in Chinese.
 *
 *     English breaks at spaces.        Chinese breaks between any two characters,
 *     never inside a word              but 。，） never begin a line and （《 never end one.
 *
 * Source: the prohibition rules of W3C's Requirements for Chinese Text Layout, section 3.1.2.
 * @module
 */
import {type Cell, fromCells, toCells} from './cells.ts';
import type {Line} from './line.ts';

/** No line may begin with these. */
const CLOSING = new Set('、。，．：；？！）》」』】〕〉〗”’…—～·％℃,.;:?!)]}%');
/** No line may end with these. */
const OPENING = new Set('（《「『【〔〈〖“‘([{');
/** Long dashes and dots are two characters that stay together. */
const PAIRED = new Set('—…');

/**
 * The lines of a paragraph, none wider than `width` columns (as long as each character fits). White space at a break is
 * dropped, everything else is kept in order. Lines after the first begin with `indent`, which counts.
 */
export function wrapLine(paragraph: Line, width: number, indent: Line = []): readonly Line[] {
	const lines: Cell[][] = [];
	let margin: readonly Cell[] = [];
	let current: Cell[] = [];
	const room = (cells: readonly Cell[]) => width - widthOf(current) >= widthOf(cells);
	const breakLine = () => {
		// White space alone makes no line: it is dropped like any other at a break.
		if (current.slice(margin.length).some(cell => !isSpace(cell))) {
			lines.push(withoutEndingSpaces(current));
			margin = toCells(indent);
		}
		current = [...margin];
	};
	for (const piece of pieces(toCells(paragraph))) {
		if (isSpace(piece[0]!)) {
			const isAtBreak = lines.length > 0 && current.length === margin.length;
			if (!isAtBreak && room(piece)) current.push(...piece);
			continue;
		}
		if (!room(piece)) breakLine();
		for (const cell of piece) {
			// A word longer than a whole line has to break somewhere.
			if (!room([cell])) breakLine();
			current.push(cell);
		}
	}
	if (lines.length === 0 || current.length > margin.length) lines.push(withoutEndingSpaces(current));
	return lines.map(fromCells);
}

/** Cuts where a line may break: spaces are pieces of their own. */
function pieces(cells: readonly Cell[]): readonly (readonly Cell[])[] {
	const found: Cell[][] = [];
	cells.forEach((cell, index) => {
		const previous = cells[index - 1];
		if (previous === undefined || mayBreakBetween(previous, cell)) found.push([cell]);
		else found.at(-1)!.push(cell);
	});
	return found;
}

function mayBreakBetween(left: Cell, right: Cell): boolean {
	if (isSpace(left) !== isSpace(right)) return true;
	if (isSpace(left)) return false;
	if (left.text === right.text && PAIRED.has(left.text)) return false;
	if (CLOSING.has(right.text) || OPENING.has(left.text)) return false;
	// A path of which the middle was left out stays in one piece.
	if (left.text === '…' && right.text === '/') return false;
	return left.width === 2 || right.width === 2 || (CLOSING.has(left.text) && isWidePunctuation(left));
}

/** “ ” … — belong to Chinese text as well, though terminals draw them in one column. */
function isWidePunctuation(cell: Cell): boolean {
	return cell.text === '”' || cell.text === '’' || cell.text === '…' || cell.text === '—';
}

function isSpace(cell: Cell): boolean {
	return cell.text === ' ' || cell.text === '\t';
}

function withoutEndingSpaces(cells: readonly Cell[]): Cell[] {
	let end = cells.length;
	while (end > 0 && isSpace(cells[end - 1]!)) end--;
	return cells.slice(0, end);
}

function widthOf(cells: readonly Cell[]): number {
	return cells.reduce((width, cell) => width + cell.width, 0);
}
