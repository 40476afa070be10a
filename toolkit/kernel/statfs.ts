/**
 * What kind of file system a path is on.
 *
 * Source: statfs(2), include/uapi/linux/magic.h.
 * @module
 */
import {statfsSync} from 'node:fs';
import {asKernelError} from '#kernel/file';

/**
 * The magic number of the file system that `path` is on: 0x794c7630 is overlayfs.
 *
 * @throws {KernelError} `ENOENT`, `EACCES`.
 */
export function fileSystemType(path: string): number {
	try {
		// A few magic numbers use the sign bit.
		return statfsSync(path).type >>> 0;
	} catch (error) {
		throw asKernelError('statfs', [path], error);
	}
}
