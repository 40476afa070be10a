/**
 * A line of the screen: runs of text, each in one style. Everything the course draws becomes lines before it becomes
 * Ink, so that widths are counted in one place and tests can read a screen without a terminal.
 * @module
 */
import stringWidth from 'string-width';

/** A colour of the terminal's palette (0–15 follow its theme), or a true colour as 0xRRGGBB. */
export type Color = {readonly palette: number} | {readonly rgb: number};

/** How a run looks. A missing field is the terminal's default. */
export interface Style {
	readonly color?: Color;
	readonly background?: Color;
	readonly bold?: boolean;
	readonly dim?: boolean;
	readonly italic?: boolean;
	readonly underline?: boolean;
	readonly inverse?: boolean;
	readonly strike?: boolean;
}

/** Neighbouring characters of one style. */
export interface Run {
	readonly text: string;
	readonly style: Style;
}

export type Line = readonly Run[];

/** The style of plain text, shared so that runs of it can be told by identity. */
export const PLAIN: Style = {};

/** One run. */
export function run(text: string, style: Style = PLAIN): Run {
	return {text, style};
}

/** A line of one run. */
export function line(text: string, style: Style = PLAIN): Line {
	return text === '' ? [] : [run(text, style)];
}

/** The characters alone. */
export function lineText(runs: Line): string {
	return runs.map(({text}) => text).join('');
}

/** Columns of the terminal that a line takes; Chinese characters take two. */
export function lineWidth(runs: Line): number {
	return runs.reduce((width, {text}) => width + stringWidth(text), 0);
}

/** The line with spaces added to a width; a wider one stays as it is. */
export function padLine(runs: Line, width: number, style: Style = PLAIN): Line {
	const missing = width - lineWidth(runs);
	return missing > 0 ? [...runs, run(' '.repeat(missing), style)] : runs;
}
