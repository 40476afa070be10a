/**
 * Mount points inside a rootfs: found, or made where they are missing.
 * @module
 */
import {type BigIntStats, closeSync, fstatSync, statSync} from 'node:fs';
import {tolerate} from '#kernel/error';
import {makeDirectoryInRoot, makeFileInRoot, O_PATH, openInRoot} from '#kernel/path';

/** An open mount point. */
export interface MountPoint {
	/** An `O_PATH` descriptor that the caller closes. */
	readonly fd: number;
	readonly stats: BigIntStats;
	/** Whether it was there before. */
	readonly existed: boolean;
}

/**
 * Opens the mount point `destination` inside `rootfs` and makes it, and directories above it, if it is missing.
 *
 * @throws {KernelError} see `makeDirectoryInRoot`.
 * @throws {Error} if it leads to the rootfs itself: a mount there would hide all that is in it.
 */
export function openMountPoint(rootfs: string, destination: string, kind: 'directory' | 'file'): MountPoint {
	const found = tolerate(['ENOENT'], () => openInRoot(rootfs, destination, O_PATH));
	const make = kind === 'directory' ? makeDirectoryInRoot : makeFileInRoot;
	const fd = found ?? make(rootfs, destination);
	const stats = fstatSync(fd, {bigint: true});
	if (sameFile(stats, statSync(rootfs, {bigint: true}))) {
		closeSync(fd);
		throw new Error(`mount ${destination}: it leads to the container's own root; mount below it`);
	}
	return {fd, stats, existed: found !== undefined};
}

/** Whether two answers of stat(2) are about one file. */
export function sameFile(one: BigIntStats, other: BigIntStats): boolean {
	return one.ino === other.ino && one.dev === other.dev;
}
