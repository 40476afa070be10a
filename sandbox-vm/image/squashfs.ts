/**
 * The guest's read-only root as one file.
 * @module
 */
import {statSync} from 'node:fs';
import {filesBelow} from './files-below.ts';
import type {Owner} from './furniture.ts';
import {beginPhase, type OnProgress} from './progress.ts';
import {run} from './run.ts';

/**
 * Packs `root` into the file at `path`. All of it becomes root's, but for `owners`.
 *
 * @throws {Error} with mksquashfs's words; the disk may be full.
 */
export async function makeSquashfs(
	root: string,
	path: string,
	owners: readonly Owner[],
	onProgress: OnProgress,
	signal: AbortSignal | undefined,
): Promise<void> {
	const total = filesBelow(root).reduce((sum, path) => sum + statSync(path).size, 0);
	const progress = beginPhase(onProgress, 'compress', total);
	let done = 0;
	const options = [
		...['-noappend', '-no-progress', '-info', '-no-xattrs'],
		// Reading takes as long with each level; from 10 on, writing takes ten times as long for the last 5 %.
		...['-comp', 'zstd', '-Xcompression-level', '9'],
		// The same files make the same bytes.
		...['-all-time', '0', '-mkfs-time', '0', '-root-mode', '755'],
		// Its option -all-root would overrule these.
		...['guid(0,0)@true', ...owners.flatMap(actions)].flatMap(action => ['-action', action]),
	];
	await run(['mksquashfs', root, path, ...options], {
		signal,
		onLine: line => {
			done += Number(/^file .*, uncompressed size (\d+) bytes/.exec(line)?.[1] ?? 0);
			progress(done);
		},
	});
}

/** What mksquashfs is told to do with the files at a path. */
function actions({path, uid, gid, mode}: Owner): readonly string[] {
	const own = `guid(${uid},${gid})@pathname(${path})`;
	return mode === undefined ? [own] : [own, `chmod(0${mode})@pathname(${path})`];
}
