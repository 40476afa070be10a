/**
 * 06 · Root file system: the exercise. Three functions are yours to write; the rest is the engine's own.
 *
 *     chroot       the process looks up from here;   the tree above is still there
 *     pivot_root   the mount table starts here;      there is no tree above
 *
 * Sources: chroot(2), pivot_root(2), mount_namespaces(7), OCI runtime spec, config.md "Root".
 * @module
 */
import {MS_RDONLY} from '#kernel/mount';
import {O_PATH, openInRoot, withFd} from '#kernel/path';
import type {Step} from '#kernel/plan';
import {type Propagation, setPropagation} from '#mnt';
import {remountBind} from '#mnt/bind';
import {maskPath, protectPath} from '#rootfs/mask';

export {defaultMaskedPaths, defaultReadonlyPaths} from '#rootfs/defaults';

/**
 * WRITE ME. Makes `rootfs` the place from which this process looks up paths.
 *
 * chroot(2) changes the root, and leaves the working directory where it was: outside. Nothing may be left outside.
 * `chroot` and `chdir` of '#kernel/mount' make the calls; Node's own process.chdir remembers the old path.
 *
 * See: chroot(2).
 */
export function enterChroot(_rootfs: string): void {
	throw new Error('write me: enterChroot()');
}

/**
 * WRITE ME. Makes `rootfs` a mount point if it is none, and private in any case.
 *
 * A directory becomes a mount point by being bound on itself, with all that is mounted below it: MS_BIND and MS_REC.
 * A second call of `mount` of '#kernel/mount', with MS_PRIVATE and no source, ends its sharing. `readMounts()` of '#mnt'
 * is the mount table; each entry has a `mountPoint`.
 *
 * See: mount(2), "Creating a bind mount" and "Changing the propagation type of an existing mount"; pivot_root(2), EINVAL.
 */
export function makeMountPoint(_rootfs: string): void {
	throw new Error('write me: makeMountPoint()');
}

/**
 * WRITE ME. Makes `rootfs` the root of this mount namespace and lets go of the old one:
 *
 * 1. `rootfs` must be a mount point.
 * 2. Stand in it, and swap: `pivotRoot('.', '.')` of '#kernel/mount'. The old root is now stacked upon the new one.
 * 3. Before it goes, make it a slave with all below it, so that nothing travels to the host: MS_SLAVE and MS_REC on '.'.
 * 4. Detach it: `umount('.', MNT_DETACH)`.
 * 5. Stand in '/'.
 *
 * See: pivot_root(2), "pivot_root(".", ".")"; umount(2), MNT_DETACH.
 */
export function pivotRootInto(_rootfs: string): void {
	throw new Error('write me: pivotRootInto()');
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

/** Prepares a plain directory to be a root: before anything is mounted in it. A union's mount needs this not. */
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
