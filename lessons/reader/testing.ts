/**
 * Small toolkits for tests, made of a few lines.
 * @module
 */
import type {Language} from '#words/language';
import type {Size} from '../app/layout.ts';
import {createReading, openedAt, type Reading, type ReadingServices} from './reading.ts';
import {findProject, type Library, libraryOf, readLibrary} from './sources/library.ts';
import type {Spot} from './state/reader-state.ts';

/** The toolkit itself. */
export const toolkit: Library = readLibrary(findProject()!);

const packageJson = JSON.stringify({
	imports: {
		'#kernel/*': './toolkit/kernel/*.ts',
		'#pid': {'exercise-pid': './exercises/04-pid/pid.ts', default: './toolkit/04-pid/pid.ts'},
		'#mnt': './toolkit/05-mnt/mnt.ts',
		'#mnt/*': './toolkit/05-mnt/*.ts',
	},
});

/** A toolkit of texts: path below toolkit/ → text. Imports begin at a `<`, so that tidy doesn't take them for this file's. */
export function made(texts: Readonly<Record<string, string>>): Library {
	const files = Object.entries(texts).map(
		([path, text]) => [`toolkit/${path}`, text.replace(/<([#.][^>]*)>/g, "'$1'")] as const,
	);
	return libraryOf(new Map([...files, ['package.json', packageJson]]));
}

/** A reading of a library, with what it asked for outside. */
export function readingOf(
	library: Library,
	{size = {columns: 80, rows: 24}, language = 'en', at, services = {}}: ReadingOptions = {},
): Reading {
	const start = at ?? {path: library.walk[0]!.path, line: 1};
	return createReading(openedAt({language, size, library, read: new Set()}, start), {
		openPage: async () => undefined,
		hasLesson: () => false,
		save: () => undefined,
		saveLanguage: () => {},
		leave: () => {},
		...services,
	});
}

interface ReadingOptions {
	readonly size?: Size;
	readonly language?: Language;
	readonly at?: Spot;
	readonly services?: Partial<ReadingServices>;
}
