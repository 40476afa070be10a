/**
 * The speaker's screen as lines: notes, the slide at hand, the next one, the time.
 *
 *     80×24                          160×50
 *     ┌ slide, time ───────┐         ┌ slide, time ───────┬────────────┐
 *     │ notes              │         │ notes              │ this slide │
 *     ├ next ──────────────┤         │                    ├ next ──────┤
 *     │ its title, text    │         │                    │            │
 *     └ keys ──────────────┘         └ keys ──────────────┴────────────┘
 *
 * @module
 */
import {cutLine} from '#lessons/app/text/cells';
import {type Line, line, lineWidth, padLine, run} from '#lessons/app/text/line';
import {markdownLines} from '#lessons/app/text/markdown';
import {CODE, FAINT, HEADING, KEY, STRONG, WARNING} from '#lessons/app/text/theme';
import {wrapLine} from '#lessons/app/text/wrap';
import {titleLine} from '#lessons/app/view/title-line';
import {type Deck, plannedMinutes, type Slide} from '../deck.ts';
import {slideLines} from '../slide-lines.ts';
import {type Strings, stringsOf} from '../strings.ts';
import {timingOf} from '../timing.ts';
import type {Position} from './messages.ts';
import type {SpeakerState} from './speaker-state.ts';

const WIDE_FROM = 120;
/** At 80×24: what of the next slide is seen. */
const NEXT_ROWS = 4;

/** As many lines as the screen has rows. */
export function speakerView(state: SpeakerState): readonly Line[] {
	const {followed, deck, size} = state;
	const rows =
		followed.state === 'following' && deck !== undefined
			? followingRows(state, deck, followed.position)
			: waitingRows(state);
	return Array.from({length: size.rows}, (_, row) => cutLine(rows[row] ?? [], size.columns));
}

/** The rows that a slide's notes may take at 80×24. */
export function notesRows(rows: number): number {
	// The header and the keys take one each, the next slide its title and its rows, an empty row stands above the notes.
	return rows - 4 - NEXT_ROWS;
}

/** The notes as lines, at the width that they have on a narrow screen. */
export function notesLines({notes}: Slide, columns: number): readonly Line[] {
	return markdownLines(notes, columns - 4);
}

function waitingRows({followed, wanted, language, fallback, size}: SpeakerState): readonly Line[] {
	const strings = stringsOf(language ?? fallback);
	const text =
		followed.state === 'several'
			? strings.speaker.several(followed.names)
			: strings.speaker.waiting(wanted ?? 'two-hours');
	return [
		titleLine(strings.speaker.title, size.columns),
		[],
		...wrapLine(line(text), size.columns - 4).map(row => [run('  '), ...row]),
		...Array.from({length: Math.max(0, size.rows - 4 - wrapLine(line(text), size.columns - 4).length)}, () => []),
		[],
		[run('  '), run('q', KEY), run(` ${strings.keys.quit}`, FAINT)],
	];
}

function followingRows(state: SpeakerState, deck: Deck, position: Position): readonly Line[] {
	const strings = stringsOf(deck.language);
	const {columns, rows} = state.size;
	const index = Math.min(position.slide, deck.slides.length - 1);
	const slide = deck.slides[index]!;
	const next = deck.slides[index + 1];
	const notes =
		slide.notes === '' ? [line(strings.speaker.noNotes, FAINT)] : notesLines(slide, Math.min(columns, WIDE_FROM - 40));
	const head = header(state, deck, index, position, strings);
	const keys = keysLine(strings, position);
	if (columns < WIDE_FROM) {
		const body = pane([[], ...notes], columns, rows - 3 - NEXT_ROWS);
		return [
			head,
			...body,
			nextTitle(next, strings, columns),
			...pane(nextRows(next, strings, columns, NEXT_ROWS), columns, NEXT_ROWS),
			keys,
		];
	}
	const left = WIDE_FROM - 40;
	const right = columns - left - 1;
	const half = Math.floor((rows - 2) / 2);
	const now = slideLines(slide, {step: Math.min(position.step, slide.lastStep), width: right - 4});
	const side = [
		...pane([[], line(slide.title, HEADING), [], ...now], right, half),
		nextTitle(next, strings, right),
		...pane(nextRows(next, strings, right, rows - 3 - half), right, rows - 3 - half),
	];
	const text = pane([[], ...notes], left, rows - 2);
	return [head, ...text.map((row, at) => [...padLine(row, left), run('│', FAINT), ...(side[at] ?? [])]), keys];
}

/** `── 3/14 A title · 2 more on this slide ───────── 12:04 / 120 min ──` */
function header(state: SpeakerState, deck: Deck, index: number, position: Position, strings: Strings): Line {
	const slide = deck.slides[index]!;
	const left = slide.lastStep - Math.min(position.step, slide.lastStep);
	const more = left > 0 ? [run(` · ${strings.speaker.stepsLeft(left)}`, WARNING)] : [];
	const {elapsed, lateMinutes} = timingOf(deck, index, position.startedAt, state.now);
	const late = lateMinutes > 0 ? [run(` ${strings.late(lateMinutes)}`, WARNING)] : [];
	const time = [run(`${elapsed} / ${strings.minutes(plannedMinutes(deck))}`, STRONG), ...late];
	const number = run(`${index + 1}/${deck.slides.length} `, FAINT);
	// The title gives way to what changes.
	const room = state.size.columns - lineWidth([number, ...more, ...time]) - 10;
	const title = cutLine([run(slide.title, HEADING)], Math.max(4, room));
	return titleLine([number, ...title, ...more], state.size.columns, false, time);
}

function nextTitle(next: Slide | undefined, strings: Strings, columns: number): Line {
	const aside = next === undefined ? [] : [run(strings.minutes(next.minutes), FAINT)];
	return titleLine(strings.speaker.next, columns, false, aside);
}

/** The next slide as it will look; without its empty rows where it has no room for them. */
function nextRows(next: Slide | undefined, strings: Strings, columns: number, count: number): readonly Line[] {
	if (next === undefined) return [line(strings.speaker.last, FAINT)];
	const text = slideLines(next, {step: next.lastStep, width: columns - 4});
	const rows = [line(next.title, STRONG), [], ...text];
	return rows.length > count ? rows.filter(row => row.length > 0) : rows;
}

function keysLine(strings: Strings, {isBlack, startedAt}: Position): Line {
	const notice = isBlack ? strings.speaker.black : startedAt === undefined ? strings.speaker.notStarted : '';
	const keys = [
		['→', strings.keys.next],
		['←', strings.keys.back],
		['q', strings.keys.quit],
	].flatMap(([key = '', label = '']) => [run(key, KEY), run(` ${label}  `, FAINT)]);
	return [run('  '), ...keys, run(notice, isBlack ? WARNING : CODE)];
}

/** A pane's rows, indented; what has no room ends in an ellipsis. */
function pane(rows: readonly Line[], columns: number, count: number): readonly Line[] {
	const shown = rows.length > count ? [...rows.slice(0, count - 1), line('…', FAINT)] : rows;
	return Array.from({length: count}, (_, row) => {
		const text = shown[row] ?? [];
		return text.length === 0 ? text : cutLine([run('  '), ...text], columns);
	});
}
