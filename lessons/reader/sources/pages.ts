/**
 * The pages of the manual that a line, or a module, is about.
 * @module
 */
import type {Declaration} from './declarations.ts';
import {type Library, mapOf, moduleOf} from './library.ts';
import {linksAt, linksOf, type Page} from './links.ts';
import type {SourceFile} from './source-file.ts';

/** How far to look for a call behind a name: `joinNamespace` calls `setns`, which makes the call. */
const DEPTH = 2;

/** The pages of a line: those that it names, and those of the calls that its names make in the kernel's room. */
export function pagesAt(library: Library, file: SourceFile, line: number): readonly Page[] {
	const pages = linksAt(library, file, line).flatMap(({target}) => {
		if (target.kind === 'page') return [target.page];
		return target.kind === 'declaration' ? callsOf(library, target.declaration, DEPTH) : [];
	});
	return different(pages);
}

/** The pages that a module is drawn from: what its map names under `Sources`. */
export function sourcePages(library: Library, file: SourceFile): readonly Page[] {
	const sources = /^Sources?:[\s\S]*/m.exec(mapOf(moduleOf(library, file)))?.[0] ?? '';
	const named = [...sources.matchAll(/\b([a-z_][\w.+-]*)\(([1-8])\)/g)];
	return different(named.map(([, name = '', section = '']) => ({name, section})));
}

/** `unshare(2)` */
export function pageName({name, section}: Page): string {
	return `${name}(${section})`;
}

function callsOf(library: Library, declaration: Declaration, depth: number): readonly Page[] {
	const file = library.files.get(declaration.path);
	if (file?.module !== 'kernel' || declaration.kind !== 'function') return [];
	const inside = linksOf(library, file).filter(
		({line, target}) =>
			line >= declaration.line &&
			line <= declaration.lastLine &&
			!(target.kind === 'declaration' && target.declaration === declaration),
	);
	return inside.flatMap(({target, isUse}) => {
		// The pages that comments name are not what is called.
		if (target.kind === 'page') return inside.length > 0 && target.page.section === '2' ? [target.page] : [];
		return depth > 0 && isUse && target.kind === 'declaration' ? callsOf(library, target.declaration, depth - 1) : [];
	});
}

function different(pages: readonly Page[]): readonly Page[] {
	return [...new Map(pages.map(page => [pageName(page), page])).values()];
}
