/**
 * Removing a directory with all that containers left in it.
 * @module
 */
import {spawnSync} from 'node:child_process';
import {chmodSync, readdirSync, rmSync} from 'node:fs';
import {join} from 'node:path';
import {isErrno, tolerate} from '#kernel/error';

/**
 * Removes a directory tree; content if there is none. Nothing may be mounted in it.
 *
 * @throws with unlink(2)'s errors; as an ordinary user also where files belong to the container's other users and
 *   util-linux's unshare (2.38 or later) can't help.
 */
export function removeTree(path: string): void {
	const remove = (): void => rmSync(path, {recursive: true, force: true});
	if (process.getuid?.() === 0) {
		remove();
		return;
	}
	try {
		// Directories without permission bits stop everybody but root. overlayfs leaves some, and containers may.
		tolerate(['ENOENT', 'EPERM', 'EACCES'], () => openDirectories(path));
		remove();
	} catch (error) {
		if (!isErrno(error, 'EACCES', 'EPERM', 'ENOTEMPTY')) throw error;
		// The files of the container's users belong to numbers that only a user namespace lets this user act for.
		const helper = ['--user', '--map-root-user', '--map-auto', 'rm', '-rf', '--', path];
		if (spawnSync('unshare', helper, {stdio: 'ignore'}).status !== 0) throw error;
	}
}

function openDirectories(path: string): void {
	chmodSync(path, 0o700);
	for (const entry of readdirSync(path, {withFileTypes: true})) {
		if (entry.isDirectory()) openDirectories(join(path, entry.name));
	}
}
