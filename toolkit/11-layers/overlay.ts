/**
 * The overlay driver: the kernel unites the branches.
 *
 *     mount -t overlay overlay -o lowerdir=TOP:MIDDLE:BOTTOM,upperdir=PATH/upper,workdir=PATH/work TARGET
 *
 * It is mounted inside the container's own mount namespace. Nothing has to unmount it: the last process takes it along.
 *
 * Source: Documentation/filesystems/overlayfs.rst.
 * @module
 */
import {mkdirSync} from 'node:fs';
import {isErrno} from '#kernel/error';
import {chdir, MS_NODEV, MS_NOSUID, mount} from '#kernel/mount';
import {AT_FDCWD, O_CLOEXEC, O_PATH, openat} from '#kernel/walk';
import {diff} from '#layers/diff';
import {withDirectories} from '#layers/directory';
import {packLayer} from '#layers/pack';
import type {Driver, Union} from '#layers/types';
import {makeUpper, upperPaths} from '#layers/upper';

export const overlayDriver: Driver = {
	prepare(union) {
		mkdirSync(union.readWrite.path, {recursive: true, mode: 0o700});
		if (union.readWrite.inMemory !== true) makeUpper(union);
	},
	unite(union) {
		if (union.readWrite.inMemory === true) {
			const size = union.readWrite.sizeBytes;
			const data = size === undefined ? 'mode=700' : `mode=700,size=${size}`;
			mount('tmpfs', union.readWrite.path, 'tmpfs', MS_NOSUID | MS_NODEV, data);
			makeUpper(union);
		}
		const {upper, work} = upperPaths(union.readWrite.path);
		mountOverlay({...union, upper, work});
	},
	changes: union => diff(upperPaths(union.readWrite.path).upper, union.readOnly),
	pack: union => packLayer(upperPaths(union.readWrite.path).upper),
};

/** What `mountOverlay` unites. */
export interface Overlay extends Pick<Union, 'readOnly' | 'target' | 'userNamespace' | 'disposable'> {
	readonly upper: string;
	readonly work: string;
}

/**
 * Mounts a union of `readOnly` branches and the read-write branch `upper` on `target`.
 *
 * @throws {KernelError} `EINVAL` if `upper` is on a file system that can't hold one, such as another overlay;
 *   `ELOOP` if branches lie in each other; `EPERM`.
 * @throws {Error} for `/` in a user namespace that doesn't own the machine's mounts.
 */
export function mountOverlay(overlay: Overlay): void {
	const {readOnly, upper, work, target} = overlay;
	const names = [...readOnly, upper, work];
	const data = overlayData(names, overlay);
	try {
		if (isPlain(names, data)) mount('overlay', target, 'overlay', 0, data);
		else mountByDescriptors(names, overlay);
	} catch (error) {
		if (!isErrno(error, 'EINVAL') || !overlay.userNamespace || !readOnly.includes('/')) throw error;
		const message = 'a user namespace may not look behind the mounts of the machine; use a directory as rootfs';
		throw new Error(`a view of / can't be made: ${message}`, {cause: error});
	}
}

/** mount(2) takes one page of options. */
const MOST_DATA_BYTES = 4095;

/** A `,` ends an option, a `:` ends a branch, and how to escape them has changed between kernels. */
function isPlain(names: readonly string[], data: string): boolean {
	return Buffer.byteLength(data) <= MOST_DATA_BYTES && !names.some(name => /[,:\\]/.test(name));
}

function overlayData(names: readonly string[], {userNamespace, disposable}: Overlay): string {
	const lowers = names.slice(0, -2);
	const [upper, work] = names.slice(-2);
	const options = [`lowerdir=${lowers.join(':')}`, `upperdir=${upper}`, `workdir=${work}`];
	// Renamed directories and half copied files would be told by notes that image layers can't hold.
	options.push(...(userNamespace ? ['userxattr'] : ['redirect_dir=off', 'metacopy=off', 'index=off']));
	// What is thrown away needs not be safe on the disk first: unmounting would wait for that.
	if (disposable) options.push('volatile');
	return options.join(',');
}

/**
 * Names the branches by descriptors, `20:21:22`, relative to /proc/thread-self/fd: short whatever their paths are, and
 * without a character that could be taken for a separator.
 */
function mountByDescriptors(names: readonly string[], overlay: Overlay): void {
	const open = (path: string): number => openat(AT_FDCWD, path, O_PATH | O_CLOEXEC);
	withDirectories(names.map(open), fds => {
		chdir('/proc/thread-self/fd');
		try {
			mount('overlay', overlay.target, 'overlay', 0, overlayData(fds.map(String), overlay));
		} finally {
			chdir('/');
		}
	});
}
