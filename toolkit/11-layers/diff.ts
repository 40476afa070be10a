/**
 * What a container changed, told as docker diff tells it.
 *
 *     C /etc             a directory in which something changed
 *     C /etc/motd        changed: the branch below has it too
 *     A /etc/new         added
 *     D /tmp/old         deleted: a whiteout hides it, or an opaque directory
 *
 * The surprise: nobody compares anything. What lies in the read-write branch is the difference.
 * @module
 */
import {tolerate} from '#kernel/error';
import {childPath, namesIn, openChild, openRoot, statChild, withDirectories} from '#layers/directory';
import {closeFound, lookUp, mergedNames} from '#layers/lookup';
import {isOpaque, isWhiteout} from '#layers/whiteout';

/** One change: `A`dded, `C`hanged or `D`eleted, and an absolute path inside the container. */
export interface Change {
	readonly kind: 'A' | 'C' | 'D';
	readonly path: string;
}

/**
 * What the branch `upper` changes in the branches below it, topmost first. Sorted by path.
 *
 * @throws with open(2)'s errors if a branch can't be read.
 */
export function diff(upper: string, lowers: readonly string[]): readonly Change[] {
	const changes: Change[] = [];
	withDirectories([upper, ...lowers].map(openRoot), ([top, ...below]) => collect(top!, below, '', changes));
	return changes.sort((one, other) => (one.path < other.path ? -1 : 1));
}

function collect(upper: number, lowers: readonly number[], path: string, changes: Change[]): void {
	for (const name of namesIn(upper)) {
		const stats = statChild(upper, name);
		if (stats === undefined) continue;
		const below = lookUp(lowers, name);
		const whole = `${path}/${name}`;
		try {
			if (isWhiteout(stats)) {
				// A whiteout of what was never there comes from a file that was made and deleted again.
				if (below !== undefined) changes.push({kind: 'D', path: whole});
				continue;
			}
			changes.push({kind: below === undefined ? 'A' : 'C', path: whole});
			if (stats.isDirectory()) collectDirectory(upper, name, below?.directories ?? [], whole, changes);
		} finally {
			closeFound(below);
		}
	}
}

function collectDirectory(
	parent: number,
	name: string,
	lowers: readonly number[],
	path: string,
	changes: Change[],
): void {
	// As an ordinary user, what the container has closed stays unseen.
	const directory = tolerate(['EACCES'], () => openChild(parent, name));
	if (directory === undefined) return;
	withDirectories([directory], () => {
		collect(directory, lowers, path, changes);
		if (!isOpaque(childPath(parent, name))) return;
		const kept = new Set(namesIn(directory));
		for (const gone of mergedNames(lowers)) if (!kept.has(gone)) changes.push({kind: 'D', path: `${path}/${gone}`});
	});
}
