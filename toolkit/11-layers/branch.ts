/**
 * Which branch a file of the union comes from.
 * @module
 */
import {closeSync} from 'node:fs';
import {childPath, openChild, openRoot, statChild, withDirectories} from '#layers/directory';
import {isOpaque, isWhiteout} from '#layers/whiteout';

/** Where a path of the union is decided. */
export interface Branch {
	/** Counted from the top: with the read-write branch first, 0 is that. */
	readonly index: number;
	readonly directory: string;
	/** Whether the branch has a whiteout there: the path is gone from the union. */
	readonly deleted: boolean;
}

/**
 * Finds the branch that decides what the union shows at `path`.
 *
 * @param branches topmost first.
 * @returns undefined if none has it. For a directory, which may merge several, the topmost.
 */
export function branchOf(branches: readonly string[], path: string): Branch | undefined {
	const names = path.split('/').filter(name => name !== '' && name !== '.');
	return withDirectories(branches.map(openRoot), roots => {
		let level = roots.map((fd, index) => ({fd, index}));
		const opened: number[] = [];
		try {
			for (const [position, name] of names.entries()) {
				const next: typeof level = [];
				for (const {fd, index} of level) {
					const stats = statChild(fd, name);
					if (stats === undefined) continue;
					const deleted = isWhiteout(stats);
					const isLast = position === names.length - 1;
					if (next.length === 0 && (isLast || deleted)) return {index, directory: branches[index]!, deleted};
					const child = openChild(fd, name);
					if (child === undefined) break;
					opened.push(child);
					next.push({fd: child, index});
					if (isOpaque(childPath(fd, name))) break;
				}
				level = next;
			}
		} finally {
			for (const fd of opened) closeSync(fd);
		}
		return level[0] && {index: level[0].index, directory: branches[level[0].index]!, deleted: false};
	});
}
