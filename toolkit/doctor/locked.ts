/**
 * Locked mounts: those that came along when a user namespace with fewer rights got its own copy of the mount table.
 *
 * The surprise: nothing in /proc says that a mount is locked. It shows by comparison: the same mount is in a table that
 * belongs to a user namespace above.
 *
 * Source: mount_namespaces(7), Restrictions on mount namespaces.
 * @module
 */
import {eachProcess, linkAt, linkEvidence} from './look.ts';
import {type Mount, mountsOf} from './mounts.ts';
import {lineageOf, ownerOf} from './user-namespaces.ts';

/** Whether a mount of the process's table was copied from the table of a user namespace above. */
export function isInherited(pid: number, mount: Mount): boolean {
	return original(pid, mount) !== undefined;
}

/** The lines that show it: the mount, the same one above, and who owns both tables. */
export function lockedEvidence(pid: number, mount: Mount): readonly string[] {
	const above = original(pid, mount);
	return [
		mount.evidence,
		...(above === undefined ? [] : [above.mount.evidence, linkEvidence(`/proc/${above.pid}/ns/mnt`)]),
		`${linkEvidence(`/proc/${pid}/ns/mnt`)}, owned by ${ownerOf(`/proc/${pid}/ns/mnt`)}`,
	];
}

/** The same mount in the table of a process whose mount namespace belongs to a user namespace above. */
function original(pid: number, mount: Mount): {readonly pid: number; readonly mount: Mount} | undefined {
	const table = `/proc/${pid}/ns/mnt`;
	const owner = ownerOf(table);
	if (owner === undefined || !owner.startsWith('user:')) return undefined;
	const above = new Set(lineageOf(ownerPath(pid, owner)).slice(1));
	const seen = new Set([linkAt(table)]);
	const [found] = eachProcess(other => {
		const theirs = linkAt(`/proc/${other}/ns/mnt`);
		if (seen.has(theirs)) return undefined;
		seen.add(theirs);
		if (!above.has(ownerOf(`/proc/${other}/ns/mnt`) ?? '')) return undefined;
		const same = mountsOf(other).find(candidate => isCopy(candidate, mount));
		return same && {pid: other, mount: same};
	});
	return found;
}

function isCopy(one: Mount, other: Mount): boolean {
	return one.device === other.device && one.root === other.root && one.mountPoint === other.mountPoint;
}

/** A way to the user namespace that owns the table: the process's own, which it nearly always is, or one who is in it. */
function ownerPath(pid: number, owner: string): string {
	const own = `/proc/${pid}/ns/user`;
	if (linkAt(own) === owner) return own;
	const [other] = eachProcess(each => (linkAt(`/proc/${each}/ns/user`) === owner ? each : undefined));
	return other === undefined ? own : `/proc/${other}/ns/user`;
}
