/**
 * Where the engine keeps things.
 *
 *     state  /run/drydock      what is true while the machine runs: sockets, locks, who watches what
 *     data   /var/lib/drydock  what shall survive: each container's record, log and writable layer
 *
 * Without root both are the user's own, by the XDG base directory specification.
 * @module
 */
import {accessSync, constants, existsSync, lstatSync, mkdirSync, statSync} from 'node:fs';
import {homedir} from 'node:os';
import {dirname, join} from 'node:path';
import {isErrno} from '#kernel/error';
import {ExplainedError, explanationOf} from '#words/explained-error';
import type {Localized} from '#words/language';

/** Whether this process has the machine's root's rights to begin with. */
export function isRoot(): boolean {
	return process.geteuid?.() === 0;
}

/** The directory of what ends with the machine. `DRYDOCK_STATE` overrides it. @throws one line if it is no directory. */
export function stateDirectory(): string {
	if (process.env.DRYDOCK_STATE) return unlessFile(process.env.DRYDOCK_STATE);
	if (isRoot()) return unlessFile('/run/drydock');
	return unlessFile(join(process.env.XDG_RUNTIME_DIR || ownTemporaryDirectory(), 'drydock'));
}

/** The directory of what survives. `DRYDOCK_DATA` overrides it. @throws one line if it is no directory. */
export function dataDirectory(): string {
	return unlessFile(chosenDataDirectory());
}

/** Where a container's state is while somebody watches it. */
export function containerState(id: string): string {
	return join(stateDirectory(), 'containers', id);
}

/** Where a container's record, log and layer are. */
export function containerData(id: string): string {
	return join(dataDirectory(), 'containers', id);
}

/**
 * Makes a directory that only its owner may look into, with all above it.
 *
 * @throws one line if it can't be made, or written to: which, why, and the way out.
 */
export function makePrivateDirectory(path: string): string {
	return makeDirectory(path, 0o700);
}

/** The same for one that others may pass through and not list: a container's root may be another user here. */
export function makePassableDirectory(path: string): string {
	return makeDirectory(path, 0o711);
}

function makeDirectory(path: string, mode: number): string {
	try {
		makeWithParents(path, mode);
		accessSync(path, constants.W_OK);
	} catch (error) {
		throw unusable(path, error);
	}
	return path;
}

/**
 * A directory of this user's below /tmp, where others could have made one of that name before.
 *
 * @throws one line if somebody did.
 */
function ownTemporaryDirectory(): string {
	const path = `/tmp/drydock-${process.getuid?.()}`;
	makePrivateDirectory(path);
	const stats = lstatSync(path);
	if (!stats.isDirectory() || stats.uid !== process.getuid?.() || (stats.mode & OTHERS_MAY_WRITE) !== 0) {
		throw new Error(`${path} is not this user’s own: set XDG_RUNTIME_DIR to a directory that is`);
	}
	return path;
}

const OTHERS_MAY_WRITE = 0o022;

function chosenDataDirectory(): string {
	if (process.env.DRYDOCK_DATA) return process.env.DRYDOCK_DATA;
	if (isRoot()) return '/var/lib/drydock';
	return join(process.env.XDG_DATA_HOME || join(homedir(), '.local/share'), 'drydock');
}

/** Looked at before anybody goes there: what is asked below a file fails in as many ways as there are calls. */
function unlessFile(path: string): string {
	try {
		// By the slash at its end the kernel takes it for a directory's name.
		statSync(`${path}/`);
	} catch (error) {
		// It may be still to be made.
		if (isErrno(error, 'ENOTDIR', 'ENAMETOOLONG', 'ELOOP')) throw unusable(path, error);
	}
	return path;
}

/**
 * As `mkdir -p` does. Node's own, `recursive`, never returns below /proc, where mkdir(2) says `ENOENT` although the directory
 * above is there; and of a read-only file system it says the same.
 */
function makeWithParents(path: string, mode: number): void {
	try {
		mkdirSync(path, {mode});
	} catch (error) {
		if (isErrno(error, 'EEXIST') && statSync(path).isDirectory()) return;
		if (!isErrno(error, 'ENOENT') || existsSync(dirname(path))) throw error;
		makeWithParents(dirname(path), mode);
		makeWithParents(path, mode);
	}
}

function unusable(path: string, error: unknown): ExplainedError {
	const {en, zh} = Object.entries(reasons).find(([errno]) => isErrno(error, errno))?.[1] ?? explanationOf(error);
	const variable = `${path}/`.startsWith(`${chosenDataDirectory()}/`) ? 'DRYDOCK_DATA' : 'DRYDOCK_STATE';
	return new ExplainedError(
		{
			en: `${path} can’t be used: ${en}: let ${variable} name another directory`,
			zh: `无法使用 ${path}：${zh}。请用 ${variable} 指定另一个目录`,
		},
		{cause: error},
	);
}

const reasons: Readonly<Record<string, Localized>> = {
	EACCES: {en: 'this user may not write there', zh: '当前用户没有写权限'},
	EEXIST: {en: 'a file is in its place', zh: '那里已经有一个同名文件'},
	ENOENT: {en: 'no directory can be made there', zh: '那里不能新建目录'},
	ENOSPC: {en: 'no space is left on its disk', zh: '所在磁盘没有剩余空间'},
	ENOTDIR: {en: 'it, or what is above it, is a file', zh: '它本身或它的上级是一个文件'},
	EPERM: {en: 'no directory can be made there', zh: '那里不能新建目录'},
	EROFS: {en: 'the file system is read-only', zh: '所在文件系统是只读的'},
};
