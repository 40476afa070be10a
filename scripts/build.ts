/**
 * `npm run build`: bundles the sources into dist/, because one file loads many times faster than a hundred.
 *
 *     toolkit/cli/main.ts ────────────▶ dist/drydock.cjs   the command line
 *     toolkit/13-runtime/init.ts ─────▶ dist/init.cjs      what finishes a container from inside
 *     toolkit/17-engine/watcher.ts ───▶ dist/watcher.cjs   what stays with a detached container
 *     lessons/… ──────────────────────▶ dist/….cjs         what the command line imports on demand: the course
 *                                       dist/stamp         dated when the build began: newer sources make it stale
 *
 * The surprise: the order in which the files are put in place is what makes a build atomic. The stamp comes last,
 * so whoever looks while a build runs finds the old one, sees that it is stale, and runs the sources instead.
 * @module
 */
import {mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, utimesSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {bundle} from './build/bundle.ts';
import {lazyLessons} from './build/lazy-lessons.ts';
import {programs} from './build/programs.ts';

const dist = join(import.meta.dirname, '../dist');
const began = new Date();

mkdirSync(dist, {recursive: true});
const unfinished = mkdtempSync(join(dist, 'unfinished-'));
try {
	const lessons = new Map<string, string>();
	await bundle(programs, unfinished, [lazyLessons(lessons)]);
	await bundle(Object.fromEntries(lessons), unfinished);
	for (const name of readdirSync(unfinished)) renameSync(join(unfinished, name), join(dist, name));
	const stamp = join(unfinished, 'stamp');
	writeFileSync(stamp, '');
	utimesSync(stamp, began, began);
	renameSync(stamp, join(dist, 'stamp'));
} finally {
	rmSync(unfinished, {recursive: true, force: true});
}
