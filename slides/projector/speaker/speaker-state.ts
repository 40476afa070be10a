/**
 * What a speaker's screen knows at one moment.
 * @module
 */
import type {Size} from '#lessons/app/layout';
import type {Language} from '#words/language';
import type {Deck} from '../deck.ts';
import type {Followed} from './follow.ts';

export interface SpeakerState {
	readonly size: Size;
	/** The deck that was asked for, if any was. */
	readonly wanted: string | undefined;
	/** The screen's own language; otherwise it follows the audience's. */
	readonly language: Language | undefined;
	/** The language of what is said before anybody is followed. */
	readonly fallback: Language;
	readonly followed: Followed;
	/** The deck that is followed, in the language that is read. */
	readonly deck?: Deck | undefined;
	readonly now: number;
}
