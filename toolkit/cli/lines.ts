/**
 * Drawn lines on standard output: in colour on a terminal, plain in a pipe.
 * @module
 */
import {type Line, lineText} from '../../lessons/app/text/line.ts';
import {colorLevel, painter} from '../../lessons/app/text/paint.ts';
import {writeOut} from './output.ts';

/** Writes lines one below the other. Where colours are asked for (FORCE_COLOR), a pipe gets them too. */
export function writeLines(lines: readonly Line[]): void {
	const level = colorLevel(process.env);
	const paint = process.stdout.isTTY === true || level > 0 ? painter(level) : lineText;
	writeOut(lines.map(line => `${paint(line).trimEnd()}\n`).join(''));
}
