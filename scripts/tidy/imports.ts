/**
 * Who imports whom: the arrows that the rules judge.
 *
 * Regular expressions are enough to find them, because Biome has formatted every file: an import begins a line, and
 * its address is in single quotes.
 * @module
 */
import {posix} from 'node:path';
import {lineAt, sources, type Tree} from './tree.ts';

/** One import, or one export from elsewhere. */
export interface Arrow {
	readonly from: string;
	readonly line: number;
	/** As it is written: `#pid`, `./reaper.ts`, `ffi-rs`. */
	readonly specifier: string;
	/** The file of the tree that it leads to; undefined if it leads out of the project. */
	readonly to: string | undefined;
	/** `import type`: gone when the program runs. */
	readonly typeOnly: boolean;
}

const names = String.raw`(?:\*(?: as \w+)?|\w+|\{[^}]*\})`;
const staticImport = new RegExp(`^(?:import|export) (type )?(?:${names}(?:, ${names})? from )?'([^']+)'`, 'gm');
const importOnDemand = /^(?!\s*(?:\*|\/\/)).*?\bimport\(\s*'([^']+)'/gm;

/** All arrows between the sources of a tree. */
export function arrows(tree: Tree): readonly Arrow[] {
	const addresses = importAddresses(tree);
	return sources(tree).flatMap(from => {
		const text = tree.get(from) ?? '';
		const arrow = (offset: number, specifier: string, typeOnly: boolean): Arrow => ({
			from,
			line: lineAt(text, offset),
			specifier,
			to: resolve(from, specifier, addresses),
			typeOnly,
		});
		return [
			...[...text.matchAll(staticImport)].map(found => arrow(found.index, found[2] ?? '', found[1] !== undefined)),
			...[...text.matchAll(importOnDemand)].map(found => arrow(found.index, found[1] ?? '', false)),
		];
	});
}

/** What package.json's "imports" says: `#pid` → where each condition leads. */
export function importAddresses(tree: Tree): Readonly<Record<string, Readonly<Record<string, string>>>> {
	const {imports = {}} = JSON.parse(tree.get('package.json') ?? '{}') as {imports?: Record<string, unknown>};
	return Object.fromEntries(
		Object.entries(imports).map(([name, target]) => [
			name,
			withoutDots(typeof target === 'string' ? {default: target} : (target as Record<string, string>)),
		]),
	);
}

function withoutDots(targets: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
	return Object.fromEntries(Object.entries(targets).map(([condition, path]) => [condition, posix.normalize(path)]));
}

function resolve(
	from: string,
	specifier: string,
	addresses: Readonly<Record<string, Readonly<Record<string, string>>>>,
): string | undefined {
	if (specifier.startsWith('.')) return posix.join(posix.dirname(from), specifier);
	if (!specifier.startsWith('#')) return undefined;
	const exact = addresses[specifier]?.default;
	if (exact !== undefined) return exact;
	for (const [pattern, targets] of Object.entries(addresses)) {
		const start = pattern.slice(0, -1);
		if (pattern.endsWith('*') && specifier.startsWith(start)) {
			return targets.default?.replace('*', specifier.slice(start.length));
		}
	}
	return undefined;
}
