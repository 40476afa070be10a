/**
 * Mounts: the calls that change a mount table.
 *
 * Sources: mount(2), umount(2), pivot_root(2), chroot(2), mount_namespaces(7).
 * @module
 */
import {flagNames} from '#kernel/error';
import {call, syscall} from '#kernel/libc';
import {SYS} from '#kernel/numbers';

export const MS_RDONLY = 1;
export const MS_NOSUID = 2;
export const MS_NODEV = 4;
export const MS_NOEXEC = 8;
export const MS_SYNCHRONOUS = 16;
export const MS_REMOUNT = 32;
export const MS_MANDLOCK = 64;
export const MS_DIRSYNC = 128;
export const MS_NOSYMFOLLOW = 256;
export const MS_NOATIME = 1024;
export const MS_NODIRATIME = 2048;
export const MS_BIND = 4096;
export const MS_MOVE = 8192;
export const MS_REC = 16384;
export const MS_SILENT = 32768;
export const MS_UNBINDABLE = 1 << 17;
export const MS_PRIVATE = 1 << 18;
export const MS_SLAVE = 1 << 19;
export const MS_SHARED = 1 << 20;
export const MS_RELATIME = 1 << 21;
export const MS_STRICTATIME = 1 << 24;
export const MS_LAZYTIME = 1 << 25;

const MS_NAMES = {
	MS_RDONLY,
	MS_NOSUID,
	MS_NODEV,
	MS_NOEXEC,
	MS_SYNCHRONOUS,
	MS_REMOUNT,
	MS_MANDLOCK,
	MS_DIRSYNC,
	MS_NOSYMFOLLOW,
	MS_NOATIME,
	MS_NODIRATIME,
	MS_BIND,
	MS_MOVE,
	MS_REC,
	MS_SILENT,
	MS_UNBINDABLE,
	MS_PRIVATE,
	MS_SLAVE,
	MS_SHARED,
	MS_RELATIME,
	MS_STRICTATIME,
	MS_LAZYTIME,
};

export const MNT_FORCE = 1;
export const MNT_DETACH = 2;
export const UMOUNT_NOFOLLOW = 8;

/**
 * Attaches a file system, binds a directory, or changes a mount, depending on `flags`.
 *
 * @param data options of the file system, comma-separated.
 * @throws {KernelError} `EPERM` without CAP_SYS_ADMIN; `ENODEV` for a file system the kernel lacks; `EBUSY`, `EINVAL`,
 *   `ENOENT`, `ELOOP` as mount(2) lists them.
 */
export function mount(
	source: string | null,
	target: string,
	fileSystem: string | null,
	flags: number,
	data: string | null = null,
): void {
	call('mount', [source, target, fileSystem, flags, data], {
		show: () => [source, target, fileSystem, flagNames(flags, MS_NAMES), data],
	});
}

/**
 * Detaches what is mounted on `target`.
 *
 * @throws {KernelError} `EBUSY` while something uses it (unless MNT_DETACH), `EINVAL` if it is no mount point.
 */
export function umount(target: string, flags = 0): void {
	call('umount2', [target, flags], {
		show: () => [target, flagNames(flags, {MNT_FORCE, MNT_DETACH, UMOUNT_NOFOLLOW})],
	});
}

/**
 * Makes `newRoot` the root of the mount namespace and puts the old root at `putOld`.
 *
 * @throws {KernelError} `EINVAL` if the new root is no mount point, or it or its parent is shared; `EBUSY` if it is
 *   the root already.
 */
export function pivotRoot(newRoot: string, putOld: string): void {
	syscall('pivot_root', SYS.pivot_root, [newRoot, putOld]);
}

/**
 * Changes where `/` is for this process. It moves neither the working directory nor open descriptors.
 *
 * @throws {KernelError} `EPERM` without CAP_SYS_CHROOT.
 */
export function chroot(path: string): void {
	call('chroot', [path]);
}

/** Makes `path` the working directory: chdir(2) for the calling thread, where Node's own would remember the old path. */
export function chdir(path: string): void {
	call('chdir', [path]);
}

/** A propagation type, by its name in mount(8), and its flag. */
export const propagationFlag = {
	private: MS_PRIVATE,
	slave: MS_SLAVE,
	shared: MS_SHARED,
	unbindable: MS_UNBINDABLE,
} as const;
