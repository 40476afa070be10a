/**
 * Images and templates that nobody needs any more.
 *
 *     needed   by a process that runs: the path is in its command line
 *              by a saved state of a kept machine: it is based on its template, and that on its image
 *     recent   the last three that were used, and whatever was used in the last ten minutes: somebody may be about to
 *              start a machine on it
 *
 * All others go, when a new one has come. So the disk's use is bounded, whatever is built.
 * @module
 */
import {readdirSync, readFileSync, rmSync, statSync, utimesSync} from 'node:fs';
import {basename, dirname} from 'node:path';
import {tolerate} from '#kernel/error';
import {imageCacheDirectory, imageDirectories} from '../image/image.ts';
import {diskUse} from '../machine/disk-use.ts';
import {listDocks, openDock} from '../machine/dock.ts';
import {readSnapshots} from '../machine/history.ts';
import {imageOfTemplate, type Template, templateDirectories} from '../machine/template.ts';

/** How many of each are kept although nobody needs them. */
export const mostKept = 3;

/** Remembers that a template, and its image, are used now. */
export function markUsed({ram, blueprint}: Template): void {
	const now = new Date();
	for (const path of [ram, blueprint.image.rootfs])
		tolerate(['ENOENT', 'EACCES', 'EPERM'], () => utimesSync(dirname(path), now, now));
}

/**
 * Removes images and templates, the least recently used first.
 *
 * @param keep how many of each may stay although nobody needs them; with 0, those of the last ten minutes go too.
 * @returns how many bytes are free again.
 */
export function prune(keep = mostKept): number {
	const busy = commandLines();
	const saved = new Set(listDocks().flatMap(name => readSnapshots(openDock(name)).map(({template}) => template)));
	const isBusy = (path: string): boolean => busy.some(line => line.includes(path));
	const templates = choose(templateDirectories(), keep, path => isBusy(path) || saved.has(basename(path)));
	const wanted = new Set(templates.staying.map(imageOfTemplate));
	const images = choose(imageDirectories(imageCacheDirectory()), keep, path => isBusy(path) || wanted.has(path));
	return [...templates.going, ...images.going].reduce((bytes, path) => bytes + remove(path), 0);
}

/** @returns how many bytes are free again. */
export function remove(path: string): number {
	const bytes = diskUse(path);
	rmSync(path, {recursive: true, force: true});
	return bytes;
}

const recentMilliseconds = 10 * 60_000;

function choose(
	directories: readonly string[],
	keep: number,
	isNeeded: (path: string) => boolean,
): {readonly staying: readonly string[]; readonly going: readonly string[]} {
	const byUse = directories.toSorted((one, other) => usedMilliseconds(other) - usedMilliseconds(one));
	const recent = keep === 0 ? Infinity : Date.now() - recentMilliseconds;
	const stays = (path: string, index: number): boolean =>
		index < keep || usedMilliseconds(path) > recent || isNeeded(path);
	return {staying: byUse.filter(stays), going: byUse.filter((path, index) => !stays(path, index))};
}

function usedMilliseconds(path: string): number {
	return tolerate(['ENOENT'], () => statSync(path).mtimeMs) ?? 0;
}

function commandLines(): readonly string[] {
	const pids = readdirSync('/proc').filter(name => /^\d+$/.test(name));
	return pids.map(name => {
		const line = tolerate(['ENOENT', 'ESRCH', 'EACCES'], () => readFileSync(`/proc/${name}/cmdline`, 'utf8')) ?? '';
		// QEMU is told of a comma by two.
		return line.replaceAll(',,', ',');
	});
}
