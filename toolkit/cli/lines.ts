/**
 * Drawn lines as text for a stream: in colour on a terminal, plain in a pipe or a file. Each stream for itself, since the
 * other may be another thing.
 * @module
 */
import type {WriteStream} from 'node:tty';
import {type Line, lineText} from '../../lessons/app/text/line.ts';
import {colorLevel, painter} from '../../lessons/app/text/paint.ts';
import {writeOut} from './output.ts';

/** Writes lines to standard output, one below the other. */
export function writeLines(lines: readonly Line[]): void {
	writeOut(linesText(lines, process.stdout));
}

/**
 * Lines one below the other. Where colours are asked for (FORCE_COLOR), a pipe gets them too.
 *
 * @param stream where they will be written; undefined: to a file.
 */
export function linesText(lines: readonly Line[], stream: WriteStream | undefined): string {
	const {TERM, FORCE_COLOR} = process.env;
	const isPainted = stream !== undefined && (stream.isTTY ? TERM !== 'dumb' : Boolean(FORCE_COLOR));
	const paint = isPainted ? painter(colorLevel(process.env, stream)) : lineText;
	return lines.map(line => `${paint(line).trimEnd()}\n`).join('');
}

/** How wide lines may be there: a pipe or a file has none broken. */
export function widthOf(stream: WriteStream | undefined): number {
	// A serial line, or a terminal that a program has made, may know of no width.
	return stream?.isTTY ? stream.columns || 80 : Number.POSITIVE_INFINITY;
}
