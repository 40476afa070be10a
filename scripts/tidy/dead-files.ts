/**
 * No dead files: what nothing leads to is deleted.
 *
 *     programs, package.json's scripts and "imports" ──▶ every other file
 *
 * An import leads to a file, and so does its path in a text: that is how one program starts another.
 *
 * @module
 */
import {posix} from 'node:path';
import {programs} from '../build/programs.ts';
import {arrows, importAddresses} from './imports.ts';
import {isTest, type Rule, sources, type Tree} from './tree.ts';

/** Every source is reached from an entry of the project, or is a test; what tests share is `testing.ts` or `….suite.ts`. */
export const noDeadFiles: Rule = tree => {
	const entries = [...Object.values(programs), ...scripts(tree), ...publicFaces(tree)];
	const alive = reached(tree, entries);
	const tested = reached(tree, sources(tree).filter(isTest));
	return sources(tree)
		.filter(path => !alive.has(path) && !isTest(path))
		.filter(path => !(/(testing|\.suite)\.ts$/.test(path) && tested.has(path)))
		.map(path => `${path}:1: nothing${tested.has(path) ? ' but a test' : ''} leads here`);
};

function scripts(tree: Tree): readonly string[] {
	const {scripts = {}} = JSON.parse(tree.get('package.json') ?? '{}') as {scripts?: Record<string, string>};
	return Object.values(scripts).flatMap(script => script.match(/[\w./-]+\.ts\b/g) ?? []);
}

/** What "imports" offers by a name of its own, to learners as well; a pattern offers nothing in particular. */
function publicFaces(tree: Tree): readonly string[] {
	return Object.entries(importAddresses(tree)).flatMap(([name, targets]) =>
		name.endsWith('*') ? [] : Object.values(targets),
	);
}

function reached(tree: Tree, entries: readonly string[]): ReadonlySet<string> {
	const all = arrows(tree);
	const seen = new Set<string>();
	const next = entries.filter(path => tree.has(path));
	for (let path = next.pop(); path !== undefined; path = next.pop()) {
		if (seen.has(path)) continue;
		seen.add(path);
		for (const {from, to} of all) if (from === path && to !== undefined) next.push(to);
		next.push(...named(path, tree.get(path) ?? '').filter(target => tree.has(target)));
	}
	return seen;
}

/** What a file names in its texts, from its own folder (`'loader.ts'`) or from the project's (`./scripts/guest/reporter.ts`). */
function named(path: string, text: string): readonly string[] {
	const fromHere = [...text.matchAll(/'([\w-]+\.ts)'/g)].map(([, name = '']) => posix.join(posix.dirname(path), name));
	const fromTop = [...text.matchAll(/=\.\/([\w/-]+\.ts)\b/g)].map(([, name = '']) => name);
	return [...fromHere, ...fromTop];
}
