/**
 * What the projector knows at one moment. Immutable: a change is a new object.
 * @module
 */
import type {Size} from '#lessons/app/layout';
import type {LiveTerminal} from '#lessons/app/terminal/live-terminal';
import type {Language} from '#words/language';
import {type Deck, type Runnable, runnables, type Slide} from '../deck.ts';

/** The disposable machine, as the audience should know it. */
export type MachineView =
	/** The deck has nothing to run. */
	| {readonly state: 'none'}
	| {readonly state: 'starting'; readonly percent?: number | undefined}
	| {readonly state: 'running'}
	| {readonly state: 'unavailable'; readonly why: string};

/** A block that was started on a slide. */
export interface Pane {
	/** Which of the slide's blocks it is. */
	readonly block: number;
	/** Undefined until the machine has started it. */
	readonly terminal?: LiveTerminal | undefined;
	/** Undefined while it runs. */
	readonly exitCode?: number | undefined;
	/** Whether its shell has ended as well: nobody reads what is typed. */
	readonly isOver?: boolean | undefined;
}

/** What is laid over the slide. */
export type Overlay = 'help' | 'overview' | 'black' | 'leave';

export interface ShowState {
	readonly decks: Readonly<Record<Language, Deck>>;
	readonly language: Language;
	readonly size: Size;
	readonly slide: number;
	readonly step: number;
	readonly focus: 'slides' | 'terminal';
	readonly overlay?: Overlay | undefined;
	/** The slide that Enter would go to, in the overview. */
	readonly selected: number;
	/** The digits typed after `g`. */
	readonly typed?: string | undefined;
	/** When the first step was taken, in milliseconds since 1970; undefined before it. */
	readonly startedAt?: number | undefined;
	readonly now: number;
	readonly machine: MachineView;
	/** By the slide's index. */
	readonly panes: ReadonlyMap<number, Pane>;
	/** One line about what went wrong, or happened. */
	readonly notice?: string | undefined;
}

/** The deck in the language that is shown. */
export function currentDeck({decks, language}: ShowState): Deck {
	return decks[language];
}

/** The slide that is shown. */
export function currentSlide(state: ShowState): Slide {
	return currentDeck(state).slides[state.slide]!;
}

/** The index of the block that Enter would run; undefined if there is none, or no machine to run it. */
export function nextBlock(state: ShowState): number | undefined {
	const {machine, panes, slide, step} = state;
	if (machine.state === 'none' || machine.state === 'unavailable') return undefined;
	const seen = seenBlocks(state, step);
	if (seen.length === 0) return undefined;
	const pane = panes.get(slide);
	return pane === undefined ? 0 : (pane.block + 1) % seen.length;
}

/** Whether the slide has a terminal in which somebody reads. */
export function canType({panes, slide}: ShowState): boolean {
	const pane = panes.get(slide);
	return pane?.terminal !== undefined && !pane.isOver;
}

/** The slide's blocks that have appeared. */
export function seenBlocks(state: ShowState, step: number): readonly Runnable[] {
	return runnables(currentSlide(state)).filter(block => block.step <= step);
}
