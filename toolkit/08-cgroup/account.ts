/**
 * Reads the kernel's accounts: files of one number, and tables of names and numbers.
 * @module
 */
import {tolerate} from '#kernel/error';
import {readKernelFile} from '#kernel/file';

/** A file of one number; undefined for `max`, for v1's "no limit", and where the file isn't there. */
export function readNumber(path: string): number | undefined {
	const text = readAccount(path);
	if (text === undefined || !/^\d+$/.test(text)) return undefined;
	// v1 has no word for "no limit": it is the largest number of whole pages.
	return BigInt(text) >= 1n << 62n ? undefined : Number(text);
}

/** A table of lines `name number`; empty where the file isn't there. */
export function readTable(path: string): ReadonlyMap<string, number> {
	const lines = (readAccount(path) ?? '').split('\n').map(line => line.split(/\s+/));
	return new Map(lines.filter(([, value]) => value !== undefined).map(([name, value]) => [name!, Number(value)]));
}

/** A file's text; undefined where the file isn't there. */
export function readAccount(path: string): string | undefined {
	return tolerate(['ENOENT', 'ENODEV', 'EACCES', 'ENOTSUP'], () => readKernelFile(path))?.trim();
}
