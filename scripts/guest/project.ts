/**
 * What of this project goes into the machine for its tests: sources without types, the bundle, a few packages.
 *
 *     toolkit/…, lessons/…   types taken out here: under emulation Node needs half a second to get ready for that
 *     node_modules/…         what the sources import, and an empty place where tsx was
 *     dist/…                 the drydock command
 *
 * @module
 */
import {cpSync, existsSync, globSync, mkdirSync, readFileSync, realpathSync, writeFileSync} from 'node:fs';
import {stripTypeScriptTypes} from 'node:module';
import {join} from 'node:path';
import {bundle} from '../build/bundle.ts';
import {lazyLessons} from '../build/lazy-lessons.ts';
import {programs} from '../build/programs.ts';

/** Where this project is, here and in the machine: what a test says of a file is true in both. */
export const projectDirectory = join(import.meta.dirname, '../..');

const parts = [
	'package.json',
	'package-lock.json',
	'toolkit',
	'exercises',
	'solutions',
	'lessons',
	'slides',
	'sandbox-vm',
	'scripts',
];
const packages = ['ffi-rs', 'fast-check', 'tar-stream', 'chalk', 'commander', 'string-width'];

/** Puts it together in an empty directory; what it makes as `dist` there is the bundle of the sources of now. */
export async function copyProject(directory: string): Promise<void> {
	for (const part of parts) cpSync(join(projectDirectory, part), join(directory, part), {recursive: true});
	for (const name of globSync('**/*.ts', {cwd: directory})) stripTypes(join(directory, name), join(directory, name));
	const taken = new Set<string>();
	for (const name of packages) copyPackage(name, directory, taken);
	standInForTsx(join(directory, 'node_modules/tsx'));
	await bundleInto(join(directory, 'dist'));
	standInForSources(directory);
	// The launcher takes the bundle if its stamp is newer than all sources: it is written last.
	writeFileSync(join(directory, 'dist/stamp'), '');
}

/** Blanks take the place of what is taken out, so lines and columns stay the same. */
function stripTypes(from: string, to: string): void {
	writeFileSync(to, stripTypeScriptTypes(readFileSync(from, 'utf8')));
}

/** A package with those that it needs. What npm left out for another system is left out here as well. */
function copyPackage(name: string, directory: string, taken: Set<string>): void {
	const from = join(projectDirectory, 'node_modules', name);
	if (taken.has(name) || !existsSync(from)) return;
	taken.add(name);
	cpSync(realpathSync(from), join(directory, 'node_modules', name), {recursive: true});
	const {dependencies = {}, optionalDependencies = {}} = JSON.parse(
		readFileSync(join(from, 'package.json'), 'utf8'),
	) as {dependencies?: object; optionalDependencies?: object};
	for (const each of Object.keys({...dependencies, ...optionalDependencies})) copyPackage(each, directory, taken);
}

/** Tests give `--import tsx` to their children; the launcher of `drydock` names tsx's file, if it doesn't take the bundle. */
function standInForTsx(directory: string): void {
	mkdirSync(join(directory, 'dist'), {recursive: true});
	writeFileSync(
		join(directory, 'package.json'),
		JSON.stringify({name: 'tsx', type: 'module', exports: './dist/loader.mjs'}),
	);
	stripTypes(join(import.meta.dirname, 'loader.ts'), join(directory, 'dist/loader.mjs'));
}

async function bundleInto(directory: string): Promise<void> {
	mkdirSync(directory, {recursive: true});
	const lessons = new Map<string, string>();
	await bundle(programs, directory, [lazyLessons(lessons)]);
	await bundle(Object.fromEntries(lessons), directory);
}

/** What the engine starts in a Node of its own is the bundle's: from forty sources it would take six seconds, not one. */
function standInForSources(directory: string): void {
	for (const name of ['init', 'watcher'] as const)
		writeFileSync(join(directory, programs[name]), `import '../../dist/${name}.cjs';\n`);
}
