/**
 * What files take of a disk: what is written in them, which is less than their length where they have holes.
 * @module
 */
import {lstatSync, readdirSync} from 'node:fs';
import {join} from 'node:path';
import {tolerate} from '#kernel/error';

/** The bytes that a file takes, or a directory with all that is in it; 0 if there is none. */
export function diskUse(path: string): number {
	const stat = tolerate(['ENOENT'], () => lstatSync(path));
	if (stat === undefined) return 0;
	const own = stat.blocks * blockBytes;
	if (!stat.isDirectory()) return own;
	const names = tolerate(['ENOENT', 'EACCES'], () => readdirSync(path)) ?? [];
	return names.reduce((sum, name) => sum + diskUse(join(path, name)), own);
}

/** stat(2) counts in these, whatever the file system's own are. */
const blockBytes = 512;
