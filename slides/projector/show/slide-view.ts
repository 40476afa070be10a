/**
 * The slide as lines: its title and its text, down to where the terminal begins or the footer.
 * @module
 */
import {type Line, line, lineWidth, run} from '#lessons/app/text/line';
import {FAINT, HEADING, STRONG} from '#lessons/app/text/theme';
import {wrapLine} from '#lessons/app/text/wrap';
import {slideLines, slideRows} from '../slide-lines.ts';
import {paneTop, showLayout} from './show-layout.ts';
import {currentSlide, nextBlock, type ShowState, seenBlocks} from './show-state.ts';

/** Every row above the terminal's title, or above the footer where there is no terminal. */
export function slideView(state: ShowState): readonly Line[] {
	const slide = currentSlide(state);
	const {left, top, columns, body} = showLayout(state.size);
	const hasPane = state.panes.has(state.slide);
	const rows = hasPane ? paneTop(state.size, slide) - 1 : state.size.rows - 2;
	const block = nextBlock(state);
	const next = block === undefined ? undefined : seenBlocks(state, state.step)[block];
	const text = slideLines(slide, {step: state.step, width: columns, next});
	if (slide.isOpening && !hasPane) {
		// As high as if all of it were there: what appears later moves nothing.
		const above = Math.max(0, Math.floor((body - slideRows(slide, columns)) / 3));
		const title = centred(line(slide.title, HEADING), columns);
		const drawn = [title, ruleBelow(title, columns), [], ...text.map(row => centred(row, columns))];
		return filled([...empty(top + above), ...drawn.map(row => indented(row, left))], rows);
	}
	const [title = []] = wrapLine(line(slide.title, HEADING), columns);
	return filled([...empty(top), ...[title, [], ...text].map(row => indented(row, left))], rows);
}

/** `indented` by the slide's left margin. */
export function indented(row: Line, left: number): Line {
	return row.length === 0 ? row : [run(' '.repeat(left)), ...row];
}

function ruleBelow(title: Line, columns: number): Line {
	return centred(line('─'.repeat(Math.min(columns, lineWidth(title) - lineStart(title) + 4)), FAINT), columns);
}

function lineStart([first]: Line): number {
	return first?.text.trim() === '' ? first.text.length : 0;
}

function centred(row: Line, columns: number): Line {
	const left = Math.max(0, Math.floor((columns - lineWidth(row)) / 2));
	return row.length === 0 ? row : [run(' '.repeat(left)), ...row];
}

function empty(count: number): readonly Line[] {
	return Array.from({length: count}, () => []);
}

/** Exactly so many rows. */
export function filled(rows: readonly Line[], count: number): readonly Line[] {
	return Array.from({length: count}, (_, row) => rows[row] ?? []);
}

/** The line that says what a list of slides calls one. */
export function slideName(number: number, title: string): Line {
	return [run(`${String(number).padStart(3)}  `, FAINT), run(title, STRONG)];
}
