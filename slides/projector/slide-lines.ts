/**
 * A slide at a step → the lines of its text, without its title.
 * @module
 */
import {cutLine} from '#lessons/app/text/cells';
import {highlight} from '#lessons/app/text/highlight';
import {type Line, run} from '#lessons/app/text/line';
import {markdownLines} from '#lessons/app/text/markdown';
import {ACCENT, FAINT} from '#lessons/app/text/theme';
import type {Piece, Runnable, Slide} from './deck.ts';

/** What of a slide is to be seen. */
export interface Shown {
	readonly step: number;
	readonly width: number;
	/** The block that Enter runs; it is marked. */
	readonly next?: Runnable | undefined;
}

/** The lines of what the slide shows at a step. Nothing that was there moves when more appears. */
export function slideLines({pieces}: Pick<Slide, 'pieces'>, {step, width, next}: Shown): readonly Line[] {
	const seen = pieces.filter(piece => piece.step <= step);
	const parts = seen.map(piece => pieceLines(piece, width, next));
	return parts.flatMap((lines, index) => (index > 0 && !isSameList(seen, index) ? [[], ...lines] : lines));
}

/** How many rows the slide's text takes when it is whole. */
export function slideRows(slide: Slide, width: number): number {
	return slideLines(slide, {step: slide.lastStep, width}).length;
}

function pieceLines(piece: Piece, width: number, next: Runnable | undefined): readonly Line[] {
	return piece.kind === 'run' ? blockLines(piece, width, piece === next) : markdownLines(piece.markdown, width);
}

function blockLines({code}: Runnable, width: number, isNext: boolean): readonly Line[] {
	return code.split('\n').map((source, row) => {
		const mark = row > 0 ? run('│ ', FAINT) : isNext ? run('▶ ', ACCENT) : run('$ ', FAINT);
		return cutLine([mark, ...highlight(source, 'sh')], width);
	});
}

function isSameList(pieces: readonly Piece[], index: number): boolean {
	return [pieces[index - 1], pieces[index]].every(piece => piece?.kind === 'prose' && piece.isItem);
}
