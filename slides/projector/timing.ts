/**
 * The time: what has passed, and what was planned up to here.
 * @module
 */
import type {Deck} from './deck.ts';

export interface Timing {
	/** `12:04`, or `1:02:04`. */
	readonly elapsed: string;
	/** Whole minutes behind the plan; 0 if there are none. */
	readonly lateMinutes: number;
}

/** How it stands on a slide. A slide isn't late before its own minutes are over. */
export function timingOf({slides}: Deck, slide: number, startedAt: number | undefined, now: number): Timing {
	const seconds = startedAt === undefined ? 0 : Math.max(0, Math.floor((now - startedAt) / 1000));
	const planned = slides.slice(0, slide + 1).reduce((sum, {minutes}) => sum + minutes, 0);
	return {elapsed: clockText(seconds), lateMinutes: Math.max(0, Math.floor(seconds / 60 - planned))};
}

function clockText(seconds: number): string {
	const two = (value: number) => String(value).padStart(2, '0');
	const hours = Math.floor(seconds / 3600);
	const minutes = Math.floor(seconds / 60) % 60;
	return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}
