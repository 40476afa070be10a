/**
 * Where everything goes: the arithmetic of the screen.
 *
 *     80×24: one pane at a time            160×50: all at once
 *     ┌ header, tabs ───────────┐          ┌ header ───────────┬───────────────┐
 *     │ text | shell | kernel   │          │ text              │ shell         │
 *     ├ step ───────────────────┤          │                   ├ kernel ───────┤
 *     │                         │          ├ step ─────────────┤               │
 *     └ keys ───────────────────┘          └ keys ─────────────┴───────────────┘
 *
 * The surprise: the shell's size never depends on the step's text. A pty that changes its size sends SIGWINCH, and a
 * program inside would redraw itself at every hint.
 * @module
 */

/** Columns and rows of a pane or of the whole screen. */
export interface Size {
	readonly columns: number;
	readonly rows: number;
}

/** What the body shows where there is room for one pane only. */
export type Tab = 'text' | 'terminal' | 'panel';

/** The panes that are on the screen, with the room inside them, without their title lines. */
export interface Layout {
	readonly kind: 'narrow' | 'wide';
	readonly text?: Size;
	readonly terminal?: Size;
	readonly panel?: Size;
	readonly step: Size;
}

/** Below this nothing can be read. */
export const SMALLEST: Size = {columns: 60, rows: 18};
/** The header, and the keys' line. */
const FRAME_ROWS = 2;
/** A pane's title. */
const TITLE_ROWS = 1;
const WIDE_FROM = 120;
/** A shell's usual width, with the line between the columns. */
const SHELL_COLUMNS = 84;

/** Whether the course can be drawn at all. */
export function isTooSmall({columns, rows}: Size): boolean {
	return columns < SMALLEST.columns || rows < SMALLEST.rows;
}

/** What the panes would like to have, in rows. */
export interface Wishes {
	readonly text: number;
	readonly step: number;
}

/** The panes of a lesson. */
export function layoutOf(size: Size, tab: Tab, wishes: Wishes): Layout {
	return size.columns >= WIDE_FROM ? wide(size, wishes) : narrow(size, tab, wishes.step);
}

/** How wide the text's pane is. */
export function textColumns({columns}: Size): number {
	return columns >= WIDE_FROM ? leftColumns(columns) : columns;
}

/** The shell's size, whether it is on the screen now or not. */
export function terminalSize(size: Size): Size {
	return layoutOf(size, 'terminal', {text: 0, step: 0}).terminal!;
}

function narrow({columns, rows}: Size, tab: Tab, wanted: number): Layout {
	const body = rows - FRAME_ROWS;
	// Beside the shell the step keeps one height.
	const still = rows >= 30 ? 9 : 5;
	const stepRows = tab === 'terminal' ? still : clamp(wanted, 2, body - TITLE_ROWS - 8);
	const pane = {columns, rows: body - stepRows - TITLE_ROWS};
	return {kind: 'narrow', [tab]: pane, step: {columns: columns - 2, rows: stepRows}};
}

function wide({columns, rows}: Size, wishes: Wishes): Layout {
	const body = rows - FRAME_ROWS;
	const left = leftColumns(columns);
	const right = columns - left - 1;
	const mostStepRows = body - TITLE_ROWS - Math.min(18, Math.floor(body / 2));
	// The step follows the text at once: an eye that has read on shouldn't have to look for it.
	const textRows = clamp(wishes.text + 1, 1, body - TITLE_ROWS - clamp(wishes.step, 2, mostStepRows));
	const panelRows = clamp(Math.floor(body * 0.36), 7, 20);
	return {
		kind: 'wide',
		text: {columns: left, rows: textRows},
		step: {columns: left - 2, rows: body - TITLE_ROWS - textRows},
		terminal: {columns: right, rows: body - panelRows - 2 * TITLE_ROWS},
		panel: {columns: right, rows: panelRows},
	};
}

function leftColumns(columns: number): number {
	return clamp(columns - SHELL_COLUMNS, 50, 78);
}

function clamp(value: number, least: number, most: number): number {
	return Math.max(least, Math.min(Math.max(least, most), value));
}
