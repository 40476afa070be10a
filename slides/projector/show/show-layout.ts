/**
 * Where everything on a slide goes.
 *
 *     ┌──────────────────────────┐
 *     │  Title                   │
 *     │                          │
 *     │  text                    │
 *     │  ▶ a block               │
 *     │  ── machine ──────────── │ ◀── from the first block that was run
 *     │  its terminal            │
 *     │                          │
 *     └ progress, time, keys ────┘
 *
 * The surprise: the terminal's size follows from the whole slide, not from what has appeared of it. A pty that changes its
 * size sends SIGWINCH, and a program inside would redraw itself at every step.
 * @module
 */
import type {Size} from '#lessons/app/layout';
import type {Slide} from '../deck.ts';
import {slideRows} from '../slide-lines.ts';

export interface ShowLayout {
	/** Empty columns to the left of everything. */
	readonly left: number;
	/** Empty rows above the title. */
	readonly top: number;
	/** Columns of the text and of the terminal. */
	readonly columns: number;
	/** Rows below the title, for the text and the terminal. */
	readonly body: number;
}

/** Lines longer than this are hard to read from the last row. */
const MOST_COLUMNS = 100;
/** A terminal with fewer rows shows nothing worth seeing. */
export const LEAST_TERMINAL_ROWS = 8;
/** The title with the empty row below it; the line for notices, and the footer. */
const TITLE_ROWS = 2;
const FOOT_ROWS = 2;
/** Between the text and the terminal, where the terminal can spare it. */
const GAP_ROWS = 1;
/** The line above the terminal, with its title. */
const PANE_TITLE_ROWS = 1;

/** The places on a screen of this size. */
export function showLayout({columns, rows}: Size): ShowLayout {
	const width = Math.max(2, Math.min(columns - 4, MOST_COLUMNS));
	const top = rows < 24 ? 0 : 1 + Math.floor((rows - 24) / 6);
	return {
		left: Math.max(0, Math.floor((columns - width) / 2)),
		top,
		columns: width,
		body: rows - top - TITLE_ROWS - FOOT_ROWS,
	};
}

/** The rows of text beside which a terminal has its least. */
export function mostTextRows(size: Size): number {
	return showLayout(size).body - PANE_TITLE_ROWS - LEAST_TERMINAL_ROWS;
}

/** The terminal's size on a slide. A slide with too much text loses the end of it, not its terminal. */
export function paneSize(size: Size, slide: Slide): Size {
	const {columns, body} = showLayout(size);
	const text = Math.min(slideRows(slide, columns) + GAP_ROWS, mostTextRows(size));
	return {columns, rows: body - PANE_TITLE_ROWS - text};
}

/** The first row of the terminal on the screen. */
export function paneTop(size: Size, slide: Slide): number {
	const {top, body} = showLayout(size);
	return top + TITLE_ROWS + body - paneSize(size, slide).rows;
}
