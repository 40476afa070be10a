/**
 * Laying one entry of a layer in its directory.
 *
 * The parent is looked up as the container would, links and all, within the directory. The last name is never followed:
 * what is there is replaced.
 * @module
 */
import {closeSync, constants, openSync, rmSync, symlinkSync} from 'node:fs';
import {isErrno, tolerate} from '#kernel/error';
import {linkFd} from '#kernel/link';
import {mknodat} from '#kernel/mknod';
import {makeDirectoryInRoot, O_PATH, openInRoot, withFd} from '#kernel/path';
import {mkdirat} from '#kernel/walk';
import {ownersAreKept, writeAttributes} from '#layers/attributes';
import {childPath, statChild} from '#layers/directory';
import {layWhiteout} from '#layers/lay-whiteout';
import type {TarEntry} from '#layers/tar';
import type {UnpackOptions} from '#layers/types';
import {WHITEOUT_PREFIX} from '#layers/whiteout';

const {O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW, O_DIRECTORY} = constants;

/** A layer that is being laid out. */
export interface Laying {
	readonly root: number;
	readonly options: UnpackOptions;
	/** The last parent, left open: files of one directory mostly stand together. */
	parent?: {readonly path: string; readonly fd: number} | undefined;
	/** Their modes and times are set last: making files in them changes a time, and may need a mode. */
	readonly directories: Map<string, TarEntry>;
	/** Every path that this layer has made: its whiteouts don't mean those. */
	readonly made: Set<string>;
	entries: number;
	contentBytes: number;
	readonly leftOut: string[];
}

/** Begins with an open directory. */
export function startLaying(root: number, options: UnpackOptions): Laying {
	return {root, options, directories: new Map(), made: new Set(), entries: 0, contentBytes: 0, leftOut: []};
}

/**
 * Makes what `entry` says.
 *
 * @returns for a file, a descriptor to write its content to. The caller closes it and calls `finishFile`.
 * @throws {Error} for a path that leads out.
 */
export function layEntry(laying: Laying, entry: TarEntry): number | undefined {
	laying.entries++;
	const names = safeNames(entry.path);
	const name = names.at(-1);
	if (name === undefined) {
		if (entry.kind !== 'directory') throw new Error('a layer that would replace its own root by a file');
		laying.directories.set('', entry);
		return undefined;
	}
	const parentPath = names.slice(0, -1).join('/');
	const parent = openParent(laying, parentPath);
	if (name.startsWith(WHITEOUT_PREFIX)) {
		layWhiteout(laying, parent, parentPath, name);
		forgetParent(laying);
		return undefined;
	}
	const path = names.join('/');
	laying.made.add(path);
	clearPlace(laying, parent, name, path, entry.kind);
	const file = make(laying, parent, name, path, entry);
	if (entry.kind !== 'file') forgetParent(laying);
	return file;
}

/** Gives a file its owner, mode and time, when its content is written. */
export function finishFile(laying: Laying, entry: TarEntry): void {
	const names = safeNames(entry.path);
	finish(laying, openParent(laying, names.slice(0, -1).join('/')), names.at(-1)!, entry);
}

/** Gives directories their owners, modes and times, the innermost first. */
export function finishDirectories(laying: Laying): void {
	for (const [path, entry] of [...laying.directories].reverse()) {
		const directory = tolerate(['ENOENT', 'ENOTDIR'], () => openInRoot(laying.root, path || '.', O_PATH | O_DIRECTORY));
		if (directory !== undefined) withFd(directory, () => finish(laying, directory, '.', entry));
	}
}

/**
 * The names of a path.
 *
 * @throws {Error} for `..`, which no honest layer needs, and for names that are no UTF-8: they would come out as others.
 */
function safeNames(path: string): readonly string[] {
	const names = path.split('/').filter(name => name !== '' && name !== '.');
	if (names.includes('..')) throw new Error(`a layer with the path ${JSON.stringify(path)}, which leads out of it`);
	if (path.includes('\ufffd') || path.includes('\0')) throw new Error(`a layer with the path ${JSON.stringify(path)}`);
	return names;
}

function openParent(laying: Laying, path: string): number {
	if (laying.parent?.path !== path) {
		forgetParent(laying);
		laying.parent = {path, fd: makeDirectoryInRoot(laying.root, path || '.')};
	}
	return laying.parent!.fd;
}

/** After anything but a file was made, the same path may lead elsewhere. */
function forgetParent(laying: Laying): void {
	if (laying.parent !== undefined) closeSync(laying.parent.fd);
	laying.parent = undefined;
}

function clearPlace(laying: Laying, parent: number, name: string, path: string, kind: TarEntry['kind']): void {
	const there = statChild(parent, name);
	if (there === undefined || (there.isDirectory() && kind === 'directory')) return;
	rmSync(childPath(parent, name), {recursive: true});
	if (!there.isDirectory()) return;
	for (const each of [...laying.directories.keys()]) {
		if (`${each}/`.startsWith(`${path}/`)) laying.directories.delete(each);
	}
}

function make(laying: Laying, parent: number, name: string, path: string, entry: TarEntry): number | undefined {
	switch (entry.kind) {
		case 'file':
			return openSync(childPath(parent, name), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
		case 'directory':
			tolerate(['EEXIST'], () => mkdirat(parent, name, 0o700));
			laying.directories.delete(path);
			laying.directories.set(path, entry);
			return undefined;
		case 'link':
			layHardLink(laying, parent, name, path, entry);
			return undefined;
		case 'symlink':
			symlinkSync(entry.linkPath, childPath(parent, name));
			break;
		case 'fifo':
			mknodat(parent, name, {kind: 'p', major: 0, minor: 0, mode: 0o600});
			break;
		case 'character':
		case 'block':
			if (!makeDevice(parent, name, entry)) {
				laying.leftOut.push(path);
				return undefined;
			}
	}
	finish(laying, parent, name, entry);
	return undefined;
}

function layHardLink({root}: Laying, parent: number, name: string, path: string, {linkPath}: TarEntry): void {
	const target = tolerate(['ENOENT', 'ENOTDIR'], () =>
		openInRoot(root, safeNames(linkPath).join('/'), O_PATH | O_NOFOLLOW),
	);
	if (target === undefined) throw new Error(`${path}: a hard link to ${linkPath}, which the layer does not hold`);
	withFd(target, () => linkFd(target, parent, name));
}

function makeDevice(parent: number, name: string, {kind, major, minor}: TarEntry): boolean {
	try {
		mknodat(parent, name, {kind: kind === 'block' ? 'b' : 'c', major, minor, mode: 0o600});
		return true;
	} catch (error) {
		if (isErrno(error, 'EPERM') && !ownersAreKept()) return false;
		throw error;
	}
}

function finish({options}: Laying, parent: number, name: string, entry: TarEntry): void {
	const attributes = {...entry, isLink: entry.kind === 'symlink'};
	writeAttributes(childPath(parent, name), attributes, options.owners ?? ownersAreKept());
}
