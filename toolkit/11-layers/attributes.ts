/**
 * What a file carries beside its content: owner, mode, time, extended attributes.
 * @module
 */
import {type BigIntStats, chmodSync, lchownSync, lutimesSync} from 'node:fs';
import {tolerate} from '#kernel/error';
import {getXattr, listXattrs, setXattr} from '#kernel/xattr';

/** Extended attributes by name. */
export interface Attributes {
	readonly uid: number;
	readonly gid: number;
	/** Permission bits, with set-user-id, set-group-id and sticky. */
	readonly mode: number;
	readonly mtimeSeconds: number;
	readonly xattrs: ReadonlyMap<string, Uint8Array>;
	readonly isLink: boolean;
}

/** Whether owners can be given at all: only root gives files away. */
export const ownersAreKept = (): boolean => process.getuid?.() === 0;

/** Reads what the file at `path` carries. */
export function readAttributes(path: string, stats: BigIntStats): Attributes {
	return {
		uid: Number(stats.uid),
		gid: Number(stats.gid),
		mode: Number(stats.mode & 0o7777n),
		mtimeSeconds: Number(stats.mtimeNs) / 1e9,
		xattrs: readXattrs(path),
		isLink: stats.isSymbolicLink(),
	};
}

/** Gives all of it to the file at `path`; a link at the end is not followed. */
export function writeAttributes(path: string, attributes: Attributes, keepOwners = ownersAreKept()): void {
	// In this order: a new owner costs a file its set-user-id bit and its capabilities.
	if (keepOwners) lchownSync(path, attributes.uid, attributes.gid);
	for (const [name, value] of attributes.xattrs) {
		if (mayTravel(name)) tolerate(['ENOTSUP', 'EPERM'], () => setXattr(path, name, value));
	}
	if (!attributes.isLink) chmodSync(path, attributes.mode);
	lutimesSync(path, attributes.mtimeSeconds, attributes.mtimeSeconds);
}

function readXattrs(path: string): ReadonlyMap<string, Uint8Array> {
	const found = new Map<string, Uint8Array>();
	for (const name of [...listXattrs(path)].filter(mayTravel).sort()) {
		const value = getXattr(path, name);
		if (value !== undefined) found.set(name, value);
	}
	return found;
}

/**
 * Whether an attribute belongs to the file rather than to the machine. Overlayfs's own notes never travel: in a layer
 * from a stranger they could redirect a directory to any other place below.
 */
function mayTravel(name: string): boolean {
	if (name.startsWith('user.')) return !name.startsWith('user.overlay.');
	return name === 'security.capability' || name.startsWith('system.posix_acl_');
}
