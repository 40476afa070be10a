/**
 * Masks: a mount that hides what lies under it, or makes it read-only.
 *
 *     /proc/kcore        ◀── /dev/null          a file: reading it ends at once
 *     /sys/firmware      ◀── empty tmpfs, ro    a directory: nothing in it
 *     /proc/sys          ◀── itself, ro         to be read but not written
 *
 * The surprise: a mask is only as good as the mount table is closed. Who may unmount may look underneath, so a
 * container with masks has no CAP_SYS_ADMIN.
 *
 * Source: OCI runtime spec, config-linux.md, "Masked Paths" and "Readonly Paths".
 * @module
 */
import {fstatSync} from 'node:fs';
import {tolerate} from '#kernel/error';
import {deviceNumber} from '#kernel/mknod';
import {MS_BIND, MS_NODEV, MS_NOEXEC, MS_NOSUID, MS_RDONLY, MS_REC, mount} from '#kernel/mount';
import {fdPath, O_PATH, openInRoot, withFd} from '#kernel/path';
import {remountBind} from '#mnt/bind';

/**
 * Hides the file or directory `path` inside `rootfs`. What isn't there needs no mask.
 *
 * @throws {KernelError} see `mount`.
 */
export function maskPath(rootfs: string, path: string): void {
	ifThere(rootfs, path, target => {
		if (fstatSync(target).isDirectory()) {
			const flags = MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC;
			mount('tmpfs', fdPath(target), 'tmpfs', flags, 'nr_blocks=1,nr_inodes=1,mode=755');
			return;
		}
		withFd(openInRoot('/', '/dev/null', O_PATH), nothing => {
			// The host's own, not the container's: an image could have something else at that name.
			const {rdev} = fstatSync(nothing);
			if (rdev !== deviceNumber(1, 3))
				throw new Error(`mask ${path}: /dev/null of this machine is not the null device`);
			mount(fdPath(nothing), fdPath(target), null, MS_BIND);
		});
	});
}

/**
 * Makes `path` inside `rootfs` read-only, with what is mounted below it. What isn't there needs no protection.
 *
 * @throws {KernelError} see `mount`.
 */
export function protectPath(rootfs: string, path: string): void {
	const there = ifThere(rootfs, path, target => mount(fdPath(target), fdPath(target), null, MS_BIND | MS_REC));
	if (!there) return;
	withFd(openInRoot(rootfs, path, O_PATH), mounted => remountBind(mounted, MS_RDONLY));
}

function ifThere(rootfs: string, path: string, use: (target: number) => void): boolean {
	const target = tolerate(['ENOENT', 'ENOTDIR'], () => openInRoot(rootfs, path, O_PATH));
	if (target === undefined) return false;
	withFd(target, use);
	return true;
}
