/**
 * Keeps the line that somebody is on in sight: whatever was asked for, the place that comes out exists and is shown.
 * @module
 */
import type {Place} from './reader-state.ts';

/** What scrolling has to know of a file on a screen. */
export interface Sight {
	readonly lines: number;
	/** Rows of the pane. */
	readonly room: number;
	/** How many rows a line takes, which is more than one if it is longer than the pane is wide. */
	readonly rowsOf: (line: number) => number;
}

/** Lines that stay visible above and below the chosen one while it moves, if there are any. */
export const MARGIN = 3;

/** The nearest place that exists, with its line in sight and no emptiness below the last one. */
export function inSight(place: Place, sight: Sight, margin = 0): Place {
	const line = clamp(place.line, 1, sight.lines);
	let top = clamp(place.top, 1, Math.max(1, line - margin));
	const last = Math.min(sight.lines, line + margin);
	// Neighbours may take so many rows that they have no room; the line alone must be seen.
	while (top < line && rowsBetween(top, last, sight) > sight.room) top++;
	return {...place, line, top: Math.min(top, lastTop(sight))};
}

/** The last line of which some row is shown. */
export function bottomOf({top}: Pick<Place, 'top'>, sight: Sight): number {
	let line = top;
	for (let used = sight.rowsOf(line); line < sight.lines && used + sight.rowsOf(line + 1) <= sight.room; ) {
		line++;
		used += sight.rowsOf(line);
	}
	return line;
}

/** Moves by pages: what was at one end of the pane is at the other then, so that the eye finds its way. */
export function byPage(place: Place, pages: 1 | -1, sight: Sight): Place {
	const wanted = pages === 1 ? Math.max(place.top + 1, bottomOf(place, sight) - 1) : topBefore(place, sight);
	const top = clamp(wanted, 1, lastTop(sight));
	// Where the end is in sight already, only the line moves.
	const line = top === place.top ? place.line + pages * sight.lines : place.line + top - place.top;
	return {...place, line: clamp(line, top, bottomOf({top}, sight)), link: 0, top};
}

/** The first line of the page whose last ones are the first ones of this. */
function topBefore({top}: Place, sight: Sight): number {
	let before = Math.max(1, top - 1);
	while (before > 1 && rowsBetween(before - 1, top + 1, sight) <= sight.room) before--;
	return before;
}

/** The first line of the last page. */
function lastTop(sight: Sight): number {
	let top = sight.lines;
	for (let used = sight.rowsOf(top); top > 1 && used + sight.rowsOf(top - 1) <= sight.room; ) {
		top--;
		used += sight.rowsOf(top);
	}
	return top;
}

function rowsBetween(first: number, last: number, sight: Sight): number {
	let rows = 0;
	for (let line = first; line <= last; line++) rows += sight.rowsOf(line);
	return rows;
}

function clamp(value: number, least: number, most: number): number {
	return Math.max(least, Math.min(value, most));
}
