/**
 * The toolkit's structure as data: modules, files, what they export, and who uses it.
 * @module
 */
import {declarationsOf} from '../sources/declarations.ts';
import type {Found} from '../sources/find.ts';
import {importsOf} from '../sources/imports.ts';
import {type Library, type Module, mapOf} from '../sources/library.ts';
import {ideaOf, type SourceFile} from '../sources/source-file.ts';
import {importedFile} from '../sources/symbols.ts';
import {usesOf} from '../sources/uses.ts';

/** What was asked for as one JSON document; all of the toolkit if nothing was. A file or a name stands in its module. */
export function structureJson(library: Library, found: Found | undefined): string {
	const modules = library.modules
		.filter(({id}) => found === undefined || id === found.file.module)
		.map(module => moduleOf(library, module, found));
	return `${JSON.stringify({modules}, null, '\t')}\n`;
}

function moduleOf(library: Library, module: Module, found: Found | undefined) {
	const wanted = found === undefined || found.kind === 'module' ? undefined : found.file;
	const files = wanted === undefined ? module.files : [wanted];
	return {
		id: module.id,
		map: mapOf(module),
		files: files.map(file => fileOf(library, file, found)),
		tests: module.tests.map(({path}) => path),
	};
}

function fileOf(library: Library, file: SourceFile, found: Found | undefined) {
	const wanted = found?.kind === 'declaration' ? found.declaration : undefined;
	const exported = declarationsOf(file).filter(each => (wanted === undefined ? each.isExported : each === wanted));
	const imported = importsOf(file).flatMap(({specifier}) => importedFile(library, file, specifier)?.path ?? []);
	return {
		path: file.path,
		idea: ideaOf(file),
		lines: file.lines.length,
		imports: [...new Set(imported)],
		exports: exported.map(declaration => ({
			name: declaration.name,
			kind: declaration.kind,
			line: declaration.line,
			sentence: declaration.sentence,
			uses: usesOf(library, declaration),
		})),
	};
}
