/**
 * /sys/fs/cgroup inside a container: its own part of the tree, and no more.
 *
 *     v2    one tree: cgroup2 on /sys/fs/cgroup
 *     v1    a tmpfs with one directory for each hierarchy: memory, pids, "cpu,cpuacct", …
 *
 * In a cgroup namespace of its own a newly mounted hierarchy starts at the namespace's root, so mounting is enough.
 * Without one, the container's own directory is bound from the host's mount.
 *
 * Source: cgroup_namespaces(7), cgroups(7).
 * @module
 */
import {symlinkSync} from 'node:fs';
import {basename, join, relative} from 'node:path';
import {readKernelFile} from '#kernel/file';
import {MS_BIND, MS_RDONLY, MS_REC, mount} from '#kernel/mount';
import {type MountinfoEntry, parseMountinfo} from '#kernel/mountinfo';
import {fdPath, O_PATH, openInRoot, withFd} from '#kernel/path';
import {remountBind} from '#mnt/bind';
import {openMountPoint} from '#mnt/mountpoint';

/**
 * Attaches the calling thread's own part of each cgroup hierarchy that this machine has mounted. It is in its
 * cgroup, and in its cgroup namespace if it gets one, before.
 *
 * @param flags of the mounts: `MS_RDONLY|MS_NOSUID|MS_NODEV|MS_NOEXEC`.
 * @throws {KernelError} see `mount`.
 * @throws {Error} where no cgroups are mounted.
 */
export function attachCgroups(rootfs: string, destination: string, flags: number): void {
	const mounts = mountedHierarchies(rootfs);
	const own = parseCgroups(readKernelFile('/proc/thread-self/cgroup'));
	const first = mounts[0];
	if (first === undefined) throw new Error(`mount ${destination}: this machine has no cgroups mounted`);
	if (mounts.every(each => each.fileSystem === 'cgroup2')) attachHierarchy(rootfs, destination, first, own, flags);
	else attachVersion1(rootfs, destination, mounts, own, flags);
}

function attachVersion1(
	rootfs: string,
	destination: string,
	mounts: readonly MountinfoEntry[],
	own: OwnCgroups,
	flags: number,
): void {
	withFd(openMountPoint(rootfs, destination, 'directory').fd, target =>
		mount('tmpfs', fdPath(target), 'tmpfs', flags & ~(MS_RDONLY | MS_BIND | MS_REC), 'mode=755'),
	);
	withFd(openInRoot(rootfs, destination, O_PATH), directory => {
		for (const each of mounts) {
			const name = basename(each.mountPoint);
			attachHierarchy(rootfs, join(destination, name), each, own, flags);
			// "cpu,cpuacct" is one hierarchy for two controllers; programs look for each under its own name.
			if (name.includes(',')) for (const part of name.split(',')) symlinkSync(name, join(fdPath(directory), part));
		}
		remountBind(directory, flags & MS_RDONLY);
	});
}

function attachHierarchy(
	rootfs: string,
	destination: string,
	outside: MountinfoEntry,
	own: OwnCgroups,
	flags: number,
): void {
	const path = own.get(hierarchyOf(outside));
	if (path === undefined) return;
	withFd(openMountPoint(rootfs, destination, 'directory').fd, target => {
		// Seen from a cgroup namespace of our own, the host's mount starts above its root: `/../..`.
		if (outside.root.startsWith('/..')) {
			const data = outside.fileSystem === 'cgroup2' ? null : hierarchyOf(outside);
			mount(outside.fileSystem, fdPath(target), outside.fileSystem, flags, data);
			return;
		}
		// Never mounted anew here: in the host's namespace that would reset the options of the whole hierarchy.
		const below = relative(outside.root, path);
		// A process may be in a cgroup that its own mounts don't reach: then it sees what they show.
		const source = below.startsWith('..') ? outside.mountPoint : join(outside.mountPoint, below);
		mount(source, fdPath(target), null, MS_BIND);
		withFd(openInRoot(rootfs, destination, O_PATH), mounted => remountBind(mounted, flags));
	});
}

/** Which cgroup the thread is in, for each hierarchy: '' is version 2's, otherwise the controllers as v1 lists them. */
type OwnCgroups = ReadonlyMap<string, string>;

function parseCgroups(text: string): OwnCgroups {
	const lines = text.split('\n').filter(line => line !== '');
	// "4:memory:/drydock/4f2a", and "0::/drydock/4f2a" for version 2. A path may hold colons, a list of controllers can't.
	return new Map(
		lines.map(line => {
			const [, controllers = '', ...path] = line.split(':');
			return [controllers, path.join(':')];
		}),
	);
}

/** Each hierarchy once, as the host has it: a /sys that is bound from the host brings copies into the rootfs. */
function mountedHierarchies(rootfs: string): readonly MountinfoEntry[] {
	const byName = new Map<string, MountinfoEntry>();
	for (const each of parseMountinfo(readKernelFile('/proc/thread-self/mountinfo'))) {
		if (each.fileSystem !== 'cgroup' && each.fileSystem !== 'cgroup2') continue;
		const name = hierarchyOf(each);
		if (!byName.has(name) && !each.mountPoint.startsWith(`${rootfs}/`)) byName.set(name, each);
	}
	return [...byName.values()];
}

/** The name of a mounted hierarchy as /proc/PID/cgroup has it: its controllers stand among the super options. */
function hierarchyOf({fileSystem, superOptions}: MountinfoEntry): string {
	if (fileSystem === 'cgroup2') return '';
	const words = superOptions.filter(word => !NOT_CONTROLLERS.test(word));
	return words.join(',');
}

const NOT_CONTROLLERS = /^(rw|ro|xattr|noprefix|clone_children|cpuset_v2_mode|favordynmods|release_agent=.*)$/;
