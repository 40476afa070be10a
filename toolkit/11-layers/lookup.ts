/**
 * Looking a name up in a stack of branches, as the union does it.
 *
 *     topmost first:  a file or a whiteout ends the search;  directories of the same name merge;
 *                     an opaque directory is the last that counts
 * @module
 */
import {type BigIntStats, closeSync} from 'node:fs';
import {tolerate} from '#kernel/error';
import {childPath, namesIn, openChild, statChild} from '#layers/directory';
import {isOpaque, isWhiteout} from '#layers/whiteout';

/** What a stack of directories has under one name. */
export interface Found {
	/** Of the topmost. */
	readonly stats: BigIntStats;
	/** If it is a directory: those that merge, topmost first. The caller closes them. */
	readonly directories: readonly number[];
}

/** Finds `name` in open directories, topmost first; undefined if it isn't in any, or a whiteout hides it. */
export function lookUp(branches: readonly number[], name: string): Found | undefined {
	let first: BigIntStats | undefined;
	const directories: number[] = [];
	for (const branch of branches) {
		const stats = statChild(branch, name);
		if (stats === undefined) continue;
		if (isWhiteout(stats)) break;
		if (first !== undefined && !stats.isDirectory()) break;
		first ??= stats;
		if (!stats.isDirectory()) break;
		const directory = tolerate(['EACCES'], () => openChild(branch, name));
		if (directory === undefined) break;
		directories.push(directory);
		if (isOpaque(childPath(branch, name))) break;
	}
	return first && {stats: first, directories};
}

/** The names that merged directories show, sorted. */
export function mergedNames(branches: readonly number[]): readonly string[] {
	const hidden = new Set<string>();
	const names = new Set<string>();
	for (const branch of branches) {
		for (const name of namesIn(branch)) {
			if (hidden.has(name) || names.has(name)) continue;
			const stats = statChild(branch, name);
			if (stats !== undefined) (isWhiteout(stats) ? hidden : names).add(name);
		}
	}
	return [...names].sort();
}

/** Closes what `lookUp` opened. */
export function closeFound(found: Found | undefined): void {
	for (const fd of found?.directories ?? []) closeSync(fd);
}
