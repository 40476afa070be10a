/**
 * Whiteouts: how a branch says that something below it is gone.
 *
 *     overlayfs       a character device 0/0 named `old`      a directory marked "opaque" by an attribute
 *     image layers    an empty file named `.wh.old`           an empty file `.wh..wh..opq` in the directory
 *
 * The image's form is AUFS's, which docker began with. A tar can hold it without any right to make devices.
 *
 * Sources: Documentation/filesystems/overlayfs.rst "whiteouts and opaque directories"; OCI image spec, layer.md "Whiteouts".
 * @module
 */
import {isErrno} from '#kernel/error';
import {mknodat} from '#kernel/mknod';
import {getXattr, setXattr} from '#kernel/xattr';

/** How the name of a whiteout begins in a layer’s tar. */
export const WHITEOUT_PREFIX = '.wh.';
/** The file that makes its directory opaque in a layer’s tar. */
export const OPAQUE_NAME = '.wh..wh..opq';

/** In a user namespace overlayfs can't have `trusted.` attributes and keeps its notes under `user.`. */
const OPAQUE_ATTRIBUTES = ['trusted.overlay.opaque', 'user.overlay.opaque'] as const;

/** Whether a file of an overlay's branch is a whiteout. */
export function isWhiteout(stats: {isCharacterDevice(): boolean; readonly rdev: number | bigint}): boolean {
	return stats.isCharacterDevice() && BigInt(stats.rdev) === 0n;
}

/** Whether a directory of an overlay's branch hides those of its name in the branches below. */
export function isOpaque(path: string): boolean {
	return OPAQUE_ATTRIBUTES.some(name => getXattr(path, name)?.toString() === 'y');
}

/**
 * Makes a whiteout named `name` below a directory's descriptor. It needs no right to make devices: 0/0 is none.
 *
 * @throws {KernelError} `EEXIST`; `EPERM` without root before Linux 5.8.
 */
export function makeWhiteout(directory: number, name: string): void {
	mknodat(directory, name, {kind: 'c', major: 0, minor: 0, mode: 0});
}

/**
 * Marks a directory as opaque.
 *
 * @throws {KernelError} `ENOTSUP` where the file system keeps no attributes.
 */
export function makeOpaque(path: string, userNamespace: boolean): void {
	const [trusted, user] = OPAQUE_ATTRIBUTES;
	const value = Buffer.from('y');
	try {
		setXattr(path, userNamespace ? user : trusted, value);
	} catch (error) {
		// An ordinary user unpacks layers too; the union is mounted in a user namespace then.
		if (userNamespace || !isErrno(error, 'EPERM')) throw error;
		setXattr(path, user, value);
	}
}
