/**
 * Takes the terminal, draws the reader on it, and gives it back as it was, whatever happens.
 * @module
 */
import {render} from 'ink';
import {lessonIds} from '#lessons/course';
import {openProgress} from '#lessons/progress';
import {type Language, languageOf} from '#words/language';
import {listenToKeyboard} from '../app/keys/keyboard.ts';
import type {Size} from '../app/layout.ts';
import {onEnd} from '../app/on-end.ts';
import {readBookmark, saveBookmark} from './bookmark.ts';
import {ReaderScreen} from './components/reader-screen.tsx';
import {findPage, showPage} from './man.ts';
import {createReading, type Leaving, openedAt} from './reading.ts';
import type {Library} from './sources/library.ts';
import type {Page} from './sources/links.ts';
import type {ReaderState, Spot} from './state/reader-state.ts';
import {stringsOf} from './strings/strings.ts';

/** Bracketed paste: pasted text comes between marks, so that it can be told from typed keys. */
const PASTE_MARKS_ON = '\x1b[?2004h';
const PASTE_MARKS_OFF = '\x1b[?2004l';

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
	const {stdin, stdout} = process;
	const progress = openProgress();
	const bookmark = readBookmark();
	const ended = Promise.withResolvers<Leaving>();
	const initial = openedAt(
		{
			language: language ?? progress.read().language ?? languageOf(process.env),
			size: sizeOf(stdout),
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
			leave: leaving => ended.resolve(leaving),
		},
	);

	const listen = () =>
		listenToKeyboard(stdin, {hasShellFocus: () => false, typeIntoShell: () => {}, press: reading.press});
	const resized = () => reading.resize(sizeOf(stdout));
	let suspend = async (work: () => Promise<void>) => work();
	const openPage = async (page: Page, language: Language): Promise<string | undefined> => {
		const found = findPage(page, stringsOf(language));
		if ('missing' in found) return found.missing;
		stopListening();
		// man's Ctrl-C is man's: the signal comes to this process as well, as both have the terminal.
		forget();
		process.on('SIGINT', ignore);
		try {
			await suspend(() => showPage(page, found.section));
		} finally {
			process.off('SIGINT', ignore);
			forget = onEnd({restore, close: async () => {}}, exitCode => ended.resolve({exitCode}));
			stopListening = listen();
			// It may have been resized under man's feet.
			resized();
		}
		return undefined;
	};

	stdout.on('resize', resized);
	// Before anything is drawn: until then the terminal echoes what is typed, and would move the cursor under the drawing.
	let stopListening = listen();
	// What was typed too early stands on this line already; the drawing begins where the cursor is.
	stdout.write(`\r${PASTE_MARKS_ON}`);
	const ink = render(<ReaderScreen reading={reading} onSuspend={suspendTerminal => (suspend = suspendTerminal)} />, {
		alternateScreen: true,
		incrementalRendering: true,
		interactive: true,
		exitOnCtrlC: false,
		patchConsole: true,
		maxFps: 40,
	});
	const restore = () => {
		save(reading.getState());
		stdout.off('resize', resized);
		stopListening();
		ink.unmount();
		stdout.write(PASTE_MARKS_OFF);
	};
	let forget = onEnd({restore, close: async () => {}}, exitCode => ended.resolve({exitCode}));
	ink.waitUntilExit().catch(ended.reject);
	try {
		return await ended.promise;
	} finally {
		restore();
		forget();
	}
}

function ignore(): void {}

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

function sizeOf({columns, rows}: NodeJS.WriteStream): Size {
	return {columns: columns || 80, rows: rows || 24};
}
