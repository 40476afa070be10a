/**
 * Reads mount tables: one for each mount namespace, through a process that lives in it.
 *
 *     mnt:[4026531832]  ◀── 1, 204, 311        /proc/1/mountinfo tells it for all three
 *     mnt:[4026532177]  ◀── 4711               /proc/4711/mountinfo
 *
 * The surprise: the same table looks different to two processes of one namespace. Each is told the paths from its own
 * root directory, and only of what lies below it.
 *
 * Sources: proc_pid_mountinfo(5), mount_namespaces(7).
 * @module
 */
import {tolerate} from '#kernel/error';
import {readKernelFile} from '#kernel/file';
import {parseMountinfo} from '#kernel/mountinfo';
import type {NamespaceId, ObservedMount, ObservedMountNamespace} from '#observe/types';

/**
 * Reads a mount namespace through a process that is in it.
 *
 * @returns undefined if the process has gone or isn't ours to look at.
 */
export function readMountNamespace(id: NamespaceId, through: number): ObservedMountNamespace | undefined {
	// EINVAL is the answer for a process that has just left its namespaces, on its way out.
	const mounts = tolerate(['ENOENT', 'ESRCH', 'EACCES', 'EPERM', 'EINVAL'], () => readMounts(through));
	return mounts === undefined ? undefined : {id, through, mounts};
}

/**
 * The mounts that a process sees, in the kernel's order. `self` means the calling thread: setns moves it alone.
 *
 * @throws {KernelError} `ENOENT` if there is no such process, `EACCES` if it isn't ours to look at.
 */
export function readMounts(process: number | 'self' = 'self'): readonly ObservedMount[] {
	const directory = process === 'self' ? '/proc/thread-self' : `/proc/${process}`;
	return parseMountinfo(readKernelFile(`${directory}/mountinfo`));
}
