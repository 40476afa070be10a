/**
 * Bind mounts: the same files at a second place.
 *
 *     mount("/srv/data", "/proc/thread-self/fd/7", NULL, MS_BIND)                     it appears, as writable as its source
 *     mount(NULL, "/proc/thread-self/fd/8", NULL, MS_REMOUNT|MS_BIND|MS_RDONLY)      now it is read-only here
 *
 * The surprise: the first call takes no other option, it ignores them in silence. `ro` needs the second one, which in
 * turn switches off whatever it doesn't repeat.
 *
 * Source: mount(2), "Creating a bind mount" and "Remounting an existing mount".
 * @module
 */
import {fstatSync, statSync} from 'node:fs';
import {tolerate} from '#kernel/error';
import {
	MS_BIND,
	MS_NOATIME,
	MS_NODIRATIME,
	MS_RDONLY,
	MS_REC,
	MS_RELATIME,
	MS_REMOUNT,
	MS_STRICTATIME,
	mount,
} from '#kernel/mount';
import {readMountFlags} from '#kernel/mountattr';
import {fdPath, O_PATH, openInRoot, withFd} from '#kernel/path';
import {openMountPoint, sameFile} from '#mnt/mountpoint';
import type {ParsedOptions} from '#mnt/options';
import {isProc} from '#mnt/proc';

const ATIME = MS_NOATIME | MS_NODIRATIME | MS_RELATIME | MS_STRICTATIME;

/**
 * Shows the file or directory `source` at `target` too, which has to be of the same kind.
 *
 * @param options `recursive`: with what is mounted below it; `readonly`: the new place only, and not what is below it.
 * @throws {KernelError} `ENOENT`; `ENOTDIR` for a file on a directory or the other way round; `EPERM`.
 */
export function bindMount(
	source: string,
	target: string,
	options: {readonly recursive?: boolean; readonly readonly?: boolean} = {},
): void {
	mount(source, target, null, options.recursive ? MS_BIND | MS_REC : MS_BIND);
	if (options.readonly) withFd(openInRoot('/', target, O_PATH), mounted => remountBind(mounted, MS_RDONLY));
}

/**
 * Changes the options of the bind mount that the open file `mounted` stands on, and keeps its others.
 *
 * @param path by which mount(2) finds it, where there is no /proc to name descriptors.
 * @throws {KernelError} `EINVAL` if it is no mount's root; `EPERM` for an option that is locked from outside.
 */
export function remountBind(mounted: number, set: number, clear = 0, path = fdPath(mounted)): void {
	const before = readMountFlags(mounted);
	// A new way of counting access times replaces the old one; with none named, the kernel keeps it.
	const kept = before & ~(clear | (set & ATIME ? ATIME : 0));
	const after = kept | set;
	if (after !== before) mount(null, path, null, MS_REMOUNT | MS_BIND | after);
}

/**
 * Attaches a bind mount inside a rootfs that is not to be trusted.
 *
 * @throws {KernelError} `ENOENT` if the source is missing: OCI leaves it to the caller to make one.
 * @throws {Error} if one is a directory and the other isn't.
 */
export function attachBind(
	rootfs: string,
	source: string | undefined,
	destination: string,
	options: ParsedOptions,
): void {
	if (source === undefined) throw new Error(`mount ${destination}: a bind mount needs a source`);
	if (options.data !== '') throw new Error(`mount ${destination}: a bind mount has no option ${options.data}`);
	const from = tolerate(['ENOENT'], () => statSync(source, {bigint: true}));
	if (from === undefined) throw new Error(`mount ${destination}: ${source} does not exist; make it first`);
	const kind = from.isDirectory() ? 'directory' : 'file';
	const point = openMountPoint(rootfs, destination, kind, {showsProc: isProc(source)});
	withFd(point.fd, target => {
		if (from.isDirectory() !== point.stats.isDirectory()) {
			const [one, other] = from.isDirectory() ? ['a directory', 'a file'] : ['a file', 'a directory'];
			throw new Error(`mount ${destination}: ${source} is ${one}, but ${destination} is ${other} in the container`);
		}
		mount(source, fdPath(target), null, MS_BIND | (options.flags & MS_REC));
	});
	const set = options.flags & ~(MS_BIND | MS_REC | MS_REMOUNT);
	if (set === 0 && options.cleared === 0) return;
	withFd(openInRoot(rootfs, destination, O_PATH), mounted => {
		// If somebody who shares the directory moved it in between, the options would go to the wrong mount.
		if (!sameFile(fstatSync(mounted, {bigint: true}), from)) throw new Error(`mount ${destination}: it moved away`);
		remountBind(mounted, set, options.cleared);
	});
}
