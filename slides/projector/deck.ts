/**
 * A deck of slides: what a Markdown file becomes before anything shows it.
 *
 *     two-hours.en.md ──cutDeck()──▶ slides ──parseDeck()──▶ Deck ──▶ terminal
 *                                                             ├────▶ speaker's screen
 *                                                             └────▶ HTML, PDF, plain text, JSON
 *
 * The surprise: a slide has no pages and no layout. It is a list of pieces, each with the step at which it appears; every
 * way of showing it decides for itself where they go.
 *
 * slides/README.md tells the format to those who write decks.
 * @module
 */
import type {Language} from '#words/language';

/** One deck in one language. */
export interface Deck {
	/** The file's name without its language: `two-hours`. */
	readonly name: string;
	readonly language: Language;
	/** The first slide's title. */
	readonly title: string;
	readonly slides: readonly Slide[];
	/** What its author should mend. A deck with problems can be shown all the same. */
	readonly problems: readonly Problem[];
}

export interface Slide {
	/** The line of the file on which it begins, from 1. */
	readonly line: number;
	readonly title: string;
	/** Whether its title is a `#` heading: it opens the deck, or a part of it. */
	readonly isOpening: boolean;
	readonly pieces: readonly Piece[];
	/** It is shown whole at this step; 0 if nothing is built. */
	readonly lastStep: number;
	/** For the speaker, in Markdown. */
	readonly notes: string;
	/** How long it should take. */
	readonly minutes: number;
}

/** A part of a slide, which appears at its step. */
export type Piece = Prose | Runnable;

export interface Prose {
	readonly kind: 'prose';
	readonly step: number;
	readonly markdown: string;
	/** Whether it is one item of a list that is built item by item. */
	readonly isItem: boolean;
}

/** A block of shell that is run on the slide, in the disposable machine. */
export interface Runnable {
	readonly kind: 'run';
	readonly step: number;
	readonly line: number;
	readonly code: string;
	/** The exit code that it must have; `failure` is any but 0. */
	readonly expected: number | 'failure';
	/** A text that it must print. */
	readonly prints?: string | undefined;
}

/** Something to mend, and where. */
export interface Problem {
	readonly line: number;
	readonly text: string;
}

/** How long a slide takes whose author says nothing. */
export const USUAL_MINUTES = 2;

/** How long the whole deck should take. */
export function plannedMinutes({slides}: Pick<Deck, 'slides'>): number {
	return slides.reduce((sum, {minutes}) => sum + minutes, 0);
}

/** The blocks of a slide that can be run, in order. */
export function runnables({pieces}: Pick<Slide, 'pieces'>): readonly Runnable[] {
	return pieces.filter(piece => piece.kind === 'run');
}
