/**
 * The reader, on a terminal.
 * @module
 */
import {lessonIds} from '#lessons/course';
import {openProgress} from '#lessons/progress';
import {type Language, languageOf} from '#words/language';
import {sizeOf, takeScreen} from '../app/take-screen.tsx';
import {readBookmark, saveBookmark} from './bookmark.ts';
import {ReaderScreen} from './components/reader-screen.tsx';
import {findPage, showPage} from './man.ts';
import {createReading, type Leaving, openedAt} from './reading.ts';
import type {Library} from './sources/library.ts';
import type {Page} from './sources/links.ts';
import type {ReaderState, Spot} from './state/reader-state.ts';
import {stringsOf} from './strings/strings.ts';

/** What the reader starts with. */
export interface ReaderStart {
	readonly library: Library;
	/** Otherwise the language of the course, or the locale's. */
	readonly language: Language | undefined;
	/** Where to begin; otherwise where the reader stopped the last time. */
	readonly at: Spot | undefined;
	/** One line to begin with. */
	readonly notice: string | undefined;
}

/** Reads on standard input and output, which are terminals, until the reader is left. */
export async function runReader({library, language, at, notice}: ReaderStart): Promise<Leaving> {
	const progress = openProgress();
	const bookmark = readBookmark();
	const ended = Promise.withResolvers<number>();
	let leaving: Leaving | undefined;
	const initial = openedAt(
		{
			language: language ?? progress.read().language ?? languageOf(process.env),
			size: sizeOf(process.stdout),
			library,
			// What was read and is gone from the toolkit counts no longer.
			read: new Set(bookmark.read.filter(path => library.files.has(path))),
		},
		at ?? known(library, bookmark.at) ?? {path: library.walk[0]!.path, line: 1},
	);
	const reading = createReading(
		{...initial, notice},
		{
			openPage: (page, language) => openPage(page, language),
			hasLesson: module => lessonIds().includes(module),
			save: state => save(state),
			saveLanguage: language => progress.setLanguage(language),
			leave: how => {
				leaving = how;
				ended.resolve(0);
			},
		},
	);

	const openPage = async (page: Page, language: Language): Promise<string | undefined> => {
		const found = findPage(page, stringsOf(language));
		if ('missing' in found) return found.missing;
		await screen.lend(() => showPage(page, found.section));
		return undefined;
	};
	const screen = takeScreen({
		screen: <ReaderScreen reading={reading} />,
		resize: reading.resize,
		hasShellFocus: () => false,
		typeIntoShell: () => {},
		press: reading.press,
		close: async () => void save(reading.getState()),
		ended,
	});
	const exitCode = await screen.ended;
	return leaving ?? {exitCode};
}

/** Keeps the place; a line that says why not, if it can't. */
function save({place: {path, line}, read, language}: ReaderState): string | undefined {
	try {
		saveBookmark({at: {path, line}, read: [...read]});
		return undefined;
	} catch (error) {
		return stringsOf(language).notSaved(error instanceof Error ? error.message : String(error));
	}
}

/** The remembered place, if there still is such a file. */
function known(library: Library, at: Spot | undefined): Spot | undefined {
	return at !== undefined && library.files.has(at.path) ? at : undefined;
}
