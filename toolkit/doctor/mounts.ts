/**
 * The mount table of the failing process, and which mount a path of its lies on.
 *
 * Sources: proc_pid_mountinfo(5), proc_pid_fdinfo(5).
 * @module
 */
import {readKernelFile} from '#kernel/file';
import {type MountinfoEntry, parseMountinfo} from '#kernel/mountinfo';
import {evidenceOf, linesOf} from './look.ts';
import {find, withName} from './paths.ts';

/** A mount, with its own line as evidence. */
export interface Mount extends MountinfoEntry {
	readonly evidence: string;
}

/** A path of the process's, and the mount that it lies on. */
export interface Place {
	/** Without links, as the process sees it. */
	readonly path: string;
	readonly mount: Mount;
	/** Whether the path is where this mount begins. */
	readonly isMountPoint: boolean;
	readonly isDirectory: boolean;
}

/** The mount table as the process sees it: mounts that are out of reach from its root are not in it. */
export function mountsOf(pid: number): readonly Mount[] {
	return linesOf(`/proc/${pid}/mountinfo`).flatMap(({text, evidence}) =>
		parseMountinfo(text).map(mount => ({...mount, evidence: withoutLayers(evidence)})),
	);
}

/** An overlay's directories may be hundreds of letters long: what begins them is enough to know them by. */
function withoutLayers(evidence: string): string {
	return evidence.replace(/\b((?:lower|upper|work)dir=[^,]{0,40})[^, ]*/g, (whole, begin: string) =>
		whole.length > begin.length ? `${begin}…` : whole,
	);
}

/** Which mount a path lies on; undefined if there is no such path, or its mount isn't in the process's table. */
export function placeOf(pid: number, path: string, from?: string): Place | undefined {
	const there = find(pid, path, {from});
	if (there === undefined) return undefined;
	const id = withName(pid, there.path, mountId);
	const mount = mountsOf(pid).find(mount => mount.id === id);
	if (mount === undefined) return undefined;
	const isMountPoint = mount.mountPoint === there.path;
	return {path: there.path, mount, isMountPoint, isDirectory: there.stats.isDirectory()};
}

/** The mount behind an open descriptor of ours: the kernel tells its number there, whichever namespace it is in. */
export function mountId(fd: number): number {
	return mountIdIn(readKernelFile(`/proc/self/fdinfo/${fd}`));
}

/** The mount's number in the text of a file of /proc/PID/fdinfo. */
export function mountIdIn(text: string): number {
	return Number(/^mnt_id:\s*(\d+)$/m.exec(text)?.[1]);
}

/** The mount that a mount hangs from, as far as the process can see it. */
export function parentOf(pid: number, mount: Mount): Mount | undefined {
	return mountsOf(pid).find(({id}) => id === mount.parentId);
}

/** Whether mounts made below it travel to other mounts of its group. */
export function isShared(mount: Mount): boolean {
	return mount.peerGroup !== undefined;
}

/** A line that tells that a path is no mount point, next to the mount that it does lie on. */
export function noMountPoint(pid: number, path: string, mount: Mount): readonly string[] {
	return [
		evidenceOf(`/proc/${pid}/mountinfo`, `no line has the mount point ${path}; it lies on this mount:`),
		mount.evidence,
	];
}
