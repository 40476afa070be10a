/**
 * Mount points inside a rootfs: found, or made where they are missing.
 * @module
 */
import {type BigIntStats, closeSync, fstatSync, statSync} from 'node:fs';
import {tolerate} from '#kernel/error';
import {makeDirectoryInRoot, makeFileInRoot, O_PATH, openInRoot} from '#kernel/path';
import {requireProcKept} from '#mnt/proc';

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
 * @param showsProc whether what will be mounted is a /proc itself.
 * @throws {KernelError} see `makeDirectoryInRoot`.
 * @throws {Error} if it leads to the rootfs itself, where a mount would hide all that is in it, or into its /proc.
 */
export function openMountPoint(
	rootfs: string,
	destination: string,
	kind: 'directory' | 'file',
	{showsProc = false} = {},
): MountPoint {
	const found = tolerate(['ENOENT'], () => openInRoot(rootfs, destination, O_PATH));
	const make = kind === 'directory' ? makeDirectoryInRoot : makeFileInRoot;
	const fd = found ?? make(rootfs, destination);
	try {
		const stats = fstatSync(fd, {bigint: true});
		if (sameFile(stats, statSync(rootfs, {bigint: true})))
			throw new Error(`mount ${destination}: it leads to the container's own root; mount below it`);
		requireProcKept(rootfs, {destination, fd, showsProc});
		return {fd, stats, existed: found !== undefined};
	} catch (error) {
		closeSync(fd);
		throw error;
	}
}

/** Whether two answers of stat(2) are about one file. */
export function sameFile(one: BigIntStats, other: BigIntStats): boolean {
	return one.ino === other.ino && one.dev === other.dev;
}
