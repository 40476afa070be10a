/**
 * A cgroup is a directory: mkdir(2) makes it, rmdir(2) ends it, and the kernel fills in the files.
 * @module
 */
import {mkdirSync, readdirSync, rmdirSync} from 'node:fs';
import {isErrno, tolerate} from '#kernel/error';
import {asKernelError} from '#kernel/file';
import {publishCall} from '#kernel/trace';
import {waitUntil} from '#kernel/wait';

/**
 * Makes a cgroup.
 *
 * @returns whether it is new.
 * @throws {KernelError} `EACCES`, `EROFS` if it isn't ours to make; `ENOENT` if its parent isn't there.
 */
export function makeCgroupDirectory(directory: string): boolean {
	try {
		mkdirSync(directory, 0o755);
		publishCall({call: 'mkdir', args: [directory, '0755'], result: 0});
		return true;
	} catch (error) {
		if (isErrno(error, 'EEXIST')) return false;
		throw asKernelError('mkdir', [directory, '0755'], error);
	}
}

/**
 * Removes a cgroup and those below it. A process that has just died may hold it a moment longer.
 *
 * @returns whether it is gone; false if processes are in it that nobody ended.
 * @throws {KernelError} `EACCES`, `EROFS` if it isn't ours to remove.
 */
export function removeCgroupDirectory(directory: string, milliseconds: number): boolean {
	return waitUntil(() => {
		removeBelow(directory);
		return removeOne(directory);
	}, milliseconds);
}

/** The names of the cgroups below one; none if it isn't there. */
export function childDirectories(directory: string): readonly string[] {
	const entries = tolerate(['ENOENT', 'ENODEV'], () => readdirSync(directory, {withFileTypes: true})) ?? [];
	return entries.filter(entry => entry.isDirectory()).map(entry => entry.name);
}

function removeBelow(directory: string): void {
	for (const child of childDirectories(directory)) {
		removeBelow(`${directory}/${child}`);
		removeOne(`${directory}/${child}`);
	}
}

/**
 * Removes one cgroup if nothing is in it.
 *
 * @returns whether it is gone.
 * @throws {KernelError} see `removeCgroupDirectory`.
 */
export function removeOne(directory: string): boolean {
	try {
		rmdirSync(directory);
		publishCall({call: 'rmdir', args: [directory], result: 0});
		return true;
	} catch (error) {
		if (isErrno(error, 'ENOENT', 'ENODEV')) return true;
		if (isErrno(error, 'EBUSY', 'ENOTEMPTY')) return false;
		throw asKernelError('rmdir', [directory], error);
	}
}
