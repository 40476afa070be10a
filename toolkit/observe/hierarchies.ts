/**
 * Finds the cgroup hierarchies of this machine.
 *
 *     v2       one tree for all controllers           /sys/fs/cgroup
 *     v1       a tree for each controller             /sys/fs/cgroup/memory, …/pids, …
 *     hybrid   v1 trees, and a v2 tree beside them    /sys/fs/cgroup/unified
 *
 * The surprise: nothing says "this machine uses v2". Each controller is in one tree or the other, so each is looked for.
 *
 * Sources: cgroups(7), proc_pid_cgroup(5).
 * @module
 */
import {tolerate} from '#kernel/error';
import {readKernelFile} from '#kernel/file';
import {readMounts} from '#observe/mounts';
import {parseCgroupFile} from '#observe/processes';
import type {ObservedMount} from '#observe/types';

/** One tree of cgroups, as it is mounted here. */
export interface Hierarchy {
	readonly version: 1 | 2;
	/** Its name in /proc/PID/cgroup: '' is v2's, otherwise v1's controllers: `cpu,cpuacct`, `name=systemd`. */
	readonly name: string;
	/** The controllers that it offers at its top. */
	readonly controllers: readonly string[];
	/** Where it is mounted. */
	readonly mountPoint: string;
	/** The cgroup that is at the mount point: `/`, or in some containers the container's own. */
	readonly root: string;
	/** The calling thread's own cgroup in it. */
	readonly own: string;
}

/** The hierarchies that the calling thread can reach, v2 first. A kernel without cgroups has none. */
export function listHierarchies(): readonly Hierarchy[] {
	const text = tolerate(['ENOENT'], () => readKernelFile('/proc/thread-self/cgroup'));
	if (text === undefined) return [];
	const mounts = readMounts().filter(({fileSystem}) => fileSystem === 'cgroup' || fileSystem === 'cgroup2');
	return Object.entries(parseCgroupFile(text))
		.map(([name, own]) => findHierarchy(name, own, mounts))
		.filter(hierarchy => hierarchy !== undefined)
		.sort((one, other) => other.version - one.version);
}

/**
 * The directory of a cgroup.
 *
 * @param path from the hierarchy's top, as /proc/PID/cgroup gives it.
 * @returns undefined if the cgroup lies outside of what is mounted here.
 */
export function cgroupDirectory(hierarchy: Hierarchy, path: string): string | undefined {
	const {root, mountPoint} = hierarchy;
	if (root === '/') return path === '/' ? mountPoint : `${mountPoint}${path}`;
	if (path === root) return mountPoint;
	return path.startsWith(`${root}/`) ? `${mountPoint}${path.slice(root.length)}` : undefined;
}

function findHierarchy(name: string, own: string, mounts: readonly ObservedMount[]): Hierarchy | undefined {
	const names = name.split(',');
	const found = mounts
		.filter(mount =>
			name === ''
				? mount.fileSystem === 'cgroup2'
				: mount.fileSystem === 'cgroup' && names.every(part => mount.superOptions.includes(part)),
		)
		// Some mount parts of the tree elsewhere too, for their own purposes.
		.sort((one, other) => usualness(other) - usualness(one))[0];
	if (found === undefined) return undefined;
	const {mountPoint, root} = found;
	if (name !== '') return {version: 1, name, controllers: names, mountPoint, root, own};
	const offered = tolerate(['ENOENT', 'EACCES'], () => readKernelFile(`${mountPoint}/cgroup.controllers`)) ?? '';
	return {version: 2, name, controllers: offered.split(/\s+/).filter(Boolean), mountPoint, root, own};
}

function usualness({mountPoint, root}: ObservedMount): number {
	return (mountPoint.startsWith('/sys/fs/cgroup') ? 2 : 0) + (root === '/' ? 1 : 0);
}
