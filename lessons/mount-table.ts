/**
 * Questions that checks ask about mount tables, answered as the kernel would: by who is mounted on whom.
 *
 *     102 /              ◀── root: its parent is in nobody's sight
 *     ├─ 106 /proc
 *     │  └─ 127 /proc/sys    ◀── mountUnder('/proc/sys/kernel')
 *     └─ 131 /proc       ◀── unless this one came later: it covers 106, with all that is on it
 *
 * @module
 */
import type {ObservedMount, ObservedMountNamespace, ObservedProcess, Snapshot} from '#observe/types';
import type {World} from './lesson.ts';

export type MountTable = ObservedMountNamespace;

/** The table that a process sees. */
export function tableOf(snapshot: Snapshot, process: ObservedProcess | undefined): MountTable | undefined {
	return snapshot.mountNamespaces.find(({id}) => id === process?.namespaces.mnt);
}

/** The tables below the learner's shell that are not the shell's own. */
export function ownTables({now, family, shell}: World): readonly MountTable[] {
	return now.mountNamespaces.filter(
		({id}) => id !== shell?.namespaces.mnt && family.some(({namespaces}) => namespaces.mnt === id),
	);
}

/** The mount that a table begins at. Others at `/` lie upon it, and nobody's path leads there but `/..`. */
export function rootMount(table: MountTable | undefined): ObservedMount | undefined {
	return table?.mounts.find(
		mount => mount.mountPoint === '/' && !table.mounts.some(other => other !== mount && other.id === mount.parentId),
	);
}

/** The mount that a path leads to: the nearest one above, if none is exactly there. */
export function mountUnder(table: MountTable | undefined, path: string): ObservedMount | undefined {
	let at = rootMount(table);
	for (let next = at; next !== undefined; next = nextMount(table!, next, path)) at = next;
	return at;
}

/** The mount that is exactly at a path. */
export function mountAt(table: MountTable | undefined, path: string): ObservedMount | undefined {
	const mount = mountUnder(table, path);
	return mount?.mountPoint === path ? mount : undefined;
}

/** Whether a path is a directory or below it. */
export function isWithin(path: string, directory: string): boolean {
	return path === directory || path.startsWith(directory === '/' ? '/' : `${directory}/`);
}

/** Of what is mounted on a mount, what somebody meets first on the way to a path. */
function nextMount({mounts}: MountTable, on: ObservedMount, path: string): ObservedMount | undefined {
	return mounts
		.filter(({id, parentId, mountPoint}) => parentId === on.id && id !== on.id && mountPoint !== '/')
		.filter(({mountPoint}) => isWithin(path, mountPoint))
		.toSorted((one, other) => one.mountPoint.length - other.mountPoint.length)[0];
}
