/**
 * Files that are there whole or not at all: written beside their place, and renamed into it.
 *
 *     state.json.4711   written, closed ──rename(2)──▶ state.json
 *
 * The surprise: after a loss of power even the renamed file may be empty, since its name may reach the disk before its
 * bytes. What must not be lost is told to the disk first.
 *
 * Sources: rename(2), fsync(2).
 * @module
 */
import {closeSync, constants, fsyncSync, openSync, renameSync, rmSync, writeFileSync} from 'node:fs';

/** How to write a file whole. */
export interface WholeFileOptions {
	/** Whether it must outlive a loss of power, which takes milliseconds. Default: false. */
	readonly durable?: boolean;
}

/**
 * Puts a file, for its owner only, in the place of the one before: who reads finds the old one or the new one.
 *
 * The directory has to be private: the draft in it has a name that others could guess.
 *
 * @throws {Error} of Node's, by its code: `ENOENT` without the directory, `ENOSPC`, `EACCES`. No draft is left.
 */
export function writeWholeFile(
	path: string,
	data: string | Uint8Array,
	{durable = false}: WholeFileOptions = {},
): void {
	const draft = `${path}.${process.pid}`;
	const {O_WRONLY, O_CREAT, O_TRUNC, O_NOFOLLOW} = constants;
	try {
		const fd = openSync(draft, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0o600);
		try {
			writeFileSync(fd, data);
			if (durable) fsyncSync(fd);
		} finally {
			closeSync(fd);
		}
		renameSync(draft, path);
	} catch (error) {
		rmSync(draft, {force: true});
		throw error;
	}
}
