/**
 * 06 · Root file system: a directory becomes the container's `/`.
 *
 *     chroot       the process looks up from here;   the tree above is still there
 *     pivot_root   the mount table starts here;      there is no tree above
 *
 *         /                        /            (was /srv/rootfs)
 *         ├─ home                  ├─ bin
 *         └─ srv/rootfs     ─▶     └─ etc
 *            ├─ bin
 *            └─ etc                and the old `/` is detached
 *
 * The surprise: chroot is not a lock. It keeps a process below a directory only while the process stands below it, and
 * root can step out: mkdir, chroot, chdir, chroot (rootfs.test.ts does it). After pivot_root there is nothing to step out to.
 *
 * Next: 07-user makes root inside somebody else outside.
 *
 * Sources: chroot(2), pivot_root(2), OCI runtime spec, config.md "Root" and config-linux.md "Masked Paths".
 * @module
 */
import {
	chdir,
	chroot,
	MNT_DETACH,
	MS_BIND,
	MS_PRIVATE,
	MS_RDONLY,
	MS_REC,
	MS_SLAVE,
	mount,
	pivotRoot,
	umount,
} from '#kernel/mount';
import {O_PATH, openInRoot, withFd} from '#kernel/path';
import type {Step} from '#kernel/plan';
import {type Propagation, readMounts, setPropagation} from '#mnt';
import {remountBind} from '#mnt/bind';
import {maskPath, protectPath} from '#rootfs/mask';

export {defaultMaskedPaths, defaultReadonlyPaths} from '#rootfs/defaults';

/**
 * Makes `rootfs` the place from which this process looks up paths. It doesn't lock root in.
 *
 * @throws {KernelError} `EPERM` without CAP_SYS_CHROOT; `ENOENT`, `ENOTDIR`.
 */
export function enterChroot(rootfs: string): void {
	chroot(rootfs);
	// chroot leaves the working directory where it was: outside, with all the host above it.
	chdir('/');
}

/**
 * Makes `rootfs` a mount point if it is none: pivot_root takes nothing else. The mount covers the directory, with all
 * that is mounted below it.
 *
 * @throws {KernelError} see `mount`.
 */
export function makeMountPoint(rootfs: string): void {
	const isMountPoint = readMounts().some(each => each.mountPoint === rootfs);
	if (!isMountPoint) mount(rootfs, rootfs, null, MS_BIND | MS_REC);
	// A shared root would carry the container's mounts outside, and pivot_root refuses it.
	mount(null, rootfs, null, MS_PRIVATE);
}

/**
 * Makes `rootfs` the root of this mount namespace and lets go of the old one. The working directory is `/` after it.
 *
 * @throws {KernelError} `EINVAL` if the old root is shared with the host; `EBUSY` if `rootfs` is the root already.
 */
export function pivotRootInto(rootfs: string): void {
	makeMountPoint(rootfs);
	chdir(rootfs);
	// The new root and the place for the old one may be the same directory: the old root is then stacked upon the new.
	pivotRoot('.', '.');
	// Detaching must not travel to the host, should a mount of the old tree still be shared with it.
	mount(null, '.', null, MS_SLAVE | MS_REC);
	umount('.', MNT_DETACH);
	chdir('/');
}

/** What `rootfsSteps` needs. Field names are OCI's where OCI has them. */
export interface RootfsOptions {
	/** The directory that becomes `/`. What lies in it is not trusted. */
	readonly rootfs: string;
	readonly readonly?: boolean | undefined;
	readonly maskedPaths?: readonly string[] | undefined;
	readonly readonlyPaths?: readonly string[] | undefined;
	/** OCI's rootfsPropagation: what `/` shares afterwards. */
	readonly propagation?: Propagation | undefined;
}

/** Prepares a plain directory to be a root: before anything is mounted in it. A union is a mount already. */
export function rootMountSteps(rootfs: string): readonly Step[] {
	return [
		{
			module: 'rootfs',
			title: 'make the root a mount of its own',
			why: 'pivot_root moves mounts, so the new root has to be one; and what is mounted in it has to stay in it',
			run: () => makeMountPoint(rootfs),
		},
	];
}

/** Closes what must not be seen or written, then moves in. All mounts are made before. */
export function rootfsSteps(options: RootfsOptions): readonly Step[] {
	const {rootfs, readonly = false, maskedPaths = [], readonlyPaths = [], propagation} = options;
	const steps: Step[] = [];
	if (maskedPaths.length > 0) {
		steps.push({
			module: 'rootfs',
			title: `mask ${maskedPaths.length} paths`,
			why: 'some files of /proc and /sys tell about the whole machine, or can hurt it',
			run: () => {
				for (const path of maskedPaths) maskPath(rootfs, path);
			},
		});
	}
	if (readonlyPaths.length > 0) {
		steps.push({
			module: 'rootfs',
			title: `make ${readonlyPaths.length} paths read-only`,
			why: 'what is written in /proc/sys would change the machine, not the container',
			run: () => {
				for (const path of readonlyPaths) protectPath(rootfs, path);
			},
		});
	}
	steps.push({
		module: 'rootfs',
		title: 'move in with pivot_root',
		why: 'the mount table then starts here, and there is no way up to the host',
		run: () => pivotRootInto(rootfs),
	});
	if (readonly) {
		steps.push({
			module: 'rootfs',
			title: 'make the root read-only',
			why: 'the container was asked to leave its files as they are',
			run: () => withFd(openInRoot('/', '/', O_PATH), root => remountBind(root, MS_RDONLY, 0, '/')),
		});
	}
	if (propagation !== undefined) {
		steps.push({
			module: 'rootfs',
			title: `make the root ${propagation}`,
			why: 'mounts of the host shall appear inside, or the other way round',
			run: () => setPropagation('/', propagation),
		});
	}
	return steps;
}
