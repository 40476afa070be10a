/**
 * Making a directory with all above it.
 * @module
 */
import {mkdirSync} from 'node:fs';
import {dirname} from 'node:path';
import {isErrno} from '#kernel/error';

/**
 * Makes an absolute directory and those above it; content with what is there, also if it is no directory.
 *
 * Node's own `recursive` never returns below a file system that answers ENOENT to every mkdir(2), as /proc does: a path
 * that came from somebody must not be given to it.
 *
 * @throws what mkdir(2) answered: `ENOENT` below /proc, `EROFS`, `EACCES`, `ENOTDIR`.
 */
export function makeDirectories(path: string, mode = 0o777): void {
	try {
		mkdirSync(path, {mode});
	} catch (error) {
		if (isErrno(error, 'EEXIST')) return;
		const parent = dirname(path);
		if (!isErrno(error, 'ENOENT') || parent === path) throw error;
		makeDirectories(parent, mode);
		mkdirSync(path, {mode});
	}
}
