/**
 * What the kernel did for the last line that the learner entered, as the narrator told it through the shell's own terminal.
 *
 *     told, told, told, idle │ told, told …
 *     ── the line before ────┘ └ the last line
 *
 * @module
 */
import {locate} from '#narrate/places';
import {decodeReport, isIdle} from '#narrate/report';
import {isUsualEnd, type Told} from '#narrate/told';

/** The calls of one line. */
export interface Narration {
	readonly told: readonly Told[];
	/** Whether the shell asks for the next line: what is told next belongs to that. */
	readonly isOver: boolean;
	/** Whether the learner has turned to the panel since something was told. */
	readonly isSeen: boolean;
	/** How many lines the panel is scrolled up. */
	readonly back: number;
}

/** Nothing was told yet. */
export const silence: Narration = {told: [], isOver: true, isSeen: true, back: 0};

/** A program may make any number of calls: the last ones are kept. */
const MOST_TOLD = 500;

/** What is known after a report of the narrator's. Anybody may write into a terminal, so it may be anything. */
export function heard(before: Narration, payload: string): Narration {
	if (isIdle(payload)) return before.isOver ? before : {...before, isOver: true};
	const told = decodeReport(payload);
	if (told === undefined || isUsualEnd(told)) return before;
	// The sandbox may have no sources, or older ones: the line is that of the toolkit that the learner reads.
	const located = told.where === undefined ? told : {...told, where: locate(told.where)};
	const earlier = before.isOver ? [] : before.told;
	return {told: [...earlier, located].slice(-MOST_TOLD), isOver: false, isSeen: false, back: 0};
}
