/**
 * A view of this machine's own files: a union whose read-only branch is `/`.
 *
 *     /              one overlay for the root's file system
 *     /usr /home     and one for each of the machine's other disks, as an overlay sees a single file system
 *     /proc /run     empty: mounts that are no disk are not part of the view
 *
 * The surprise: in a user namespace `/` can't be a branch, since the namespace may not look behind the mounts that
 * stand on it. Directories on which nothing stands can; so there the view is put together from those.
 *
 * Source: mount_namespaces(7), "Restrictions on mount namespaces": mounts from outside come locked.
 * @module
 */
import {
	copyFileSync,
	existsSync,
	lstatSync,
	mkdirSync,
	readdirSync,
	readlinkSync,
	realpathSync,
	type Stats,
	symlinkSync,
} from 'node:fs';
import {join} from 'node:path';
import {tolerate} from '#kernel/error';
import {MS_NODEV, MS_NOSUID, mount} from '#kernel/mount';
import type {MountinfoEntry} from '#kernel/mountinfo';
import {mountOverlay} from '#layers/mount-overlay';
import type {Union} from '#layers/types';
import {makeUpper, takeAfter, upperPaths} from '#layers/upper';
import {readMounts} from '#mnt';

/** One overlay of a view. */
export interface Piece {
	/** Where, in the view and on the machine. */
	readonly at: string;
	readonly readOnly: readonly string[];
	readonly upper: string;
}

/** Whether a union is a view of the machine. */
export function isMachine({readOnly}: Pick<Union, 'readOnly'>): boolean {
	return readOnly.length === 1 && readOnly[0] === '/';
}

/** The overlays that a view has had so far, by what its read-write branch holds. */
export function machinePieces({readWrite: {path}}: Union): readonly Piece[] {
	const {upper} = upperPaths(path);
	const root = existsSync(upper) ? [{at: '/', readOnly: ['/'], upper}] : [];
	const names = tolerate(['ENOENT'], () => readdirSync(join(path, 'pieces'))) ?? [];
	const others = names.sort().map(name => {
		const at = decodeURIComponent(name);
		return {at, readOnly: [at], upper: upperPaths(join(path, 'pieces', name)).upper};
	});
	// Only what holds a change: an ordinary user may not even open some of the directories below the others.
	return [...root, ...others.filter(piece => existsSync(piece.upper) && readdirSync(piece.upper).length > 0)];
}

/**
 * Makes the view appear at its target, in the container's mount namespace.
 *
 * @throws {KernelError} see `mountOverlay`.
 */
export function uniteMachine(union: Union): void {
	const hidden = (union.hidden ?? []).flatMap(path => tolerate(['ENOENT', 'EACCES'], () => realpathSync(path)) ?? []);
	const view: View = {union, hidden, mounts: readMounts()};
	if (union.userNamespace === true) {
		mount('tmpfs', union.target, 'tmpfs', MS_NOSUID | MS_NODEV, 'mode=755');
		putTogether(view, '/', 0);
		return;
	}
	makeUpper({...union, path: union.readWrite.path});
	mountOverlay({...union, ...upperPaths(union.readWrite.path)});
	for (const at of otherDisks(view)) lay(view, at);
}

interface View {
	readonly union: Union;
	readonly hidden: readonly string[];
	readonly mounts: readonly MountinfoEntry[];
}

/** File systems that hold files for long. */
const DISKS = new Set(['ext2', 'ext3', 'ext4', 'xfs', 'btrfs', 'f2fs', 'zfs', 'bcachefs', 'jfs', 'reiserfs']);
/** Deeper ones belong to some program: docker's /var/lib/docker. */
const DEEPEST_DISK = 2;
const DEEPEST_DIRECTORY = 6;
const LARGEST_COPY_BYTES = 1024 * 1024;

function otherDisks({mounts, hidden}: View): readonly string[] {
	const points = mounts.filter(({mountPoint, fileSystem}) => {
		const depth = mountPoint.split('/').length - 1;
		return mountPoint !== '/' && depth <= DEEPEST_DISK && DISKS.has(fileSystem);
	});
	const paths = [...new Set(points.map(({mountPoint}) => mountPoint))].sort();
	return paths.filter(path => !hidden.includes(path) && lstatSync(path, {throwIfNoEntry: false})?.isDirectory());
}

/** One overlay, over a directory of the view that is there. */
function lay({union, hidden}: View, at: string): void {
	const path = join(union.readWrite.path, 'pieces', encodeURIComponent(at));
	const inside = hidden.filter(each => each.startsWith(`${at}/`)).map(each => each.slice(at.length));
	makeUpper({...union, readOnly: [at], hidden: inside, path});
	mountOverlay({...union, readOnly: [at], target: join(union.target, at), ...upperPaths(path)});
}

function putTogether(view: View, directory: string, depth: number): void {
	// What an ordinary user may not read stays empty.
	const names = tolerate(['EACCES', 'ENOENT'], () => readdirSync(directory)) ?? [];
	for (const name of names) {
		const path = join(directory, name);
		const stats = tolerate(['EACCES'], () => lstatSync(path, {throwIfNoEntry: false}));
		if (stats !== undefined) putEntry(view, path, stats, depth);
	}
}

function putEntry(view: View, path: string, stats: Stats, depth: number): void {
	const place = join(view.union.target, path);
	if (stats.isSymbolicLink()) symlinkSync(readlinkSync(path), place);
	else if (stats.isFile() && stats.size <= LARGEST_COPY_BYTES) tolerate(['EACCES'], () => copyFileSync(path, place));
	else if (stats.isDirectory()) {
		mkdirSync(place);
		takeAfter(place, stats);
		const own = view.mounts.findLast(({mountPoint}) => mountPoint === path);
		if (view.hidden.includes(path) || (own !== undefined && !DISKS.has(own.fileSystem))) return;
		const isCovered = view.mounts.some(({mountPoint}) => mountPoint.startsWith(`${path}/`));
		if (!isCovered) tolerate(['EACCES'], () => lay(view, path));
		else if (depth < DEEPEST_DIRECTORY) putTogether(view, path, depth + 1);
	}
}
