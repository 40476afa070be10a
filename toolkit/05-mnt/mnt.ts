/**
 * 05 · Mount namespace: a container has a table of mounts of its own.
 *
 *     host's table             container's table
 *     /        ext4            /        ext4    the same file system, not a copy
 *     /home    ext4            /home    ext4
 *                              /tmp     tmpfs   mounted here alone
 *
 * The surprise: a mount namespace starts as a copy of the table, and the copies stay connected where a mount is
 * shared: what one side mounts, the other gets. systemd shares `/`, so a container has to cut that first.
 *
 * Next: 06-rootfs turns one directory of this table into `/`.
 *
 * Sources: mount_namespaces(7), mount(2), OCI runtime spec, config.md, "Mounts".
 * @module
 */
import {readKernelFile} from '#kernel/file';
import {MS_NODEV, MS_NOSUID, MS_REC, mount, propagationFlag} from '#kernel/mount';
import {type MountinfoEntry, parseMountinfo} from '#kernel/mountinfo';
import {joinNamespace} from '#kernel/namespace';
import type {Step} from '#kernel/plan';
import {CLONE_NEWNS, unshare} from '#kernel/sched';
import {attachMount} from '#mnt/attach';
import type {Mount, Propagation} from '#mnt/types';

export {bindMount} from '#mnt/bind';
export {type DefaultMountOptions, defaultMounts} from '#mnt/defaults';
export {type DeviceOptions, deviceSteps} from '#mnt/devices';
export type {Device, Mount, Propagation} from '#mnt/types';

/**
 * Gives the calling thread a mount namespace of its own: a copy of the table that it had. What is shared stays so:
 * see `setPropagation`.
 *
 * @throws {KernelError} `EPERM` without CAP_SYS_ADMIN.
 */
export function createMountNamespace(): void {
	unshare(CLONE_NEWNS);
}

/**
 * Moves the calling thread into the mount namespace at `path`, such as /proc/PID/ns/mnt. Its working directory and
 * root become that namespace's `/`.
 *
 * @throws {KernelError} `EPERM` without CAP_SYS_ADMIN and CAP_SYS_CHROOT; `EINVAL` if the file is another kind's.
 */
export function joinMountNamespace(path: string): void {
	joinNamespace(path, 'mnt');
}

/**
 * Says what the mount at `path`, and with a name like `rslave` all below it, shares with its copies: `shared` sends
 * and receives, `slave` only receives, `private` neither, `unbindable` can't even be copied.
 *
 * @throws {KernelError} `EINVAL` if `path` is no mount point.
 */
export function setPropagation(path: string, propagation: Propagation): void {
	const recursive = propagation.startsWith('r');
	const type = (recursive ? propagation.slice(1) : propagation) as keyof typeof propagationFlag;
	mount(null, path, null, propagationFlag[type] | (recursive ? MS_REC : 0));
}

/**
 * Mounts a new, empty file system that lives in memory.
 *
 * @param options `sizeBytes` is an upper bound, half of the memory if left out.
 * @throws {KernelError} see `mount`.
 */
export function mountTmpfs(
	target: string,
	options: {readonly sizeBytes?: number | undefined; readonly mode?: number} = {},
): void {
	const data = [`mode=${(options.mode ?? 0o755).toString(8)}`];
	if (options.sizeBytes !== undefined) data.push(`size=${options.sizeBytes}`);
	mount('tmpfs', target, 'tmpfs', MS_NOSUID | MS_NODEV, data.join(','));
}

/** The mount table of a process, as it sees it. `thread-self` is the calling thread's, which namespaces belong to. */
export function readMounts(pid: number | 'thread-self' = 'thread-self'): readonly MountinfoEntry[] {
	return parseMountinfo(readKernelFile(`/proc/${pid}/mountinfo`));
}

/** What `mountNamespaceSteps` needs. */
export interface MountNamespaceOptions {
	/** A namespace to join instead of making one: /proc/PID/ns/mnt. */
	readonly path?: string | undefined;
	/** OCI's rootfsPropagation: what the container's copy of the table shares with the host's. Default: `rslave`. */
	readonly propagation?: Propagation | undefined;
}

/** The first steps of all that concern files: a table of one's own, cut off from the host's. */
export function mountNamespaceSteps({path, propagation = 'rslave'}: MountNamespaceOptions = {}): readonly Step[] {
	if (path !== undefined) {
		return [
			{
				module: 'mnt',
				title: `join the mount table of ${path}`,
				why: 'this container shares its files with another',
				run: () => joinMountNamespace(path),
			},
		];
	}
	// Everything below `/`, always: a single shared mount left in the tree would carry the container's mounts outside.
	const whole = (propagation.startsWith('r') ? propagation : `r${propagation}`) as Propagation;
	return [
		{
			module: 'mnt',
			title: 'take a copy of the mount table',
			why: 'what the container mounts must not appear on the host',
			run: createMountNamespace,
		},
		{
			module: 'mnt',
			title: `make the copy ${whole.slice(1)}`,
			why: 'the copy is still tied to the host’s table wherever a mount is shared, and systemd shares them all',
			run: () => setPropagation('/', whole),
		},
	];
}

/** What `mountSteps` needs. */
export interface MountOptions {
	/** The directory that will be the container's `/`. What lies in it is not trusted. */
	readonly rootfs: string;
	/** In this order: a later one may stand on an earlier one. */
	readonly mounts: readonly Mount[];
}

/** One step for each mount of the container. The rootfs is mounted before, and pivoted into after. */
export function mountSteps({rootfs, mounts}: MountOptions): readonly Step[] {
	return mounts.map(each => ({
		module: 'mnt',
		title: `mount ${each.type ?? 'bind'} on ${each.destination}`,
		why: reasons[each.type ?? 'bind'] ?? 'the container asks for it',
		run: () => attachMount(rootfs, each),
	}));
}

const reasons: Readonly<Record<string, string>> = {
	proc: 'ps and many others read /proc; this one shows the container’s own processes',
	sysfs: 'it shows the container’s own network devices, and is read-only since the rest is the machine’s',
	tmpfs: 'files that live in memory and go with the container',
	devpts: 'terminals of its own, numbered from 0',
	mqueue: 'it shows the message queues of the container’s IPC namespace',
	cgroup: 'programs look there for their limits; what they see starts at the container’s own cgroup',
	bind: 'the same files at a second place: changes are seen on both sides',
};
