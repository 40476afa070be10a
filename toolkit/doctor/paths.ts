/**
 * Walking a path as the failing process would: from its root, its working directory, with its rights.
 *
 *     /proc/4711/root  +  /etc/alternatives/sh ─▶ a link ─▶ /bin/dash ─▶ missing: /bin
 *
 * The surprise: the answer is the place where the walk ends, which is seldom the path that the error names. It may even
 * end where it begins: who stands in a directory that was removed finds nothing from there.
 *
 * Sources: path_resolution(7), proc_pid_root(5), proc_pid_cwd(5).
 * @module
 */
import {closeSync, lstatSync, openSync, readlinkSync, type Stats, statSync} from 'node:fs';
import {posix} from 'node:path';
import {isErrno} from '#kernel/error';
import {asKernelError} from '#kernel/file';
import {O_PATH, openInRoot} from '#kernel/path';
import {linkAt, statusWords} from './look.ts';
import {EXECUTE, mayAccess} from './permissions.ts';

/** Where a walk ends. All paths are the process's own. */
export type Walk =
	| {readonly outcome: 'found'; readonly path: string; readonly stats: Stats}
	| {readonly outcome: 'missing'; readonly path: string; readonly parent: string; readonly isLast: boolean}
	| {readonly outcome: 'not-directory'; readonly path: string; readonly stats: Stats}
	| {readonly outcome: 'denied'; readonly path: string; readonly stats: Stats}
	| {readonly outcome: 'loop'; readonly path: string; readonly target: string}
	| {readonly outcome: 'too-long'; readonly path: string}
	| {readonly outcome: 'removed'; readonly path: string; readonly stats: Stats};

/** How to walk. */
export interface WalkManner {
	/** The directory that a relative path begins at; the working directory, if it is left out. */
	readonly from?: string | undefined;
	/** Whether a link at the end is what is meant: for unlink(2), lstat(2) and others. */
	readonly keepLastLink?: boolean;
	/** Whether only a directory will do at the end: for chdir(2), rmdir(2), O_DIRECTORY. */
	readonly wantsDirectory?: boolean;
	/** Whether the call goes into it, which takes the right to search it: chdir(2), chroot(2). */
	readonly enters?: boolean;
}

const MOST_LINKS = 40;
const NAME_MAX = 255;

/** Walks `path` as the process `pid` would. @throws {KernelError} if we may not look there ourselves. */
export function walk(pid: number, path: string, manner: WalkManner = {}): Walk {
	const end = follow(pid, path, manner);
	if (end.outcome !== 'found') return end;
	if ((manner.wantsDirectory || path.endsWith('/')) && !end.stats.isDirectory())
		return {...end, outcome: 'not-directory'};
	return manner.enters && !mayAccess(pid, end.stats, EXECUTE, outsidePath(pid, end.path))
		? {...end, outcome: 'denied'}
		: end;
}

function follow(pid: number, path: string, {from, keepLastLink = false}: WalkManner): Walk {
	const removed = path.startsWith('/') || from !== undefined ? undefined : removedDirectory(pid);
	const names = namesOf(path.startsWith('/') || removed ? path : `${from ?? workingDirectory(pid)}/${path}`);
	if (removed !== undefined) {
		// Its parent can still be reached from it; nothing else can.
		if (names.shift() !== '..') return {outcome: 'removed', ...removed};
		names.unshift(...namesOf(posix.dirname(removed.path)));
	}
	let place = '';
	let links = 0;
	for (let name = names.shift(); name !== undefined; name = names.shift()) {
		const directory = look(pid, place || '/');
		if (!directory.isDirectory()) return {outcome: 'not-directory', path: place, stats: directory};
		if (!mayAccess(pid, directory, EXECUTE, outsidePath(pid, place)))
			return {outcome: 'denied', path: place || '/', stats: directory};
		if (name === '..') {
			place = place === '' ? '' : posix.dirname(place).replace(/^\/$/, '');
			continue;
		}
		if (Buffer.byteLength(name) > NAME_MAX) return {outcome: 'too-long', path: name};
		const next = `${place}/${own(pid, place, name)}`;
		const stats = lookIfThere(pid, next);
		if (stats === undefined) return {outcome: 'missing', path: next, parent: place || '/', isLast: names.length === 0};
		if (!stats.isSymbolicLink() || (keepLastLink && names.length === 0)) {
			place = next;
			continue;
		}
		const target = readlinkSync(outsidePath(pid, next));
		// A magic link of /proc leads to a thing, not along a path.
		if (isMagic(next))
			return names.length === 0
				? found(next, statSync(outsidePath(pid, next)))
				: follow(pid, [target, ...names].join('/'), {keepLastLink});
		if (++links > MOST_LINKS) return {outcome: 'loop', path: next, target};
		if (target.startsWith('/')) place = '';
		names.unshift(...namesOf(target));
	}
	return found(place || '/', look(pid, place || '/'));
}

/** Walks, and is content with nothing but the end of it. */
export function find(
	pid: number,
	path: string,
	manner: WalkManner = {},
): {readonly path: string; readonly stats: Stats} | undefined {
	if (path === '') return undefined;
	const end = walk(pid, path, manner);
	return end.outcome === 'found' ? end : undefined;
}

/** The path by which we reach a file that the process calls `path`. */
export function outsidePath(pid: number, path: string): string {
	return `/proc/${pid}/root${path}`;
}

/** Opens a file of the process's that `find` named, runs `use`, and closes it. @throws {KernelError} see open(2). */
export function withFile<T>(pid: number, path: string, flags: number, use: (fd: number) => T): T {
	const fd = isMagic(path) ? openMagic(outsidePath(pid, path), flags) : openInRoot(`/proc/${pid}/root`, path, flags);
	try {
		return use(fd);
	} finally {
		closeSync(fd);
	}
}

/** Opens it only as a name, which needs no right to read it. */
export function withName<T>(pid: number, path: string, use: (fd: number) => T): T {
	return withFile(pid, path, O_PATH, use);
}

/** Where the process stands, as it sees it. */
export function workingDirectory(pid: number): string {
	return removedDirectory(pid)?.path ?? placeBehind(pid, 'cwd');
}

/** Where the process stands, if that directory has been removed: it stays for those who are in it, without a name. */
export function removedDirectory(pid: number): {readonly path: string; readonly stats: Stats} | undefined {
	const path = placeBehind(pid, 'cwd');
	if (!removedMark.test(path)) return undefined;
	const stats = statSync(`/proc/${pid}/cwd`);
	// A directory may be called so, too.
	const named = lookIfThere(pid, path);
	return named?.ino === stats.ino && named.dev === stats.dev ? undefined : {path: path.replace(removedMark, ''), stats};
}

/** Where a link of the process's leads, as the process sees it. */
function placeBehind(pid: number, link: 'cwd' | `fd/${number}`): string {
	const root = linkAt(`/proc/${pid}/root`);
	const target = linkAt(`/proc/${pid}/${link}`);
	if (root === '/') return target;
	return target === root ? '/' : target.startsWith(`${root}/`) ? target.slice(root.length) : target;
}

/** What a descriptor of the process is open on, as the process sees it: `/srv`, `uts:[4026531838]`. */
export function descriptorTarget(pid: number, fd: number): string {
	return placeBehind(pid, `fd/${fd}`);
}

const removedMark = / \(deleted\)$/;

function found(path: string, stats: Stats): Walk {
	return {outcome: 'found', path, stats};
}

function namesOf(path: string): string[] {
	return path.split('/').filter(name => name !== '' && name !== '.');
}

/** /proc/self means the process that asks: there it means the one that failed. */
function own(pid: number, directory: string, name: string): string {
	if (directory !== '/proc') return name;
	const number = statusWords(pid, 'NSpid').at(-1) ?? `${pid}`;
	return name === 'self' ? number : name === 'thread-self' ? `${number}/task/${number}` : name;
}

function isMagic(path: string): boolean {
	return /^\/proc\/\d+\/(?:task\/\d+\/)?(?:root|cwd|exe|fd\/\d+|ns\/\w+)$/.test(path);
}

function look(pid: number, path: string): Stats {
	const stats = lookIfThere(pid, path);
	if (stats === undefined) throw asKernelError('lstat', [path], Object.assign(new Error(path), {code: 'ENOENT'}));
	return stats;
}

function lookIfThere(pid: number, path: string): Stats | undefined {
	// With a slash the last link, /proc/PID/root itself, is followed.
	const outside = path === '/' ? `/proc/${pid}/root/` : outsidePath(pid, path);
	try {
		return lstatSync(outside);
	} catch (error) {
		if (isErrno(error, 'ENOENT')) return undefined;
		throw asKernelError('lstat', [outside], error);
	}
}

function openMagic(path: string, flags: number): number {
	try {
		return openSync(path, flags);
	} catch (error) {
		throw asKernelError('open', [path], error);
	}
}
