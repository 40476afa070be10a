/**
 * What changes a mount table, or where a process's root is.
 *
 * Source: mount(2), umount(2), pivot_root(2), chroot(2), fsopen(2), move_mount(2), mount_setattr(2).
 * @module
 */
import {flagNames, KernelName} from '#kernel/error';
import * as mount from '#kernel/mount';
import {MOUNT_ATTR} from '#kernel/mountattr';
import {
	AT_FDCWD,
	bytes,
	choice,
	type Deed,
	directory,
	filesBehind,
	flags,
	heldDescriptor,
	int,
	linkTarget,
	type RawCall,
	ROOT,
	type SeenCall,
	string,
	uint,
} from '#narrate/raw-call';

const mountFlags: Readonly<Record<string, number>> = Object.fromEntries(
	Object.entries(mount).flatMap(([name, value]) =>
		typeof value === 'number' && name.startsWith('MS_') ? [[name, value]] : [],
	),
);
const umountFlags = {MNT_FORCE: 1, MNT_DETACH: 2, MNT_EXPIRE: 4, UMOUNT_NOFOLLOW: 8};
const openTreeFlags = {
	OPEN_TREE_CLONE: 1,
	OPEN_TREE_CLOEXEC: 0x80000,
	AT_EMPTY_PATH: 0x1000,
	AT_NO_AUTOMOUNT: 0x800,
	AT_RECURSIVE: 0x8000,
	AT_SYMLINK_NOFOLLOW: 0x100,
};
const moveFlags = {
	MOVE_MOUNT_F_SYMLINKS: 1,
	MOVE_MOUNT_F_AUTOMOUNTS: 2,
	MOVE_MOUNT_F_EMPTY_PATH: 4,
	MOVE_MOUNT_T_SYMLINKS: 0x10,
	MOVE_MOUNT_T_AUTOMOUNTS: 0x20,
	MOVE_MOUNT_T_EMPTY_PATH: 0x40,
	MOVE_MOUNT_SET_GROUP: 0x100,
	MOVE_MOUNT_BENEATH: 0x200,
};
const configCommands = {
	0: 'FSCONFIG_SET_FLAG',
	1: 'FSCONFIG_SET_STRING',
	2: 'FSCONFIG_SET_BINARY',
	3: 'FSCONFIG_SET_PATH',
	4: 'FSCONFIG_SET_PATH_EMPTY',
	5: 'FSCONFIG_SET_FD',
	6: 'FSCONFIG_CMD_CREATE',
	7: 'FSCONFIG_CMD_RECONFIGURE',
	8: 'FSCONFIG_CMD_CREATE_EXCL',
};
const FSCONFIG_SET_STRING = 1;
const attributeFlags = Object.fromEntries(
	Object.entries(MOUNT_ATTR).map(([name, bit]) => [`MOUNT_ATTR_${name === 'ro' ? 'RDONLY' : name.toUpperCase()}`, bit]),
);

export const mountDeeds: Readonly<Record<string, Deed>> = {
	mount: {
		see: raw => {
			const bits = uint(raw, 3);
			// The upper half 0xc0ed is a greeting from before Linux 2.4 that some programs still send.
			const meant = bits >>> 16 === 0xc0ed ? bits & 0xffff : bits;
			return seen(raw, string(raw, 0), string(raw, 1), string(raw, 2), flagNames(meant, mountFlags), string(raw, 4));
		},
	},
	umount2: {see: raw => seen(raw, string(raw, 0), flags(raw, 1, umountFlags))},
	pivot_root: {see: raw => seen(raw, string(raw, 0), string(raw, 1))},
	chroot: {see: raw => ({call: raw.name, args: [string(raw, 0)], ...filesBehind(raw, new KernelName('cwd'), ROOT)})},
	open_tree: {see: raw => seen(raw, directory(raw, 0), string(raw, 1), flags(raw, 2, openTreeFlags))},
	move_mount: {
		see: raw =>
			seen(raw, directory(raw, 0), string(raw, 1), directory(raw, 2), string(raw, 3), flags(raw, 4, moveFlags)),
	},
	fsopen: {see: raw => seen(raw, string(raw, 0), flags(raw, 1, {FSOPEN_CLOEXEC: 1}))},
	fsconfig: {
		see: raw =>
			seen(raw, int(raw, 0), choice(int(raw, 1), configCommands), string(raw, 2), configValue(raw), int(raw, 4)),
	},
	fsmount: {see: raw => seen(raw, int(raw, 0), flags(raw, 1, {FSMOUNT_CLOEXEC: 1}), flags(raw, 2, attributeFlags))},
	fspick: {see: raw => seen(raw, directory(raw, 0), string(raw, 1), flags(raw, 2, {FSPICK_CLOEXEC: 1}))},
	mount_setattr: {
		see: raw => seen(raw, directory(raw, 0), string(raw, 1), flags(raw, 2, openTreeFlags), attributesOf(raw)),
	},
};

function seen(raw: RawCall, ...args: readonly unknown[]): SeenCall {
	const fds = args.flatMap((arg, index) =>
		typeof arg === 'string' ? (heldDescriptor(arg) ?? []) : typeof arg === 'number' && index !== 4 ? arg : [],
	);
	const {files} = filesBehind(raw, ...fds);
	const here = args.some(isRelative) ? ownDirectory(raw) : undefined;
	const root = linkTarget(raw.pid, ROOT) ?? '/';
	const known = {
		...files,
		...(here === undefined ? {} : {[AT_FDCWD]: here}),
		...(root === '/' ? {} : {[ROOT]: root}),
	};
	return {call: raw.name, args, ...(Object.keys(known).length === 0 ? {} : {files: known})};
}

function isRelative(arg: unknown): boolean {
	return typeof arg === 'string' && /^[^/]/.test(arg);
}

/** The working directory as its process would name it: from its own root on. */
function ownDirectory(raw: RawCall): string | undefined {
	const [root, cwd] = [linkTarget(raw.pid, ROOT), linkTarget(raw.pid, AT_FDCWD)];
	return root !== undefined && root !== '/' && cwd?.startsWith(`${root}/`) ? cwd.slice(root.length) : cwd;
}

function configValue(raw: RawCall): unknown {
	if (int(raw, 1) === FSCONFIG_SET_STRING) return string(raw, 3);
	return raw.args[3] === 0n ? null : new KernelName('…');
}

/** struct mount_attr: attr_set, attr_clr, propagation, userns_fd. */
function attributesOf(raw: RawCall): KernelName {
	const read = bytes(raw, 3, 32);
	if (read === undefined) return new KernelName('?');
	const word = (at: number): number => Number(BigInt.asUintN(32, read.readBigUInt64LE(at)));
	const propagation = word(16) === 0 ? '' : `, ${flagNames(word(16), mountFlags)}`;
	return new KernelName(
		`set ${flagNames(word(0), attributeFlags)}, clear ${flagNames(word(8), attributeFlags)}${propagation}`,
	);
}
