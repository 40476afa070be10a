/**
 * The vfs driver: every container gets a full copy. Slow and large, but it works on any file system.
 *
 *     PATH/tree       the copy, which the container changes
 *     PATH/complete   made last: without it a copy was interrupted, and starts anew
 *
 * The surprise: without branches that lie on each other the changes have to be found by comparing everything.
 * @module
 */
import {constants, existsSync, mkdirSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {tolerate} from '#kernel/error';
import {MS_BIND, MS_NODEV, MS_NOSUID, MS_REC, mount} from '#kernel/mount';
import {O_PATH, openInRoot, withFd} from '#kernel/path';
import {compare} from '#layers/compare';
import {copyBranch} from '#layers/copy';
import {childPath, namesIn} from '#layers/directory';
import {packChanges} from '#layers/pack';
import {removeTree} from '#layers/remove';
import type {Driver, Union} from '#layers/types';
import {requireOnDisk} from '#layers/upper';
import {remountBind} from '#mnt/bind';

/** The driver that copies all branches into one directory. */
export const vfsDriver: Driver = {
	prepare(union) {
		if (union.readOnly.includes('/')) {
			throw new Error('the vfs driver copies everything, so it makes no view of /; use overlay or a directory');
		}
		mkdirSync(union.readWrite.path, {recursive: true, mode: 0o700});
		if (union.readWrite.inMemory !== true) makeCopy(union);
	},
	unite(union) {
		if (union.readWrite.inMemory === true) {
			const size = union.readWrite.sizeBytes;
			const data = size === undefined ? 'mode=700' : `mode=700,size=${size}`;
			mount('tmpfs', union.readWrite.path, 'tmpfs', MS_NOSUID | MS_NODEV, data);
			makeCopy(union);
		}
		mount(treePath(union), union.target, null, MS_BIND | MS_REC);
		if (union.noDevices) withFd(openInRoot('/', union.target, O_PATH), mounted => remountBind(mounted, MS_NODEV));
	},
	changes(union) {
		requireOnDisk(union);
		return compare(treePath(union), union.readOnly);
	},
	pack: union => packChanges(treePath(union), vfsDriver.changes(union)),
};

function treePath({readWrite}: Union): string {
	return join(readWrite.path, 'tree');
}

function makeCopy(union: Union): void {
	const tree = treePath(union);
	const complete = join(union.readWrite.path, 'complete');
	if (existsSync(complete)) return;
	removeTree(tree);
	mkdirSync(tree);
	for (const branch of union.readOnly.toReversed()) copyBranch(branch, tree);
	for (const path of union.hidden ?? []) removeContents(tree, path);
	writeFileSync(complete, '');
}

function removeContents(tree: string, path: string): void {
	const directory = tolerate(['ENOENT', 'ENOTDIR'], () => openInRoot(tree, path, constants.O_DIRECTORY));
	if (directory === undefined) return;
	withFd(directory, () => {
		for (const name of namesIn(directory)) rmSync(childPath(directory, name), {recursive: true});
	});
}
