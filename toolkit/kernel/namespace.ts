/**
 * Visiting another namespace and coming back.
 *
 *     main thread:  ours ──setns──▶ theirs ──(spawn, mount, ask)──▶ ours
 *
 * All of it is synchronous, so no other JavaScript runs in between.
 *
 * Sources: setns(2), namespaces(7).
 * @module
 */
import {closeSync, openSync} from 'node:fs';
import {
	CLONE_FS,
	CLONE_NEWCGROUP,
	CLONE_NEWIPC,
	CLONE_NEWNET,
	CLONE_NEWNS,
	CLONE_NEWPID,
	CLONE_NEWTIME,
	CLONE_NEWUSER,
	CLONE_NEWUTS,
	setns,
	unshare,
} from '#kernel/sched';

/** A kind of namespace, by its file in /proc/PID/ns. */
export type NamespaceKind = 'mnt' | 'uts' | 'ipc' | 'pid' | 'net' | 'user' | 'cgroup' | 'time';

/** Each kind's flag for unshare(2) and setns(2). */
export const cloneFlag: Readonly<Record<NamespaceKind, number>> = {
	mnt: CLONE_NEWNS,
	uts: CLONE_NEWUTS,
	ipc: CLONE_NEWIPC,
	pid: CLONE_NEWPID,
	net: CLONE_NEWNET,
	user: CLONE_NEWUSER,
	cgroup: CLONE_NEWCGROUP,
	time: CLONE_NEWTIME,
};

/** The path that names a process's namespace. `self` means the calling thread: unshare and setns act on threads. */
export function namespacePath(process: number | 'self', kind: NamespaceKind): string {
	return process === 'self' ? `/proc/thread-self/ns/${kind}` : `/proc/${process}/ns/${kind}`;
}

/**
 * Joins the namespace behind a path of /proc/PID/ns, or one that is bind-mounted somewhere.
 *
 * @throws {KernelError} see `setns`; the file system's errors if the path can't be opened.
 */
export function joinNamespace(path: string, kind: NamespaceKind): void {
	if (kind === 'mnt') unshare(CLONE_FS);
	const fd = openSync(path, 'r');
	try {
		setns(fd, cloneFlag[kind]);
	} finally {
		closeSync(fd);
	}
}

/**
 * Runs `visit`, then brings the main thread back to where it was, whatever namespaces of these kinds
 * `visit` entered or made.
 *
 * @throws {KernelError} see `setns`. After a mount namespace the working directory is `/`: it is set back too.
 */
export function comingBack<T>(kinds: readonly NamespaceKind[], visit: () => T): T {
	const comeBack = rememberHome(kinds);
	try {
		return visit();
	} finally {
		comeBack();
	}
}

/** Remembers the namespaces of these kinds that the main thread is in. The returned function goes back, once. */
export function rememberHome(kinds: readonly NamespaceKind[]): () => void {
	const directory = process.cwd();
	const homes = kinds.map(kind => ({kind, fd: openSync(namespacePath('self', kind), 'r')}));
	return () => {
		for (const {kind, fd} of homes.splice(0)) {
			if (kind === 'mnt') unshare(CLONE_FS);
			setns(fd, cloneFlag[kind]);
			closeSync(fd);
		}
		if (kinds.includes('mnt')) process.chdir(directory);
	};
}
