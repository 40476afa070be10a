/**
 * Extended attributes: small values that hang on a file, by name.
 *
 *     user.…        anybody's who may write the file
 *     trusted.…     seen by CAP_SYS_ADMIN of the whole machine only; overlayfs keeps its notes here
 *     security.…    the kernel's: file capabilities, labels
 *
 * Values are bytes, not text. A link at the end of the path is not followed.
 *
 * Sources: xattr(7), lgetxattr(2), lsetxattr(2), llistxattr(2).
 * @module
 */
import {tolerate} from '#kernel/error';
import {call} from '#kernel/libc';

/** XATTR_SIZE_MAX and XATTR_LIST_MAX: the kernel's own limits, so one buffer holds any answer. */
const MOST_BYTES = 65536;

/**
 * Reads one attribute; undefined if the file has none of that name, or its file system keeps none.
 *
 * @throws {KernelError} `ENOENT`, `EACCES`, `EPERM`.
 */
export function getXattr(path: string, name: string): Buffer | undefined {
	// Most values are short, and most files have none: ask with a small buffer first.
	for (const size of [256, MOST_BYTES]) {
		const value = Buffer.alloc(size);
		const length = tolerate(['ENODATA', 'ENOTSUP', 'ERANGE'], () =>
			call('lgetxattr', [path, name, value, size], {returns: 'long'}),
		);
		if (length !== undefined) return value.subarray(0, length);
	}
	return undefined;
}

/**
 * Sets one attribute, whether it was there or not.
 *
 * @throws {KernelError} `ENOTSUP` where the file system keeps none, `EPERM` for a name that isn't ours to set, `ENOSPC`.
 */
export function setXattr(path: string, name: string, value: Uint8Array): void {
	// An empty array has no address to pass; the kernel reads nothing of these bytes if the size is 0.
	const bytes = value.length === 0 ? new Uint8Array(1) : value;
	call('lsetxattr', [path, name, bytes, value.length, 0]);
}

/**
 * The names of a file's attributes that the caller may see; none where the file system keeps none.
 *
 * @throws {KernelError} `ENOENT`, `EACCES`.
 */
export function listXattrs(path: string): readonly string[] {
	const size = tolerate(['ENOTSUP'], () => call('llistxattr', [path, null, 0], {returns: 'long'})) ?? 0;
	if (size === 0) return [];
	const names = Buffer.alloc(MOST_BYTES);
	const length = call('llistxattr', [path, names, names.length], {returns: 'long'});
	return names
		.subarray(0, length)
		.toString()
		.split('\0')
		.filter(name => name !== '');
}
