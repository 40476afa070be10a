/**
 * What the tests of this module share: trees as plain data.
 * @module
 */
import {lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {getXattr, listXattrs} from '#kernel/xattr';

/** A directory: text is a file, an object a directory. */
export interface TreeText {
	readonly [name: string]: string | TreeText;
}

/** Makes a directory with what is in it. */
export function writeTree(path: string, tree: TreeText): void {
	mkdirSync(path, {recursive: true});
	for (const [name, content] of Object.entries(tree)) {
		if (typeof content === 'string') writeFileSync(join(path, name), content);
		else writeTree(join(path, name), content);
	}
}

/** All that a reader of a tree can see, one line for each file, without the root itself. */
export function treeOf(path: string, prefix = ''): readonly string[] {
	return readdirSync(path)
		.sort()
		.flatMap(name => {
			const whole = join(path, name);
			const stats = lstatSync(whole);
			const line = [
				`${prefix}${name}`,
				stats.mode.toString(8),
				`${stats.uid}:${stats.gid}`,
				stats.isDirectory() ? '' : String(Math.floor(stats.mtimeMs / 1000)),
				String(stats.isDirectory() ? 0 : stats.rdev),
				stats.isFile() ? readFileSync(whole, 'base64') : stats.isSymbolicLink() ? readlinkSync(whole) : '',
				...[...listXattrs(whole)]
					.filter(each => each.startsWith('user.') && !each.startsWith('user.overlay.'))
					.sort()
					.map(each => `${each}=${getXattr(whole, each)?.toString('base64')}`),
			].join(' ');
			return [line, ...(stats.isDirectory() ? treeOf(whole, `${prefix}${name}/`) : [])];
		});
}
