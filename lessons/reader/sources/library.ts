/**
 * The toolkit as a book: its modules and files in reading order, read from the sources themselves.
 * @module
 */
import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {dirname, join, relative} from 'node:path';
import {type Addresses, addressedFile, addressesOf} from './addresses.ts';
import {importsOf} from './imports.ts';
import {fileOrder, moduleOrder} from './order.ts';
import {openingComment, type SourceFile, sourceFile} from './source-file.ts';

/** One folder of the toolkit. */
export interface Module {
	/** `05-mnt` */
	readonly id: string;
	/** `mnt` */
	readonly name: string;
	/** In reading order, the main file first. */
	readonly files: readonly SourceFile[];
	readonly tests: readonly SourceFile[];
}

/** The whole toolkit. */
export interface Library {
	readonly modules: readonly Module[];
	/** Every file by its path, tests too. */
	readonly files: ReadonlyMap<string, SourceFile>;
	/** The walk: every file but the tests, from the first to the last. */
	readonly walk: readonly SourceFile[];
	readonly addresses: Addresses;
}

/** Makes a library of texts: path → text, and package.json among them. */
export function libraryOf(texts: ReadonlyMap<string, string>): Library {
	const addresses = addressesOf(texts.get('package.json') ?? '{}');
	const files = new Map(
		[...texts]
			.filter(([path]) => /^toolkit\/[^/]+\/.*\.tsx?$/.test(path))
			.map(([path, text]) => [path, sourceFile(path, text)]),
	);
	const leadsTo = (file: SourceFile): readonly string[] =>
		importsOf(file).flatMap(({specifier}) => addressedFile(file.path, specifier, addresses) ?? []);
	const all = [...files.values()];
	const modules = moduleOrder(new Set(all.map(({module}) => module))).map((id): Module => {
		const own = all.filter(({module}) => module === id);
		return {
			id,
			name: id.replace(/^\d\d-/, ''),
			files: fileOrder(
				id,
				own.filter(({isTest}) => !isTest),
				leadsTo,
			),
			tests: own.filter(({isTest}) => isTest),
		};
	});
	const written = modules.filter(module => module.files.length > 0);
	return {modules: written, files, walk: written.flatMap(module => module.files), addresses};
}

/** Reads the library of the project in `root`. */
export function readLibrary(root: string): Library {
	const paths = readdirSync(join(root, 'toolkit'), {recursive: true, withFileTypes: true})
		.filter(entry => entry.isFile() && /\.tsx?$/.test(entry.name))
		.map(entry => relative(root, join(entry.parentPath, entry.name)))
		.sort();
	return libraryOf(new Map([...paths, 'package.json'].map(path => [path, readFileSync(join(root, path), 'utf8')])));
}

/** The project's folder, above this file or above the bundle; undefined where only the program was brought. */
export function findProject(from: string = import.meta.dirname): string | undefined {
	for (let directory = from; ; directory = dirname(directory)) {
		if (existsSync(join(directory, 'toolkit/kernel')) && existsSync(join(directory, 'package.json'))) return directory;
		if (directory === dirname(directory)) return undefined;
	}
}

/** The module that a file belongs to. */
export function moduleOf(library: Library, {module}: SourceFile): Module {
	return library.modules.find(({id}) => id === module)!;
}

/** A module's map: the comment that opens its main file. */
export function mapOf({files}: Module): string {
	return files[0] === undefined ? '' : openingComment(files[0]);
}

/** Where the walk stands with `file` open: a test counts as the file that it tests, else as its module's main file. */
export function walkIndex(library: Library, file: SourceFile): number {
	const index = library.walk.indexOf(file);
	if (index >= 0) return index;
	const tested = library.files.get(file.path.replace(/\.test(?=\.tsx?$)/, ''));
	return Math.max(0, library.walk.indexOf(tested ?? moduleOf(library, file).files[0]!));
}

/** The test of a file: its sibling's, else its module's. */
export function testOf(library: Library, file: SourceFile): SourceFile | undefined {
	const module = moduleOf(library, file);
	return library.files.get(file.path.replace(/(?=\.tsx?$)/, '.test')) ?? module.tests[0];
}
