/**
 * Reads how user namespaces translate user numbers.
 *
 * Sources: user_namespaces(7), proc_pid_uid_map(5).
 * @module
 */
import {tolerate} from '#kernel/error';
import {readKernelFile} from '#kernel/file';
import type {NamespaceId, ObservedUserNamespace} from '#observe/types';

/** One line of /proc/PID/uid_map or gid_map. */
export type IdMapEntry = ObservedUserNamespace['uidMap'][number];

/**
 * Reads a user namespace through a process that is in it. The numbers outside are those of the observer's own
 * namespace.
 *
 * @returns undefined if the process has gone or isn't ours to look at.
 */
export function readUserNamespace(id: NamespaceId, through: number): ObservedUserNamespace | undefined {
	return tolerate(['ENOENT', 'ESRCH', 'EACCES', 'EPERM'], () => ({
		id,
		uidMap: parseIdMap(readKernelFile(`/proc/${through}/uid_map`)),
		gidMap: parseIdMap(readKernelFile(`/proc/${through}/gid_map`)),
		setgroups: readKernelFile(`/proc/${through}/setgroups`).trim() === 'deny' ? 'deny' : 'allow',
	}));
}

/** Reads an id map: lines of three numbers. */
export function parseIdMap(text: string): readonly IdMapEntry[] {
	return text
		.split('\n')
		.filter(line => line.trim() !== '')
		.map(line => {
			const [inside, outside, count] = line.trim().split(/\s+/).map(Number);
			return {inside: inside!, outside: outside!, count: count!};
		});
}
