/**
 * A terminal's cell grid → lines. `@xterm/headless` keeps the grid; this reads what is on it.
 * @module
 */
import type {IBufferCell, Terminal} from '@xterm/headless';
import {type Color, type Line, PLAIN, type Run, run, type Style} from '../text/line.ts';

/** Where the cursor stands on the screen, from 0. */
export interface Cursor {
	readonly column: number;
	readonly row: number;
}

/** The visible rows. Each takes all of its columns only if something is drawn there. */
export function screenLines(terminal: Terminal, scrolledBack = 0): readonly Line[] {
	const buffer = terminal.buffer.active;
	const top = Math.max(0, buffer.baseY - scrolledBack);
	const cell = buffer.getNullCell();
	return Array.from({length: terminal.rows}, (_, row) => {
		const source = buffer.getLine(top + row);
		const runs: Run[] = [];
		for (let column = 0; source !== undefined && column < Math.min(source.length, terminal.cols); column++) {
			source.getCell(column, cell);
			// The second half of a wide character has no character of its own.
			if (cell.getWidth() > 0) add(runs, cell);
		}
		return withoutBlankEnd(runs);
	});
}

/** Where the cursor is; it waits beyond the last column until the next character, and is shown on it. */
export function cursorOf(terminal: Terminal): Cursor {
	const {cursorX, cursorY} = terminal.buffer.active;
	return {column: Math.min(cursorX, terminal.cols - 1), row: cursorY};
}

function add(runs: Run[], cell: IBufferCell): void {
	const text = cell.isInvisible() ? ' '.repeat(cell.getWidth()) : cell.getChars() || ' ';
	const style = cell.isAttributeDefault() ? PLAIN : styleOf(cell);
	const last = runs.at(-1);
	if (last?.style === style) runs[runs.length - 1] = run(last.text + text, style);
	else runs.push(run(text, style));
}

/** Equal looks share one object, so that neighbours are told by identity and painted by one brush. */
const styles = new Map<string, Style>();

function styleOf(cell: IBufferCell): Style {
	const flags = [
		cell.isBold(),
		cell.isDim(),
		cell.isItalic(),
		cell.isUnderline(),
		cell.isInverse(),
		cell.isStrikethrough(),
	];
	const key = `${cell.getFgColorMode()}:${cell.getFgColor()}:${cell.getBgColorMode()}:${cell.getBgColor()}:${flags}`;
	const known = styles.get(key);
	if (known !== undefined) return known;
	const color = colorOf(cell.isFgRGB(), cell.isFgPalette(), cell.getFgColor());
	const background = colorOf(cell.isBgRGB(), cell.isBgPalette(), cell.getBgColor());
	const style: Style = {
		...(color && {color}),
		...(background && {background}),
		...(cell.isBold() && {bold: true}),
		...(cell.isDim() && {dim: true}),
		...(cell.isItalic() && {italic: true}),
		...(cell.isUnderline() && {underline: true}),
		...(cell.isInverse() && {inverse: true}),
		...(cell.isStrikethrough() && {strike: true}),
	};
	// A program that paints in true colours could fill memory with styles.
	if (styles.size > 4096) styles.clear();
	styles.set(key, style);
	return style;
}

function colorOf(isRgb: boolean, isPalette: boolean, value: number): Color | undefined {
	if (isRgb) return {rgb: value};
	return isPalette ? {palette: value} : undefined;
}

function withoutBlankEnd(runs: readonly Run[]): Line {
	const last = runs.at(-1);
	if (last === undefined || last.style !== PLAIN) return runs;
	const text = last.text.trimEnd();
	return text === '' ? runs.slice(0, -1) : [...runs.slice(0, -1), run(text, PLAIN)];
}
