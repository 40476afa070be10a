/**
 * 11 · Layers: many directories, seen as one.
 *
 *     read-write branch     etc/motd*   ✗tmp/old          what the container changed, and a whiteout
 *     read-only branch      etc/motd    tmp/old           a layer of the image
 *     read-only branch      bin/sh      lib/libc.so       the layer below it
 *     ───────────────────────────────────────────────
 *     the union             bin/sh  etc/motd*  lib/libc.so
 *
 * To write to a file of a read-only branch, the whole file is first copied up. To delete one, a whiteout is put in front
 * of it: the file stays where it is.
 *
 * The surprise: deleting makes an image larger, never smaller. And the union holds no files of its own; unmounted,
 * it is gone, while the branches are plain directories that anybody can look into.
 *
 * Next: 12-security takes root's powers apart.
 *
 * Sources: Linux, Documentation/filesystems/overlayfs.rst; OCI image spec, layer.md. The words are those of AUFS.
 * @module
 */
import {chownSync, mkdirSync, rmdirSync} from 'node:fs';
import {tolerate} from '#kernel/error';
import type {Step} from '#kernel/plan';
import {overlayDriver} from '#layers/overlay';
import {removeTree} from '#layers/remove';
import type {Driver, DriverName, Union} from '#layers/types';
import {upperPaths} from '#layers/upper';
import {vfsDriver} from '#layers/vfs';

export {type Branch, branchOf} from '#layers/branch';
export {describeUnion, type MountedUnion} from '#layers/describe';
export {type Change, diff} from '#layers/diff';
export {mountOverlay} from '#layers/mount-overlay';
export {packLayer} from '#layers/pack';
export {removeTree} from '#layers/remove';
export type {DriverName, ReadWriteBranch, Union} from '#layers/types';
export {type Unpacked, type UnpackOptions, unpackLayer} from '#layers/unpack';
export {canHoldChanges, canHoldChangesInMemory} from '#layers/upper';

const drivers: Readonly<Record<DriverName, Driver>> = {overlay: overlayDriver, vfs: vfsDriver};

/** The driver of a union: how its branches become one tree, and what was changed in it. */
export function driverOf(union: Pick<Union, 'driver'>): Driver {
	return drivers[union.driver];
}

/** Lays the branches on the host, then unites them inside the container. */
export function unionSteps(union: Union): readonly Step[] {
	const driver = driverOf(union);
	const {readWrite, target} = union;
	return [
		{
			module: 'layers',
			title: 'lay out the read-write branch',
			why: 'what the container changes goes there, so the layers below can be shared by many',
			where: 'host',
			run: () => {
				mkdirSync(target, {recursive: true, mode: 0o700});
				driver.prepare(union);
				if (readWrite.owner !== undefined)
					giveTo(readWrite.owner, [target, readWrite.path, ...Object.values(upperPaths(readWrite.path))]);
			},
			undo: () => {
				// A stopped container keeps what it changed. Only one that is to vanish takes its branch along.
				if (union.disposable === true) removeTree(readWrite.path);
				tolerate(['ENOENT', 'ENOTEMPTY'], () => rmdirSync(target));
			},
		},
		{
			module: 'layers',
			title: `unite ${union.readOnly.length + 1} branches`,
			why: 'the container sees one tree; mounted here, the union goes when its mount table does',
			run: () => driver.unite(union),
		},
	];
}

/** A root that is another user on the host can work in a branch only if it owns it. */
function giveTo({uid, gid}: {readonly uid: number; readonly gid: number}, paths: readonly string[]): void {
	for (const path of paths) tolerate(['ENOENT'], () => chownSync(path, uid, gid));
}
