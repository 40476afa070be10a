/**
 * Where everything goes: the arithmetic of the reader's screen.
 *
 *     80×24: one pane at a time        160×50: the map and the files beside the code
 *     ┌ header ─────────────────┐      ┌ header ───────────┬───────────────────┐
 *     │ code, files, or map     │      │ map               │ code              │
 *     │                         │      ├ files ────────────┤                   │
 *     ├ what is chosen ─────────┤      ├ what is chosen ───┴───────────────────┤
 *     └ keys ───────────────────┘      └ keys ─────────────────────────────────┘
 *
 * @module
 */
import type {Size} from '../app/layout.ts';

/** The panes that are on the screen, with the room inside them. */
export interface Frame {
	/** The code, or what is laid over it. */
	readonly main: Size;
	/** Map and files, where there is room for them beside the code; their titles included. */
	readonly side: Size | undefined;
}

/** The header, what is chosen, and the keys. */
const FRAME_ROWS = 3;
const WIDE_FROM = 120;
/** What 120 columns of code take with its line numbers. */
const CODE_COLUMNS = 126;

/** The panes of a screen. */
export function frameOf({columns, rows}: Size): Frame {
	const body = Math.max(1, rows - FRAME_ROWS);
	if (columns < WIDE_FROM) return {main: {columns, rows: body}, side: undefined};
	const side = Math.min(Math.max(44, Math.min(columns - CODE_COLUMNS, 80), Math.floor(columns * 0.37)), 80);
	return {main: {columns: columns - side - 1, rows: body}, side: {columns: side, rows: body}};
}
