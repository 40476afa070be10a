/**
 * What is to be mended on one slide: it must fit the smallest terminal that a room has, 80×24, with its notes beside it.
 * @module
 */
import {lexer} from 'marked';
import {lineText, lineWidth} from '#lessons/app/text/line';
import {markdownLines} from '#lessons/app/text/markdown';
import type {Problem, Prose, Runnable, Slide} from './deck.ts';
import {runnables} from './deck.ts';
import {mostTextRows, showLayout} from './show/show-layout.ts';
import {slideRows} from './slide-lines.ts';
import {notesLines, notesRows} from './speaker/speaker-view.ts';

const SMALLEST = {columns: 80, rows: 24};
/** Wide enough for whatever an author may write on one line. */
const ENDLESS = 1000;

/** What is wrong with a slide. */
export function slideProblems(slide: Slide): readonly Problem[] {
	const {columns, body} = showLayout(SMALLEST);
	const room = runnables(slide).length > 0 ? mostTextRows(SMALLEST) : body;
	const rows = slideRows(slide, columns);
	const notes = notesLines(slide, SMALLEST.columns).length;
	const texts = [
		slide.notes === '' && 'the slide has no notes',
		lineWidth([{text: slide.title, style: {}}]) > columns && `the title is wider than ${columns} columns`,
		rows > room && `${rows} rows of text at 80×24, where ${room} have room`,
		notes > notesRows(SMALLEST.rows) && `${notes} rows of notes at 80×24, where ${notesRows(SMALLEST.rows)} have room`,
	].filter(text => text !== false);
	const wide = slide.pieces.flatMap(piece =>
		piece.kind === 'run' ? wideBlock(piece, columns) : wideDrawing(piece, columns, slide.line),
	);
	return [...texts.map(text => ({line: slide.line, text})), ...wide];
}

function wideBlock({code, line}: Runnable, columns: number): readonly Problem[] {
	return code.split('\n').flatMap((source, row) => {
		const width = lineWidth([{text: source, style: {}}]);
		return width > columns - 2
			? [{line: line + 1 + row, text: `${width} columns of code, where ${columns - 2} have room`}]
			: [];
	});
}

/** Prose finds its lines by itself; drawings, code and tables are cut. */
function wideDrawing({markdown}: Prose, columns: number, line: number): readonly Problem[] {
	return lexer(markdown)
		.filter(({type}) => type === 'code' || type === 'table')
		.flatMap(({raw}) => {
			const [cut, whole] = [columns, ENDLESS].map(width => markdownLines(raw, width).map(lineText));
			const at = whole!.findIndex((text, row) => text !== cut![row]);
			return at < 0 ? [] : [{line, text: `wider than ${columns} columns: ${whole![at]!.trim()}`}];
		});
}
