/**
 * The last line of a map that compares: what its marks mean, and with when.
 * @module
 */

import {markedLine} from '../../../lessons/app/panels/panel.ts';
import type {Strings} from '../../../lessons/app/strings/strings.ts';
import {type Line, run} from '../../../lessons/app/text/line.ts';
import {FAINT} from '../../../lessons/app/text/theme.ts';
import type {Chart} from '../../../lessons/map/chart.ts';

/** `+ new  ~ changed  − gone  since 14:03:22` */
export function legendLine(since: Chart, {map: words}: Strings): Line {
	const marks = (['new', 'changed', 'gone'] as const).flatMap(change =>
		markedLine({change, line: [run(`${words.marks[change]}  `, FAINT)]}),
	);
	return [...marks, run(words.since(timeOf(since.snapshot.takenAt)), FAINT)];
}

/** `nothing has changed  since 14:03:22` */
export function unchangedLine(since: Chart, {map: words}: Strings): Line {
	return [run(`${words.nothingChanged}  ${words.since(timeOf(since.snapshot.takenAt))}`, FAINT)];
}

/** The day too, unless it is today. */
function timeOf(milliseconds: number): string {
	const at = new Date(milliseconds);
	const time = at.toTimeString().slice(0, 8);
	return at.toDateString() === new Date().toDateString() ? time : `${at.toISOString().slice(0, 10)} ${time}`;
}
