/**
 * The options of mounts: reading them, and changing those of a whole tree in one call.
 *
 * The surprise: "ro" stands in two places. A file system can be read-only, and so can each of its mounts; these are
 * the mount's own switches.
 *
 * Sources: mount_setattr(2), fstatfs(2), mount(2).
 * @module
 */
import {flagNames, KernelName} from '#kernel/error';
import {call, syscall} from '#kernel/libc';
import {
	MS_MANDLOCK,
	MS_NOATIME,
	MS_NODEV,
	MS_NODIRATIME,
	MS_NOEXEC,
	MS_NOSUID,
	MS_NOSYMFOLLOW,
	MS_RDONLY,
	MS_RELATIME,
	MS_SYNCHRONOUS,
} from '#kernel/mount';
import {SYS} from '#kernel/numbers';

const AT_EMPTY_PATH = 0x1000;
const AT_RECURSIVE = 0x8000;

/** The switches that mount_setattr(2) knows, by mount(8)'s names; the access times are one field of three bits. */
export const MOUNT_ATTR = {
	ro: 0x1,
	nosuid: 0x2,
	nodev: 0x4,
	noexec: 0x8,
	noatime: 0x10,
	strictatime: 0x20,
	nodiratime: 0x80,
	nosymfollow: 0x200000,
} as const;
/** The field of the access times: it has to be cleared whole before a value is set. `relatime` is its zero. */
export const MOUNT_ATTR_ATIME = 0x70;

/** What mount_setattr(2) is asked to change. */
export interface MountAttributes {
	readonly set: number;
	readonly clear: number;
}

/**
 * Changes the mount that the open file `fd` stands on, and all below it.
 *
 * @throws {KernelError} `ENOSYS` before Linux 5.12, `EINVAL` if `fd` is no mount's root, `EPERM` for a locked option.
 */
export function setMountAttributesRecursively(fd: number, {set, clear}: MountAttributes): void {
	// struct mount_attr: attr_set, attr_clr, propagation, userns_fd.
	const attributes = new BigUint64Array([BigInt(set), BigInt(clear), 0n, 0n]);
	const flags = AT_EMPTY_PATH | AT_RECURSIVE;
	const bytes = new Uint8Array(attributes.buffer);
	syscall('mount_setattr', SYS.mount_setattr, [fd, '', flags, bytes, bytes.length], {
		show: () => [
			fd,
			new KernelName('AT_EMPTY_PATH|AT_RECURSIVE'),
			new KernelName(`set ${flagNames(set, MOUNT_ATTR)}, clear ${flagNames(clear, MOUNT_ATTR)}`),
		],
	});
}

/**
 * The options of the mount that the open file `fd` is on, as flags for mount(2).
 *
 * A bind mount's remount has to repeat them: what it leaves out is switched off, and in a user namespace, where the
 * options of mounts from outside are locked, the kernel refuses that.
 *
 * @throws {KernelError} see fstatfs(2).
 */
export function readMountFlags(fd: number): number {
	const statfs = new BigUint64Array(15);
	call('fstatfs', [fd, new Uint8Array(statfs.buffer)]);
	const flags = Number(statfs[F_FLAGS]! & 0xffffffffn);
	return FLAG_PAIRS.reduce((found, [statFlag, mountFlag]) => (flags & statFlag ? found | mountFlag : found), 0);
}

/** Where `f_flags` stands in struct statfs, counted in words of 64 bits; the same in glibc and musl. */
const F_FLAGS = 10;

/** statfs(2) numbers some of the switches differently than mount(2). */
const FLAG_PAIRS: readonly (readonly [number, number])[] = [
	[0x1, MS_RDONLY],
	[0x2, MS_NOSUID],
	[0x4, MS_NODEV],
	[0x8, MS_NOEXEC],
	[0x10, MS_SYNCHRONOUS],
	[0x40, MS_MANDLOCK],
	[0x400, MS_NOATIME],
	[0x800, MS_NODIRATIME],
	[0x1000, MS_RELATIME],
	[0x2000, MS_NOSYMFOLLOW],
];
