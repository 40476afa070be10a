/**
 * Attaching one mount of an OCI spec inside a rootfs that is not to be trusted.
 *
 *     "/proc" ─▶ openat2 within the rootfs ─▶ fd 7 ─▶ mount("proc", "/proc/thread-self/fd/7", …)
 *
 * An image may hold `/proc` as a link to `/etc`, or to `../../../etc`: it is followed as the container would follow
 * it, so it ends inside.
 *
 * Sources: OCI runtime spec, config.md, "Mounts"; mount(2).
 * @module
 */
import {isErrno} from '#kernel/error';
import {readKernelFile} from '#kernel/file';
import {MS_BIND, mount} from '#kernel/mount';
import {setMountAttributesRecursively} from '#kernel/mountattr';
import {fdPath, O_PATH, openInRoot, withFd} from '#kernel/path';
import {attachBind} from '#mnt/bind';
import {attachCgroups} from '#mnt/cgroups';
import {type MountPoint, openMountPoint} from '#mnt/mountpoint';
import {type ParsedOptions, parseMountOptions} from '#mnt/options';
import type {Mount} from '#mnt/types';

/**
 * Attaches one mount at its destination inside `rootfs` and makes the mount point if it is missing.
 *
 * @throws {KernelError} see `mount`.
 * @throws {Error} for what this engine doesn't do, and for a destination that is the rootfs itself or in its /proc.
 */
export function attachMount(rootfs: string, wanted: Mount): void {
	if (wanted.uidMappings || wanted.gidMappings) {
		throw new Error(`mount ${wanted.destination}: mounts with id maps are not supported`);
	}
	const options = parseMountOptions(wanted.options ?? []);
	if (options.flags & MS_BIND || wanted.type === undefined || wanted.type === 'bind') {
		attachBind(rootfs, wanted.source, wanted.destination, options);
	} else if (wanted.type === 'cgroup' || wanted.type === 'cgroup2') {
		attachCgroups(rootfs, wanted.destination, options.flags);
	} else {
		attachFileSystem(rootfs, wanted.type, wanted, options);
	}
	finish(rootfs, wanted.destination, options);
}

function attachFileSystem(rootfs: string, type: string, {source, destination}: Mount, options: ParsedOptions): void {
	const point = openMountPoint(rootfs, destination, 'directory', {showsProc: type === 'proc'});
	withFd(point.fd, target => {
		const data = type === 'tmpfs' && point.existed ? withModeOf(point, options.data) : options.data;
		const attach = (text: string): void => mount(source ?? type, fdPath(target), type, options.flags, text);
		try {
			attach(data);
		} catch (error) {
			// devpts gives terminals to group 5, tty. A user namespace may not have such a group: then nobody gets them.
			if (!isErrno(error, 'EINVAL') || type !== 'devpts' || isMapped(5)) throw error;
			attach(data.replace(/(^|,)gid=5(?=,|$)/, ''));
		}
	});
}

/** Calls that come after mount(2) because it does one thing at a time. */
function finish(rootfs: string, destination: string, {propagation, recursive}: ParsedOptions): void {
	if (propagation.length === 0 && recursive === undefined) return;
	// Opened again: the descriptor from before names the directory that is now covered.
	withFd(openInRoot(rootfs, destination, O_PATH), mounted => {
		for (const flags of propagation) mount(null, fdPath(mounted), null, flags);
		if (recursive !== undefined) setMountAttributesRecursively(mounted, recursive);
	});
}

/** A tmpfs over an existing directory takes its mode, so that /tmp stays writable for all and /run doesn't become so. */
function withModeOf({stats}: MountPoint, data: string): string {
	if (/(^|,)mode=/.test(data)) return data;
	const mode = `mode=${(stats.mode & 0o7777n).toString(8)}`;
	return data === '' ? mode : `${data},${mode}`;
}

function isMapped(gid: number): boolean {
	const lines = readKernelFile('/proc/thread-self/gid_map').trim().split('\n');
	return lines.some(line => {
		const [inside = 0, , count = 0] = line.trim().split(/\s+/).map(Number);
		return gid >= inside && gid < inside + count;
	});
}
