/**
 * Mounting an overlay, whatever its branches are called and however many they are.
 *
 *     mount -t overlay overlay -o lowerdir=TOP:MIDDLE:BOTTOM,upperdir=PATH/upper,workdir=PATH/work TARGET
 *
 * Source: Documentation/filesystems/overlayfs.rst.
 * @module
 */
import {chdir, MS_NODEV, mount} from '#kernel/mount';
import {AT_FDCWD, O_CLOEXEC, O_PATH, openat} from '#kernel/walk';
import {withDirectories} from '#layers/directory';
import type {Union} from '#layers/types';

/** What `mountOverlay` unites. */
export interface Overlay extends Pick<Union, 'readOnly' | 'target' | 'userNamespace' | 'disposable' | 'noDevices'> {
	readonly upper: string;
	readonly work: string;
}

/**
 * Mounts a union of `readOnly` branches and the read-write branch `upper` on `target`.
 *
 * @throws {KernelError} `EINVAL` if `upper` is on a file system that can't hold one, such as another overlay, or
 *   if a branch is `/` in a user namespace, which may not look behind the machine's mounts;
 *   `ELOOP` if branches lie in each other; `EPERM`.
 */
export function mountOverlay(overlay: Overlay): void {
	const {readOnly, upper, work, target} = overlay;
	const names = [...readOnly, upper, work];
	const data = overlayData(names, overlay);
	if (isPlain(names, data)) mount('overlay', target, 'overlay', flagsOf(overlay), data);
	else mountByDescriptors(names, overlay);
}

function flagsOf({noDevices = false}: Overlay): number {
	return noDevices ? MS_NODEV : 0;
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
			mount('overlay', overlay.target, 'overlay', flagsOf(overlay), overlayData(fds.map(String), overlay));
		} finally {
			chdir('/');
		}
	});
}
