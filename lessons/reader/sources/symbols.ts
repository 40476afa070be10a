/**
 * Where a name comes from: through imports and through files that only pass it on, to its declaration.
 *
 *     #mnt  bindMount  ──▶ 05-mnt/mnt.ts: export {bindMount} from '#mnt/bind'  ──▶ 05-mnt/bind.ts
 *
 * @module
 */
import {addressedFile} from './addresses.ts';
import {type Declaration, declarationsOf} from './declarations.ts';
import {importsOf, passedOnNames} from './imports.ts';
import type {Library} from './library.ts';
import {once} from './once.ts';
import type {SourceFile} from './source-file.ts';

/** What the exported `name` of a file is, wherever it is declared. */
export function exportOf(
	library: Library,
	file: SourceFile,
	name: string,
	asked: ReadonlySet<string> = new Set(),
): Declaration | undefined {
	// Two files may pass on all of each other.
	if (asked.has(file.path)) return undefined;
	const own = declarationsOf(file).find(declaration => declaration.isExported && declaration.name === name);
	if (own !== undefined) return own;
	const local = passedOnNames(file).find(({ours}) => ours === name);
	if (local !== undefined) return scopeOf(library, file).get(local.theirs);
	const asking = new Set([...asked, file.path]);
	for (const {kind, specifier, names} of importsOf(file)) {
		if (kind !== 'export') continue;
		const found = names.find(({ours}) => ours === name || ours === '*');
		const from = found && importedFile(library, file, specifier);
		const declaration = from && exportOf(library, from, found.ours === '*' ? name : found.theirs, asking);
		if (declaration !== undefined) return declaration;
	}
	return undefined;
}

/** Every name that a file knows at its top level: what it declares, and what it imports from the toolkit. */
export function scopeOf(library: Library, file: SourceFile): ReadonlyMap<string, Declaration> {
	const scopes = scopesOf(library);
	const known = scopes.get(file.path);
	if (known !== undefined) return known;
	const scope = new Map<string, Declaration>();
	scopes.set(file.path, scope);
	for (const {kind, specifier, names} of importsOf(file)) {
		const from = kind === 'import' ? importedFile(library, file, specifier) : undefined;
		if (from === undefined) continue;
		for (const {theirs, ours} of names) {
			const declaration = exportOf(library, from, theirs);
			if (declaration !== undefined) scope.set(ours, declaration);
		}
	}
	for (const declaration of declarationsOf(file)) scope.set(declaration.name, declaration);
	return scope;
}

/** The file of the toolkit that an import leads to. */
export function importedFile(library: Library, {path}: SourceFile, specifier: string): SourceFile | undefined {
	return library.files.get(addressedFile(path, specifier, library.addresses) ?? '');
}

/** Every exported declaration by its name, in reading order. */
export const exportsByName = once((library: Library): ReadonlyMap<string, readonly Declaration[]> => {
	const found = new Map<string, Declaration[]>();
	for (const file of library.walk) {
		for (const declaration of declarationsOf(file)) {
			if (!declaration.isExported) continue;
			found.set(declaration.name, [...(found.get(declaration.name) ?? []), declaration]);
		}
	}
	return found;
});

const scopesOf = once((_: Library) => new Map<string, ReadonlyMap<string, Declaration>>());
