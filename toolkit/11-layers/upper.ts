/**
 * The read-write branch of an overlay: what lies in it, and where it can lie.
 *
 *     PATH/upper     what the container changed
 *     PATH/work      overlayfs's own; empty, and on the same file system
 * @module
 */
import {chmodSync, chownSync, mkdirSync, realpathSync, statSync} from 'node:fs';
import {release} from 'node:os';
import {join} from 'node:path';
import {isErrno, tolerate} from '#kernel/error';
import {fdPath, O_PATH, openInRoot, withFd} from '#kernel/path';
import {fileSystemType} from '#kernel/statfs';
import {removeTree} from '#layers/remove';
import type {Union} from '#layers/types';
import {makeOpaque} from '#layers/whiteout';

/** Where the two directories of a read-write branch are. */
export function upperPaths(path: string): {readonly upper: string; readonly work: string} {
	return {upper: join(path, 'upper'), work: join(path, 'work')};
}

/**
 * Whether overlayfs can keep changes to these branches below `path`, an existing directory. Where it can't, they can be
 * kept in memory, if that can.
 */
export function canHoldChanges(path: string, readOnly: readonly string[], userNamespace = false): boolean {
	const type = fileSystemType(path);
	if (UNFIT.has(type) || (type === TMPFS && !canHoldChangesInMemory(userNamespace))) return false;
	const inside = (branch: string): boolean => `${realpathSync(path)}/`.startsWith(branch === '/' ? '/' : `${branch}/`);
	// Before Linux 5.13 a read-write branch that lies inside a read-only one is refused with ELOOP.
	return kernelIsAtLeast(5, 13) || !readOnly.some(inside);
}

/**
 * Whether overlayfs can keep changes in memory. In a user namespace its notes are `user.` attributes, which tmpfs keeps
 * from Linux 6.6 on. Without notes it would unite the branches all the same, and answer `EIO` to whoever removes a
 * directory that comes from below.
 */
export function canHoldChangesInMemory(userNamespace: boolean): boolean {
	return !userNamespace || kernelIsAtLeast(6, 6);
}

/**
 * Insists that a union's changes can be read from the host.
 *
 * @throws {Error} if they are in memory, in a mount that only the container has.
 */
export function requireOnDisk({readWrite}: Union): void {
	if (readWrite.inMemory !== true) return;
	throw new Error('the changes are in the container’s memory, and only the container itself can see them');
}

/** What `makeUpper` needs to know of a union. */
export interface UpperOptions extends Pick<Union, 'readOnly' | 'userNamespace' | 'hidden'> {
	/** The directory of the read-write branch. */
	readonly path: string;
}

/** Makes the two directories. What the container changed before is kept; what overlayfs was working on is not. */
export function makeUpper(options: UpperOptions): void {
	const {upper, work} = upperPaths(options.path);
	removeTree(work);
	mkdirSync(work, {recursive: true, mode: 0o700});
	if (statSync(upper, {throwIfNoEntry: false}) !== undefined) return;
	mkdirSync(upper, {recursive: true, mode: 0o700});
	// The union's root shows the mode and owner of the read-write branch: they shall be those of the branch below.
	takeAfter(upper, statSync(options.readOnly[0]!));
	for (const path of options.hidden ?? []) hide(options, upper, path);
}

/** An opaque directory in the read-write branch: it appears empty, but can be filled anew, unlike one that is masked. */
function hide(union: UpperOptions, upper: string, path: string): void {
	const real = union.readOnly[0] === '/' ? tolerate(['ENOENT'], () => realpathSync(path)) : path;
	if (real === undefined) return;
	let place = upper;
	let below = '';
	for (const name of real.split('/').filter(each => each !== '')) {
		below += `/${name}`;
		place = join(place, name);
		const like = union.readOnly.map(branch => directoryAt(branch, below)).find(stats => stats !== undefined);
		if (like === undefined) return;
		tolerate(['EEXIST'], () => mkdirSync(place, {mode: 0o700}));
		takeAfter(place, like);
	}
	if (place !== upper) makeOpaque(place, union.userNamespace === true);
}

function directoryAt(branch: string, path: string) {
	const fd = tolerate(['ENOENT', 'ENOTDIR'], () => openInRoot(branch, path, O_PATH));
	if (fd === undefined) return undefined;
	return withFd(fd, () => {
		const stats = statSync(fdPath(fd));
		return stats.isDirectory() ? stats : undefined;
	});
}

/** Gives a directory the owner and mode of another. */
export function takeAfter(
	path: string,
	like: {readonly uid: number; readonly gid: number; readonly mode: number},
): void {
	try {
		chownSync(path, like.uid, like.gid);
	} catch (error) {
		// An ordinary user keeps it: inside, that user is root.
		if (!isErrno(error, 'EPERM', 'EINVAL')) throw error;
	}
	chmodSync(path, like.mode & 0o7777);
}

/** File systems that overlayfs can't write to: itself, and those without attributes or with a mind of their own. */
const UNFIT: ReadonlySet<number> = new Set([
	0x794c7630, // overlay
	0x6969, // nfs
	0x65735546, // fuse
	0x4d44, // vfat
	0x01021997, // 9p
	0xff534d42, // cifs
	0xfe534d42, // smb2
	0xf15f, // ecryptfs
	0x858458f6, // ramfs
]);

const TMPFS = 0x01021994;

function kernelIsAtLeast(major: number, minor: number): boolean {
	const [hasMajor = 0, hasMinor = 0] = release().split('.').map(Number);
	return hasMajor > major || (hasMajor === major && hasMinor >= minor);
}
