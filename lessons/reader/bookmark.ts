/**
 * Where the reader stopped, and what they have read: one small file beside the course's own.
 *
 *     ~/.local/state/drydock/reading.json
 *
 * @module
 */
import {mkdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {writeWholeFile} from '#kernel/whole-file';
import {stateDirectory} from '#lessons/progress';

/** What is remembered. */
export interface Bookmark {
	readonly at?: {readonly path: string; readonly line: number} | undefined;
	/** Paths of the files whose end was seen. */
	readonly read: readonly string[];
}

/** The bookmark of the last time; an empty one if there is none, or if the file makes no sense. */
export function readBookmark(directory = stateDirectory()): Bookmark {
	try {
		return parseBookmark(readFileSync(join(directory, 'reading.json'), 'utf8'));
	} catch {
		// A place in a book is soon found again: nobody should have to mend a file for it.
		return {read: []};
	}
}

/**
 * Keeps the place.
 *
 * @throws {Error} if it can't be written.
 */
export function saveBookmark(bookmark: Bookmark, directory = stateDirectory()): void {
	mkdirSync(directory, {recursive: true, mode: 0o700});
	writeWholeFile(join(directory, 'reading.json'), `${JSON.stringify(bookmark, null, '\t')}\n`);
}

/**
 * Reads the file's text. What is well-formed is kept, whatever else is in it is left out.
 *
 * @throws {SyntaxError} if it is no JSON.
 */
export function parseBookmark(text: string): Bookmark {
	const data: unknown = JSON.parse(text);
	if (!isRecord(data)) return {read: []};
	const {at, read} = data;
	const isPlace = isRecord(at) && typeof at.path === 'string' && Number.isInteger(at.line);
	return {
		read: Array.isArray(read) ? read.filter(path => typeof path === 'string') : [],
		...(isPlace ? {at: {path: at.path as string, line: at.line as number}} : {}),
	};
}

function isRecord(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
