/**
 * What the causes that lie in files have in common: which calls they concern, and the file and directory of each path.
 * @module
 */
import {dirname} from 'node:path';
import {flagsAt} from '../arguments.ts';
import type {Cause, Failure, Found} from '../cause.ts';
import {type PathArgument, pathsOf} from '../path-arguments.ts';
import {workingDirectory} from '../paths.ts';
import {READ, WRITE} from '../permissions.ts';

/** Calls that take a name away. */
export const removers = ['unlink', 'unlinkat', 'rmdir', 'rename', 'renameat', 'renameat2'];
/** Calls that make one. */
export const makers = [
	'mkdir',
	'mkdirat',
	'mknod',
	'mknodat',
	'symlink',
	'symlinkat',
	'link',
	'linkat',
	'creat',
	'open',
	'openat',
	'openat2',
];
/** Calls that change what is there. */
export const changers = [
	'chmod',
	'fchmodat',
	'chown',
	'lchown',
	'fchownat',
	'truncate',
	'setxattr',
	'lsetxattr',
	'utimensat',
	'write',
];
/** All of them. */
export const everything = [...removers, ...makers, ...changers];

/** One path of a call. */
export interface Target {
	/** The path as the process would write it whole. */
	readonly path: string;
	readonly directory: string;
}

/** Runs a test for each path of a call. */
export function eachDirectory(test: (target: Target, failure: Failure) => Found | undefined): Cause['test'] {
	return failure => {
		for (const argument of pathsOf(failure)) {
			const path = wholePath(failure.pid, argument);
			const found = test({path, directory: directoryOf(failure.pid, argument)}, failure);
			if (found !== undefined) return found;
		}
		return undefined;
	};
}

/** A path of a call as the process would write it whole. */
export function wholePath(pid: number, {path, from}: PathArgument): string {
	return path.startsWith('/') ? path : `${from ?? workingDirectory(pid)}/${path}`.replaceAll('//', '/');
}

/** What a call wants to do with a file that is there: open(2) says it by its flags, the others change it. */
export function wantedBy(failure: Failure): typeof READ | typeof WRITE {
	if (!failure.call.startsWith('open')) return WRITE;
	const flags = flagsAt(failure, failure.call === 'open' ? 1 : 2);
	return flags.has('O_WRONLY') || flags.has('O_RDWR') || flags.has('O_TRUNC') ? WRITE : READ;
}

/** The directory that holds what a path names. */
export function directoryOf(pid: number, argument: PathArgument): string {
	return dirname(wholePath(pid, argument).replace(/\/+$/, '') || '/');
}
