/**
 * Going through directories that somebody else may be changing: each is opened below the one before, never by a
 * longer path, and a link is never followed.
 * @module
 */
import {type BigIntStats, closeSync, constants, lstatSync, openSync, readdirSync} from 'node:fs';
import {tolerate} from '#kernel/error';
import {fdPath} from '#kernel/path';

const DIRECTORY = constants.O_RDONLY | constants.O_DIRECTORY;

/** Opens a directory by its path, which is trusted. The caller closes it. */
export function openRoot(path: string): number {
	return openSync(path, DIRECTORY);
}

/** Opens the directory `name` of an open directory; undefined if it is none, or no longer there. */
export function openChild(directory: number, name: string): number | undefined {
	return tolerate(['ENOENT', 'ENOTDIR', 'ELOOP'], () =>
		openSync(childPath(directory, name), DIRECTORY | constants.O_NOFOLLOW),
	);
}

/** The path of a name in an open directory, for calls that don't follow a link at its end. */
export function childPath(directory: number, name: string): string {
	return `${fdPath(directory)}/${name}`;
}

/** The names in an open directory, sorted, so that every walk goes the same way. */
export function namesIn(directory: number): readonly string[] {
	return readdirSync(fdPath(directory)).sort();
}

/** What `name` in an open directory is; undefined if it is not there. */
export function statChild(directory: number, name: string): BigIntStats | undefined {
	return lstatSync(childPath(directory, name), {bigint: true, throwIfNoEntry: false});
}

/** Runs `use` with open directories, and closes them whatever happens. */
export function withDirectories<T>(fds: readonly number[], use: (fds: readonly number[]) => T): T {
	try {
		return use(fds);
	} finally {
		for (const fd of fds) closeSync(fd);
	}
}
