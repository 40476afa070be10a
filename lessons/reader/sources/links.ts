/**
 * What can be followed in a file: names to where they are declared, addresses to files, calls to their man pages.
 *
 * Only what stands at the top level of a file is known by name. A parameter of the same name would be taken for it;
 * so what is plainly a parameter, a field, or a key is left out.
 * @module
 */
import type {Declaration} from './declarations.ts';
import {type Library, moduleOf} from './library.ts';
import {once} from './once.ts';
import type {SourceFile} from './source-file.ts';
import {exportsByName, importedFile, scopeOf} from './symbols.ts';
import {type Token, tokensOf} from './tokens.ts';

/** A page of the manual: `unshare(2)`. */
export interface Page {
	readonly name: string;
	readonly section: string;
}

/** Where a link leads. */
export type Target =
	| {readonly kind: 'declaration'; readonly declaration: Declaration}
	| {readonly kind: 'file'; readonly path: string}
	| {readonly kind: 'page'; readonly page: Page};

/** Some characters of one line that lead somewhere. */
export interface Link {
	readonly line: number;
	/** In characters from 0; `end` is the first that doesn't belong to it. */
	readonly start: number;
	readonly end: number;
	readonly target: Target;
	/** The name uses what it leads to; in a comment, an import or the declaration itself it only names it. */
	readonly isUse: boolean;
}

/** The links of a file, from its start to its end. */
export function linksOf(library: Library, file: SourceFile): readonly Link[] {
	const known = linksByFile(library);
	const found = known.get(file.path) ?? findLinks(library, file);
	known.set(file.path, found);
	return found;
}

/** The links of one line. */
export function linksAt(library: Library, file: SourceFile, line: number): readonly Link[] {
	return linksOf(library, file).filter(link => link.line === line);
}

const linksByFile = once((_: Library) => new Map<string, readonly Link[]>());

function findLinks(library: Library, file: SourceFile): readonly Link[] {
	const scope = scopeOf(library, file);
	const tokens = tokensOf(file).flat();
	const code = tokens.filter(({kind}) => kind !== 'space' && kind !== 'comment');
	const importLines = linesOfImports(file);
	const fromCode = code.flatMap((token, index): readonly Link[] => {
		if (token.kind === 'string') return stringLinks(library, file, token, code[index - 1], code[index - 2]);
		const declaration = token.kind === 'name' ? scope.get(token.text) : undefined;
		if (declaration === undefined || !isReference(code, index)) return [];
		const isHere = declaration.path === file.path && declaration.line === token.line;
		const isUse = !isHere && !importLines.has(token.line);
		return [linkAt(token, {kind: 'declaration', declaration}, isUse)];
	});
	const fromComments = tokens.flatMap(token =>
		token.kind === 'comment' ? commentLinks(library, file, scope, token) : [],
	);
	return [...fromCode, ...fromComments].sort((one, other) => one.line - other.line || one.start - other.start);
}

/** Whether a name stands for itself there: not after a dot, not as a key, not where a parameter gets its type. */
function isReference(code: readonly Token[], index: number): boolean {
	const before = code[index - 1]?.text ?? '';
	if (before === '.' || before === '?.') return false;
	const next = code[index + 1]?.text ?? '';
	// A function's only parameter.
	if (next === '=>') return false;
	const isNamed = next === ':' || (next === '?' && code[index + 2]?.text === ':');
	return !isNamed || !['{', ',', '(', ';', 'readonly', ''].includes(before);
}

/** The address of an import, and the name of a call: `call('unshare', …)`. */
function stringLinks(
	library: Library,
	file: SourceFile,
	token: Token,
	before: Token | undefined,
	beforeThat: Token | undefined,
): readonly Link[] {
	const text = token.text.slice(1, -1);
	const isAddress = before?.text === 'from' || (before?.text === '(' && beforeThat?.text === 'import');
	const imported = isAddress ? importedFile(library, file, text) : undefined;
	if (imported !== undefined) return [linkAt(token, {kind: 'file', path: imported.path}, false)];
	const isCall = before?.text === '(' && /^(?:call|syscall)$/.test(beforeThat?.text ?? '') && /^\w+$/.test(text);
	return isCall ? [linkAt(token, {kind: 'page', page: {name: text, section: '2'}}, false)] : [];
}

const PAGE = /\b([a-z_][\w.+-]*)\(([1-8])\)/g;
const NAMED = /`([A-Za-z_$][\w$]*)(?:\(\))?`/g;
const FILE = /(?<![\w/.-])(?:(\d\d-[a-z]+)\b(?:\/([\w/-]+\.ts))?|([\w/-]+\.ts))\b/g;

/** Comments name pages, functions, modules and files. */
function commentLinks(
	library: Library,
	file: SourceFile,
	scope: ReadonlyMap<string, Declaration>,
	token: Token,
): readonly Link[] {
	const within = (start: number, length: number, target: Target): Link => ({
		line: token.line,
		start: token.start + start,
		end: token.start + start + length,
		target,
		isUse: false,
	});
	const pages = [...token.text.matchAll(PAGE)].map(({0: whole, 1: name = '', 2: section = '', index}) =>
		within(index, whole.length, {kind: 'page', page: {name, section}}),
	);
	const names = [...token.text.matchAll(NAMED)].flatMap(({1: name = '', index}) => {
		const declaration = scope.get(name) ?? onlyExport(library, name);
		return declaration === undefined ? [] : [within(index + 1, name.length, {kind: 'declaration', declaration})];
	});
	const files = [...token.text.matchAll(FILE)].flatMap(({0: whole, 1: module, 2: inModule, 3: name = '', index}) => {
		const found = module === undefined ? sibling(library, file, name) : fileIn(library, module, inModule);
		return found === undefined || found === file ? [] : [within(index, whole.length, {kind: 'file', path: found.path})];
	});
	return [...pages, ...names, ...files];
}

function onlyExport(library: Library, name: string): Declaration | undefined {
	const found = exportsByName(library).get(name) ?? [];
	return found.length === 1 ? found[0] : undefined;
}

function sibling(library: Library, file: SourceFile, name: string): SourceFile | undefined {
	const {files, tests} = moduleOf(library, file);
	return [...files, ...tests].find(other => other.name === name);
}

function fileIn(library: Library, module: string, name: string | undefined): SourceFile | undefined {
	const files = library.modules.find(({id}) => id === module)?.files;
	return name === undefined ? files?.[0] : files?.find(file => file.name === name);
}

function linkAt({line, start, text}: Token, target: Target, isUse: boolean): Link {
	return {line, start, end: start + text.length, target, isUse};
}

/** The lines that imports and exports from elsewhere take, of which each names what it doesn't use yet. */
function linesOfImports({lines}: SourceFile): ReadonlySet<number> {
	const found = new Set<number>();
	let isOpen = false;
	lines.forEach((text, index) => {
		isOpen ||= /^(?:import\b|export (?:type )?[{*])/.test(text);
		if (isOpen) found.add(index + 1);
		if (text.endsWith(';')) isOpen = false;
	});
	return found;
}
