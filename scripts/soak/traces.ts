/**
 * What machines leave on the host, if they do: processes, and files.
 * @module
 */
import {createHash, type Hash} from 'node:crypto';
import {closeSync, openSync, readdirSync, readFileSync, readSync} from 'node:fs';
import {join} from 'node:path';

/** What is left of the machines below a directory of ours: processes with it in their command line, and files. */
export function leftovers(directory: string): readonly string[] {
	const processes = readdirSync('/proc').filter(name => /^\d+$/.test(name) && commandLine(name).includes(directory));
	const files = ['state/machines', 'data/machines/docks'].flatMap(name =>
		readdirSync(join(directory, name)).map(file => join(name, file)),
	);
	return [...processes.map(pid => `process ${pid} is left`), ...files.map(file => `${file} is left`)];
}

/** A hash of all files below a directory: what machines share must be the same afterwards, byte by byte. */
export function hashOf(directory: string): string {
	const hash = createHash('sha256');
	for (const entry of readdirSync(directory, {recursive: true, withFileTypes: true})) {
		if (!entry.isFile()) continue;
		hash.update(entry.name);
		hashFile(join(entry.parentPath, entry.name), hash);
	}
	return hash.digest('hex');
}

function hashFile(path: string, hash: Hash): void {
	const buffer = Buffer.alloc(2 ** 20);
	const fd = openSync(path, 'r');
	try {
		for (let bytes = readSync(fd, buffer); bytes > 0; bytes = readSync(fd, buffer)) {
			hash.update(buffer.subarray(0, bytes));
		}
	} finally {
		closeSync(fd);
	}
}

function commandLine(pid: string): string {
	try {
		return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
	} catch {
		// It has ended meanwhile.
		return '';
	}
}
