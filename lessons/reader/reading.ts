/**
 * The reader as it runs: takes keys, changes the state, and starts what is outside of it.
 *
 *     keyboard ──▶ press() ──▶ intent ──▶ reduce() ──▶ state ──▶ screenLines()
 *                                  └────▶ perform() ──▶ man, the course, the end
 * @module
 */
import type {Language} from '#words/language';
import type {Key} from '../app/keys/decoder.ts';
import {isTooSmall, type Size} from '../app/layout.ts';
import {type Intent, intentOf} from './keys/intents.ts';
import type {Page} from './sources/links.ts';
import {chosenLink, pagesHere} from './state/chosen.ts';
import {jump, settled} from './state/jump.ts';
import {openFile, type ReaderState, type Spot} from './state/reader-state.ts';
import {reduce} from './state/reduce.ts';
import {stringsOf} from './strings/strings.ts';

/** How the reader is left: for good, or for a lesson of the course. */
export type Leaving = {readonly exitCode: number} | {readonly lesson: string; readonly language: Language};

/** What the reader can't do by itself. */
export interface ReadingServices {
	/** Shows a page of the manual, which has the whole terminal meanwhile; returns a line if it isn't there. */
	openPage(page: Page, language: Language): Promise<string | undefined>;
	/** Whether the course has a lesson for a module. */
	hasLesson(module: string): boolean;
	/** Keeps the place; returns a line if it can't. */
	save(state: ReaderState): string | undefined;
	saveLanguage(language: Language): void;
	leave(leaving: Leaving): void;
}

/** Fits useSyncExternalStore. */
export interface Reading {
	readonly subscribe: (listener: () => void) => () => void;
	readonly getState: () => ReaderState;
	press(key: Key): void;
	resize(size: Size): void;
}

/** The state at the beginning: at a place, on a screen. */
export function openedAt(
	{language, size, library, read}: Pick<ReaderState, 'language' | 'size' | 'library' | 'read'>,
	{path, line}: Spot,
): ReaderState {
	const place = {path, line, link: 0, top: 1};
	const state: ReaderState = {language, size, library, read, place, history: [], focus: 'code', listed: 0};
	// A jump finds the place; at the beginning there is nothing to come back to.
	return settled({...jump(state, {path, line}), history: []});
}

/** Starts at `initial`. */
export function createReading(initial: ReaderState, services: ReadingServices): Reading {
	const listeners = new Set<() => void>();
	let state = initial;
	const set = (next: ReaderState): void => {
		const hasMoved = next.place.path !== state.place.path;
		state = next;
		const trouble = hasMoved ? services.save(state) : undefined;
		if (trouble !== undefined) state = {...state, notice: trouble};
		for (const listener of listeners) listener();
	};

	async function open(page: Page): Promise<void> {
		const missing = await services.openPage(page, state.language);
		if (missing !== undefined) set({...state, notice: missing});
	}

	function perform(intent: Intent, before: ReaderState): void {
		const page = pageWanted(intent, before);
		if (page !== undefined) void open(page).catch(error => set({...state, notice: String(error)}));
		if (intent.type === 'quit') services.leave({exitCode: 0});
		if (intent.type === 'interrupt') services.leave({exitCode: 130});
		if (intent.type === 'language') services.saveLanguage(state.language);
		if (intent.type === 'lesson') {
			const {module} = openFile(state);
			if (services.hasLesson(module)) services.leave({lesson: module, language: state.language});
			else set({...state, notice: stringsOf(state.language).noLesson(module)});
		}
	}

	return {
		subscribe: listener => {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
		getState: () => state,
		press: key => {
			const intent = intentOf(key, state);
			// On a screen that shows nothing, keys would do what nobody sees.
			const isBlind = isTooSmall(state.size) && intent?.type !== 'quit' && intent?.type !== 'interrupt';
			if (intent === undefined || isBlind) return;
			const before = state;
			set(reduce(state, intent));
			perform(intent, before);
		},
		resize: size => set(settled({...state, size})),
	};
}

/** The page that an intent opens, as things stood before it. */
function pageWanted(intent: Intent, state: ReaderState): Page | undefined {
	if (intent.type === 'pages' && state.overlay === undefined) {
		const {pages, onLine} = pagesHere(state);
		return onLine === 1 ? pages[0] : undefined;
	}
	if (intent.type !== 'enter') return undefined;
	if (state.overlay !== undefined)
		return state.overlay.kind === 'pages' ? state.overlay.pages[state.overlay.at] : undefined;
	const target = state.focus === 'code' ? chosenLink(state).link?.target : undefined;
	return target?.kind === 'page' ? target.page : undefined;
}
