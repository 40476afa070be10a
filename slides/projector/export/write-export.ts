/**
 * Writing an export to where its owner wants it: whole or not at all.
 * @module
 */
import {chmodSync, realpathSync, statSync, writeFileSync} from 'node:fs';
import {tolerate} from '#kernel/error';
import {writeWholeFile} from '#kernel/whole-file';
import {plainReason} from '#words/file-complaint';

/**
 * Writes a file in the place of the one before. A full disk leaves that one as it was.
 *
 * @throws {Error} in one line, with the file's name.
 */
export function writeExport(file: string, data: string | Uint8Array): void {
	try {
		const before = statSync(file, {throwIfNoEntry: false});
		// A device or a pipe is no place to put another file.
		if (before !== undefined && !before.isFile()) writeFileSync(file, data);
		else {
			writeWholeFile(tolerate(['ENOENT'], () => realpathSync(file)) ?? file, data);
			chmodSync(file, before?.mode ?? USUAL_MODE & ~process.umask());
		}
	} catch (error) {
		throw new Error(`can't write ${file}: ${plainReason(error)}`, {cause: error});
	}
}

/** What a new file has whose maker says nothing. */
const USUAL_MODE = 0o666;
