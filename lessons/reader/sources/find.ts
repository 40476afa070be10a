/**
 * What somebody means by `mnt`, `05`, `mnt/bind.ts`, `toolkit/05-mnt/mnt.ts:42` or `createPidNamespace`.
 * @module
 */
import {relative} from 'node:path';
import {addressedFile} from './addresses.ts';
import type {Declaration} from './declarations.ts';
import type {Library, Module} from './library.ts';
import type {SourceFile} from './source-file.ts';
import {exportsByName} from './symbols.ts';

/** What was meant. `line` is where to begin to read. */
export type Found =
	| {readonly kind: 'module'; readonly module: Module; readonly file: SourceFile; readonly line: number}
	| {readonly kind: 'file'; readonly file: SourceFile; readonly line: number}
	| {
			readonly kind: 'declaration';
			readonly declaration: Declaration;
			readonly file: SourceFile;
			readonly line: number;
	  };

/** Finds a module, a file or an exported name, in this order. `root`: the project's folder, for absolute paths. */
export function findByName(library: Library, name: string, root = '/'): Found | undefined {
	const [, path = name, lineText] = /^(.+?)(?::(\d+)(?::\d+)?)?$/.exec(name) ?? [];
	const module = findModule(library, path);
	if (module !== undefined) {
		const main = module.files[0]!;
		if (lineText === undefined) return {kind: 'module', module, file: main, line: 1};
		return {kind: 'file', file: main, line: lineWithin(main, lineText)};
	}
	const file = findFile(library, path, root);
	if (file !== undefined) return {kind: 'file', file, line: lineText === undefined ? 1 : lineWithin(file, lineText)};
	const declaration = exportsByName(library).get(path)?.[0];
	if (declaration === undefined) return undefined;
	return {
		kind: 'declaration',
		declaration,
		file: library.files.get(declaration.path)!,
		line: declaration.line,
	};
}

/** The names nearest to one that nothing has, best first. */
export function nearestNames(library: Library, name: string): readonly string[] {
	const wanted = name.replace(/:\d+$/, '').toLowerCase();
	const names = new Set([
		...library.modules.map(module => module.name),
		...library.walk.map(file => `${file.module.replace(/^\d\d-/, '')}/${file.name}`),
		...library.walk.map(({name}) => name.replace(/^.*\//, '')),
		...exportsByName(library).keys(),
	]);
	const most = Math.max(2, Math.floor(wanted.length / 3));
	const ranked = [...names]
		.map(name => ({name, distance: distance(wanted, name.toLowerCase())}))
		.filter(({distance}) => distance <= most)
		.sort((one, other) => one.distance - other.distance);
	// What is clearly nearer than the rest stands alone.
	return ranked
		.filter(({distance}) => distance <= ranked[0]!.distance + 1)
		.slice(0, 4)
		.map(({name}) => name);
}

/** `05`, `5`, `mnt`, `05-mnt`, `toolkit/05-mnt/`, `#mnt`. */
function findModule({modules}: Library, text: string): Module | undefined {
	const wanted = text
		.replace(/^#/, '')
		.replace(/^(?:\.\/)?toolkit\//, '')
		.replace(/\/$/, '');
	return modules.find(
		({id, name}) =>
			wanted === id || wanted === name || (/^\d+$/.test(wanted) && id.startsWith(`${wanted.padStart(2, '0')}-`)),
	);
}

/** A path from anywhere, or the end of one that no other file has before it. */
function findFile(library: Library, text: string, root: string): SourceFile | undefined {
	const path = text.startsWith('/') ? relative(root, text) : text.replace(/^(?:\.\/)+/, '');
	const exact = library.files.get(path) ?? library.files.get(addressedFile('', path, library.addresses) ?? '');
	if (exact !== undefined) return exact;
	const wanted = /\.tsx?$/.test(path) ? path : `${path}.ts`;
	const all = [...library.walk, ...[...library.files.values()].filter(({isTest}) => isTest)];
	// `mnt/bind.ts` as well as `05-mnt/bind.ts`; a bare `bind` may be meant for an exported name.
	if (wanted !== path && !path.includes('/')) return undefined;
	return (
		all.find(file => file.path.endsWith(`/${wanted}`)) ??
		all.find(file => `${file.module.replace(/^\d\d-/, '')}/${file.name}` === wanted)
	);
}

function lineWithin({lines}: SourceFile, text: string): number {
	return Math.max(1, Math.min(Number(text), lines.length));
}

/** How many characters have to be changed, added, left out, or swapped with their neighbour. */
function distance(one: string, other: string): number {
	let beforeLast: readonly number[] = [];
	let last: readonly number[] = Array.from({length: other.length + 1}, (_, index) => index);
	for (let row = 1; row <= one.length; row++) {
		const current = [row];
		for (let column = 1; column <= other.length; column++) {
			const isSame = one[row - 1] === other[column - 1];
			const isSwapped =
				row > 1 && column > 1 && one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
			current.push(
				Math.min(
					last[column]! + 1,
					current[column - 1]! + 1,
					last[column - 1]! + (isSame ? 0 : 1),
					...(isSwapped ? [beforeLast[column - 2]! + 1] : []),
				),
			);
		}
		beforeLast = last;
		last = current;
	}
	return last[other.length]!;
}
