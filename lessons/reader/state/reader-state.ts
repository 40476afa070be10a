/**
 * What the reader knows at one moment. Immutable: a change is a new object.
 * @module
 */
import type {Language} from '#words/language';
import type {Size} from '../../app/layout.ts';
import type {Declaration} from '../sources/declarations.ts';
import type {Library} from '../sources/library.ts';
import type {Page} from '../sources/links.ts';
import type {SourceFile} from '../sources/source-file.ts';

/** Where somebody is: a line of a file, and what shows at the top of its pane. */
export interface Place {
	readonly path: string;
	readonly line: number;
	/** Which of the line's links is chosen, counted from 0. */
	readonly link: number;
	/** The first line that is shown. */
	readonly top: number;
}

/** A place to jump to, in a list that is laid over the code. */
export interface Spot {
	readonly path: string;
	readonly line: number;
}

/** What is laid over the code. `at`: the row that Enter would take, or the first row that is shown. */
export type Overlay =
	| {readonly kind: 'uses'; readonly of: Declaration; readonly spots: readonly Spot[]; readonly at: number}
	| {readonly kind: 'exports'; readonly exported: readonly Declaration[]; readonly at: number}
	| {readonly kind: 'pages'; readonly pages: readonly Page[]; readonly onLine: number; readonly at: number}
	| {readonly kind: 'map'; readonly at: number}
	| {readonly kind: 'help'; readonly at: number};

/** A search in the open file. */
export interface Search {
	/** What was typed, as the bytes of a terminal: one character each. */
	readonly typed: string;
	/** While it is typed, keys are text; where to go back to if it is given up. */
	readonly origin?: Place | undefined;
}

export interface ReaderState {
	readonly language: Language;
	readonly size: Size;
	readonly library: Library;
	readonly place: Place;
	/** The places that were left by a jump, the last one last. */
	readonly history: readonly Place[];
	readonly focus: 'code' | 'list';
	/** The file of the list that Enter would open, as a number in the walk. */
	readonly listed: number;
	readonly overlay?: Overlay | undefined;
	readonly search?: Search | undefined;
	/** Paths of the files whose end was seen. */
	readonly read: ReadonlySet<string>;
	/** One line about what can't be done. */
	readonly notice?: string | undefined;
}

/** The file that is open. */
export function openFile({library, place}: ReaderState): SourceFile {
	return library.files.get(place.path)!;
}

/** What is searched for, as text; half a character that is still on its way is left out. */
export function searchText({typed}: Search): string {
	return Buffer.from(typed, 'latin1')
		.toString('utf8')
		.replace(/\ufffd+$/, '');
}
