/**
 * The project's text, as the rules of tidy see it: by path, so that a test can make up a project in three lines.
 * @module
 */
import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';

/** Path below the project's folder → text. */
export type Tree = ReadonlyMap<string, string>;

/** A rule looks at the whole tree and returns what is wrong, one line each: `path:line: what`. */
export type Rule = (tree: Tree) => readonly string[];

const folders = ['toolkit', 'lessons', 'sandbox-vm', 'exercises', 'solutions', 'slides', 'scripts'];

/** Reads the sources and the prose below `root`. */
export function readTree(root: string): Tree {
	// Git keeps no empty folder, so one may not be there yet.
	const there = folders.filter(folder => existsSync(join(root, folder)));
	const paths = there.flatMap(folder =>
		readdirSync(join(root, folder), {recursive: true, withFileTypes: true})
			.filter(entry => entry.isFile() && /\.(tsx?|md|json)$/.test(entry.name))
			.map(entry => join(entry.parentPath, entry.name).slice(root.length + 1)),
	);
	return new Map([...paths.sort(), 'package.json'].map(path => [path, readFileSync(join(root, path), 'utf8')]));
}

/** The paths of TypeScript files that are ours to keep tidy: a learner's exercise is the learner's. */
export function sources(tree: Tree): readonly string[] {
	return [...tree.keys()].filter(path => /\.tsx?$/.test(path) && !path.startsWith('exercises/'));
}

/** Whether the file holds tests. */
export function isTest(path: string): boolean {
	return /\.test\.tsx?$/.test(path);
}

/** The line, counted from 1, on which the character at `offset` stands. */
export function lineAt(text: string, offset: number): number {
	return text.slice(0, offset).split('\n').length;
}
