/**
 * Finding what was changed by comparing a tree with the branches that it was copied from.
 * @module
 */
import {type BigIntStats, readlinkSync} from 'node:fs';
import type {Change} from '#layers/diff';
import {childPath, namesIn, openChild, openRoot, statChild, withDirectories} from '#layers/directory';
import {closeFound, lookUp, mergedNames} from '#layers/lookup';

/**
 * What differs in `tree` from the union of `branches`, topmost first. Sorted by path. A file counts as the same if its
 * kind, owner, mode, size and time are: contents are not read.
 */
export function compare(tree: string, branches: readonly string[]): readonly Change[] {
	const changes: Change[] = [];
	withDirectories([tree, ...branches].map(openRoot), ([top, ...below]) => collect(top!, below, '', changes));
	return changes.sort((one, other) => (one.path < other.path ? -1 : 1));
}

/** @returns whether anything below `path` has changed. */
function collect(tree: number, branches: readonly number[], path: string, changes: Change[]): boolean {
	const before = changes.length;
	const names = namesIn(tree);
	for (const name of names) {
		const stats = statChild(tree, name);
		if (stats === undefined) continue;
		const original = lookUp(branches, name);
		const whole = `${path}/${name}`;
		const child = stats.isDirectory() ? openChild(tree, name) : undefined;
		try {
			const inside = child !== undefined && collect(child, original?.directories ?? [], whole, changes);
			if (original === undefined) changes.push({kind: 'A', path: whole});
			else if (inside || !sameAttributes(stats, original.stats) || !sameTarget(tree, branches, name, stats)) {
				changes.push({kind: 'C', path: whole});
			}
		} finally {
			closeFound(original);
			if (child !== undefined) withDirectories([child], () => {});
		}
	}
	const kept = new Set(names);
	for (const gone of mergedNames(branches)) if (!kept.has(gone)) changes.push({kind: 'D', path: `${path}/${gone}`});
	return changes.length > before;
}

function sameAttributes(one: BigIntStats, other: BigIntStats): boolean {
	if (one.mode !== other.mode || one.uid !== other.uid || one.gid !== other.gid || one.rdev !== other.rdev)
		return false;
	if (one.isDirectory()) return true;
	// Microseconds: a copied time is exact to about that.
	return (
		one.size === other.size &&
		one.mtimeNs / 1000n - other.mtimeNs / 1000n <= 1n &&
		other.mtimeNs / 1000n - one.mtimeNs / 1000n <= 1n
	);
}

function sameTarget(tree: number, branches: readonly number[], name: string, stats: BigIntStats): boolean {
	if (!stats.isSymbolicLink()) return true;
	const original = branches.find(branch => statChild(branch, name) !== undefined);
	return original !== undefined && readlinkSync(childPath(tree, name)) === readlinkSync(childPath(original, name));
}
