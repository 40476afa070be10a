/**
 * A read-write branch as an image layer: a tar of what was changed, with `.wh.` files for what was deleted.
 *
 * The same branch gives the same bytes: names are sorted, and nothing of this machine or this moment is written.
 *
 * Source: OCI image spec, layer.md.
 * @module
 */
import {type BigIntStats, closeSync, constants, fstatSync, openSync, readlinkSync, readSync} from 'node:fs';
import {majorMinor} from '#kernel/mknod';
import {readAttributes} from '#layers/attributes';
import type {Change} from '#layers/diff';
import {childPath, namesIn, openChild, openRoot, statChild} from '#layers/directory';
import {encodeEntry, padding, type TarEntry, type TarKind, tarEnd} from '#layers/tar';
import {isOpaque, isWhiteout, OPAQUE_NAME, WHITEOUT_PREFIX} from '#layers/whiteout';

const CHUNK_BYTES = 256 * 1024;

/**
 * Packs an overlay's read-write branch into an uncompressed tar.
 *
 * @throws {Error} for a file named `.wh.…`, which would turn into a whiteout. Sockets are left out.
 */
export async function* packLayer(upper: string): AsyncGenerator<Buffer> {
	yield* packBranch(upper, '');
	yield tarEnd;
}

/** Packs a branch without the end, so that others may follow; `prefix` is where it belongs: `usr/`. */
export function* packBranch(upper: string, prefix: string): Generator<Buffer> {
	const root = openRoot(upper);
	try {
		yield* packDirectory(root, prefix, {first: new Map(), wanted: () => true});
	} finally {
		closeSync(root);
	}
}

/** Packs only these changes of a whole tree: what the vfs driver has instead of a read-write branch. */
export async function* packChanges(tree: string, changes: readonly Change[]): AsyncGenerator<Buffer> {
	const kept = new Set(changes.filter(({kind}) => kind !== 'D').map(({path}) => path.slice(1)));
	const deleted = changes.filter(({kind}) => kind === 'D').map(({path}) => path.slice(1));
	const root = openRoot(tree);
	try {
		for (const path of deleted) yield encodeEntry(marker(whiteoutPath(path)));
		yield* packDirectory(root, '', {first: new Map(), wanted: path => kept.has(path)});
	} finally {
		closeSync(root);
	}
	yield tarEnd;
}

interface Packing {
	/** The first name of files that have several, by device and inode. */
	readonly first: Map<string, string>;
	readonly wanted: (path: string) => boolean;
}

function* packDirectory(directory: number, prefix: string, packing: Packing): Generator<Buffer> {
	for (const name of namesIn(directory)) {
		const path = `${prefix}${name}`;
		const stats = statChild(directory, name);
		if (stats === undefined || stats.isSocket() || !packing.wanted(path)) continue;
		if (isWhiteout(stats)) {
			yield encodeEntry(marker(whiteoutPath(path)));
			continue;
		}
		if (name.startsWith(WHITEOUT_PREFIX)) {
			throw new Error(`${path}: a layer can't hold a file of this name, it would mean a deleted one; rename it`);
		}
		if (stats.isDirectory()) yield* packSubdirectory(directory, name, path, stats, packing);
		else yield* packFile(directory, name, path, stats, packing);
	}
}

function* packSubdirectory(
	parent: number,
	name: string,
	path: string,
	stats: BigIntStats,
	packing: Packing,
): Generator<Buffer> {
	yield encodeEntry(entryOf(parent, name, path, stats, 'directory'));
	if (isOpaque(childPath(parent, name))) yield encodeEntry(marker(`${path}/${OPAQUE_NAME}`));
	const child = openChild(parent, name);
	if (child === undefined) return;
	try {
		yield* packDirectory(child, `${path}/`, packing);
	} finally {
		closeSync(child);
	}
}

function* packFile(
	directory: number,
	name: string,
	path: string,
	stats: BigIntStats,
	{first}: Packing,
): Generator<Buffer> {
	const inode = `${stats.dev}:${stats.ino}`;
	const earlier = first.get(inode);
	if (earlier !== undefined) {
		yield encodeEntry({...entryOf(directory, name, path, stats, 'link'), linkPath: earlier, xattrs: new Map()});
		return;
	}
	if (stats.nlink > 1n) first.set(inode, path);
	if (!stats.isFile()) {
		yield encodeEntry(entryOf(directory, name, path, stats, kindOf(stats)));
		return;
	}
	// O_NONBLOCK: should somebody put a FIFO in its place meanwhile, opening it must not wait for a writer.
	const fd = openSync(childPath(directory, name), constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
	try {
		const opened = fstatSync(fd, {bigint: true});
		if (!opened.isFile()) throw new Error(`${path}: it changed while it was read`);
		yield encodeEntry(entryOf(directory, name, path, opened, 'file'));
		yield* contentOf(fd, Number(opened.size), path);
	} finally {
		closeSync(fd);
	}
}

/** Exactly as many bytes as the header says, also if the file is growing. */
function* contentOf(fd: number, sizeBytes: number, path: string): Generator<Buffer> {
	for (let left = sizeBytes; left > 0; ) {
		const chunk = Buffer.alloc(Math.min(left, CHUNK_BYTES));
		const count = readSync(fd, chunk);
		if (count === 0) throw new Error(`${path}: it became shorter while it was read`);
		yield chunk.subarray(0, count);
		left -= count;
	}
	yield padding(sizeBytes);
}

function entryOf(directory: number, name: string, path: string, stats: BigIntStats, kind: TarKind): TarEntry {
	if (path.includes('\ufffd')) throw new Error(`${path}: a layer holds names in UTF-8 only; rename it`);
	const place = childPath(directory, name);
	const {uid, gid, mode, mtimeSeconds, xattrs} = readAttributes(place, stats);
	const isDevice = kind === 'character' || kind === 'block';
	const {major, minor} = isDevice ? majorMinor(Number(stats.rdev)) : {major: 0, minor: 0};
	return {
		kind,
		path,
		linkPath: kind === 'symlink' ? readlinkSync(place) : '',
		mode,
		uid,
		gid,
		sizeBytes: kind === 'file' ? Number(stats.size) : 0,
		mtimeSeconds: Math.floor(mtimeSeconds),
		major,
		minor,
		xattrs,
	};
}

function kindOf(stats: BigIntStats): TarKind {
	if (stats.isSymbolicLink()) return 'symlink';
	if (stats.isFIFO()) return 'fifo';
	return stats.isBlockDevice() ? 'block' : 'character';
}

function whiteoutPath(path: string): string {
	return path.replace(/[^/]*$/, name => WHITEOUT_PREFIX + name);
}

/** An empty file whose name says all. */
function marker(path: string): TarEntry {
	const nothing = {linkPath: '', mode: 0, uid: 0, gid: 0, sizeBytes: 0, mtimeSeconds: 0, major: 0, minor: 0};
	return {kind: 'file', path, ...nothing, xattrs: new Map()};
}
