/**
 * The toolkit as a book in the terminal: `drydock read`.
 *
 *     sources ──▶ library ──▶ startReader() ──▶ Ink draws ◀── state ◀── keyboard
 *                               └──▶ text or JSON, where there is no terminal
 *
 * This file is what the command line loads; React and Ink come only where there is a screen to draw on.
 * @module
 */
import {type Language, languageOf} from '#words/language';
import {plainText} from './print/plain.ts';
import {structureJson} from './print/structure.ts';
import type {Leaving} from './reading.ts';
import {type Found, findByName, nearestNames} from './sources/find.ts';
import {findProject, type Library, readLibrary} from './sources/library.ts';
import {exportsByName} from './sources/symbols.ts';
import {type Strings, stringsOf} from './strings/strings.ts';

/** What the command line may ask for. */
export interface ReaderOptions {
	/** A module, a file, a place in a file, or an exported name. */
	readonly name?: string | undefined;
	/** Otherwise the language of the course, or the locale's. */
	readonly language?: Language | undefined;
	readonly as: 'screen' | 'plain' | 'json';
}

/** How it ended: with text to be printed, left for a lesson of the course, or for good. */
export type ReaderEnd = {readonly text: string} | Leaving;

/**
 * Reads the toolkit.
 *
 * @throws {Error} where the sources aren't, or if nothing has the name.
 */
export async function startReader({name, language, as}: ReaderOptions, project = findProject): Promise<ReaderEnd> {
	const strings = stringsOf(language ?? languageOf(process.env));
	const root = project();
	if (root === undefined) throw new Error(strings.noSources);
	const library = readLibrary(root);
	const found = name === undefined ? undefined : lookedUp(library, name, root, strings);
	if (as === 'plain') return {text: plainText(library, found)};
	if (as === 'json') return {text: structureJson(library, found)};
	// React checks itself in development, at several times the cost; Ink would look for its developer tools.
	Object.assign(process.env, {NODE_ENV: process.env.NODE_ENV ?? 'production'});
	delete process.env.DEV;
	const {runReader} = await import('./run-reader.tsx');
	const at = found && {path: found.file.path, line: found.line};
	return runReader({library, language, at, notice: found && others(library, found, strings)});
}

function lookedUp(library: Library, name: string, root: string, strings: Strings): Found {
	const found = findByName(library, name, root);
	if (found === undefined) throw new Error(strings.notFound(name, nearestNames(library, name).join(', ')));
	return found;
}

/** Several files may export the same name: the first was opened, the others are told of. */
function others(library: Library, found: Found, strings: Strings): string | undefined {
	if (found.kind !== 'declaration') return undefined;
	const {name} = found.declaration;
	const elsewhere = (exportsByName(library).get(name) ?? []).filter(each => each !== found.declaration);
	const places = elsewhere.map(({path, line}) => `${path.replace(/^toolkit\//, '')}:${line}`);
	const shown = places.length > 3 ? [...places.slice(0, 3), '…'] : places;
	return shown.length === 0 ? undefined : strings.alsoIn(name, shown.join(', '));
}
