/**
 * Lines of a terminal → HTML: what a program printed, and code in its colours.
 * @module
 */
import {toCells} from '#lessons/app/text/cells';
import type {Color, Line, Run, Style} from '#lessons/app/text/line';
import {escaped} from './escaped.ts';

/** The lines of a `pre`. Nothing in them is taken for markup. */
export function linesHtml(lines: readonly Line[]): string {
	return lines.map(line => line.map(runHtml).join('')).join('\n');
}

function runHtml({text, style}: Run): string {
	const inner = columnsHtml(text);
	const names = classesOf(style);
	const colors = [colorOf('color', style.color), colorOf('background', style.background)].join('');
	if (names === '' && colors === '') return inner;
	return `<span${names && ` class="${names}"`}${colors && ` style="${colors}"`}>${inner}</span>`;
}

/** In a terminal a Chinese character takes two columns; in a browser, whatever its font says. So they are told to. */
function columnsHtml(text: string): string {
	if (/^[\x20-\x7e]*$/.test(text)) return escaped(text);
	return toCells([{text, style: {}}])
		.map(({text, width}) => (width === 2 ? `<span class="wide">${escaped(text)}</span>` : escaped(text)))
		.join('');
}

function classesOf(style: Style): string {
	const names = [
		style.bold && 'bold',
		style.dim && 'dim',
		style.italic && 'italic',
		style.underline && 'underline',
		style.strike && 'strike',
		style.inverse && 'inverse',
		paletteClass('color', style.color),
		paletteClass('back', style.background),
	];
	return names.filter(name => name).join(' ');
}

/** The sixteen that a theme may change have classes. */
function paletteClass(kind: 'color' | 'back', color: Color | undefined): string | undefined {
	return color !== undefined && 'palette' in color && color.palette < 16 ? `${kind}-${color.palette}` : undefined;
}

function colorOf(property: 'color' | 'background', color: Color | undefined): string {
	if (color === undefined) return '';
	if ('rgb' in color) return `${property}:#${color.rgb.toString(16).padStart(6, '0')};`;
	return color.palette < 16 ? '' : `${property}:rgb(${xterm256(color.palette).join(',')});`;
}

/** xterm's table: a cube of 6×6×6 colours, then 24 greys. */
function xterm256(index: number): readonly number[] {
	if (index >= 232) return Array.from({length: 3}, () => 8 + 10 * (index - 232));
	const levels = [0, 95, 135, 175, 215, 255];
	const at = index - 16;
	return [Math.floor(at / 36), Math.floor(at / 6) % 6, at % 6].map(level => levels[level]!);
}
