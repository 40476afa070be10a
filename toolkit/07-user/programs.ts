/**
 * The small programs that do what Node can't: be of one thread (unshare, nsenter), or be set-user-id (newuidmap).
 *
 *     unshare, nsenter       util-linux, on every Debian, Ubuntu, Fedora, Arch; busybox has simpler ones (Alpine)
 *     newuidmap, newgidmap   the package uidmap (Debian, Ubuntu), shadow-utils (Fedora), shadow (Arch), shadow-uidmap (Alpine)
 *
 * @module
 */
import {realpathSync} from 'node:fs';
import {basename} from 'node:path';
import {findExecutable} from '#kernel/executable';

/** Not the caller's PATH: what is run here may be run by root. */
const directories = ['/usr/bin', '/bin', '/usr/sbin', '/sbin', '/usr/local/bin', '/run/current-system/sw/bin'];

/**
 * Where a program is.
 *
 * @param debianPackage the package that brings it.
 * @throws {Error} in one line that names the package.
 */
export function requireProgram(name: string, debianPackage: string): string {
	const found = findProgram(name);
	if (found === undefined)
		throw new Error(`no ${name} here, and a user namespace needs it: apt install ${debianPackage}`);
	return found;
}

/** Where a program is; undefined if it isn't here. */
export function findProgram(name: string): string | undefined {
	return findExecutable(name, directories.join(':'));
}

/** Whether a program is really busybox, which has fewer options. */
export function isBusybox(path: string): boolean {
	return basename(realpathSync(path)).startsWith('busybox');
}
