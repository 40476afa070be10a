/**
 * Which arguments of a call are paths, and how the kernel follows them.
 *
 * Source: the man page of each call.
 * @module
 */
import {flagsAt, numberAt, textAt} from './arguments.ts';
import type {Failure} from './cause.ts';
import {linesOf} from './look.ts';
import {descriptorTarget} from './paths.ts';

/** One path of a call, as `walk` wants it. */
export interface PathArgument {
	readonly path: string;
	/** The directory that it begins at, where the call says so by a descriptor. */
	readonly from?: string | undefined;
	readonly keepLastLink: boolean;
	/** Whether the call makes the last name, so that it may be missing. */
	readonly makes: boolean;
	readonly wantsDirectory: boolean;
	readonly enters: boolean;
}

interface Shape {
	readonly at: number;
	/** Where the descriptor of the directory stands. */
	readonly directory?: number;
	readonly keepLastLink?: boolean;
	readonly makes?: boolean;
	readonly wantsDirectory?: boolean;
	readonly enters?: boolean;
}

/** A call's paths, in its order. @throws {KernelError} if a descriptor of the process can't be looked at. */
export function pathsOf(failure: Failure): readonly PathArgument[] {
	return shapesFor(failure).flatMap(({at, directory, ...manner}) => {
		const {keepLastLink = false, makes = false, wantsDirectory = false, enters = false} = manner;
		const path = textAt(failure, at);
		// Without O_PATH a descriptor is its own answer: an empty path stands for it.
		if (path === '') return [];
		const fd = directory === undefined || path.startsWith('/') ? undefined : numberAt(failure, directory);
		const from = fd === undefined || fd < 0 ? undefined : descriptorTarget(failure.pid, fd);
		return [{path, from, keepLastLink, makes, wantsDirectory, enters}];
	});
}

function shapesFor(failure: Failure): readonly Shape[] {
	const {call} = failure;
	if (call === 'mount') return mountShapes(failure);
	if (call === 'open') return [openShape(failure, {at: 0}, 1)];
	if (call === 'openat' || call === 'openat2') return [openShape(failure, {at: 1, directory: 0}, 2)];
	return shapes[call] ?? [];
}

/** The source is a path where it is bound, moved, or the device that the file system lies on. */
function mountShapes(failure: Failure): readonly Shape[] {
	const flags = flagsAt(failure, 3);
	const isSourcePath = flags.has('MS_BIND') || flags.has('MS_MOVE') || liesOnDevice(textAt(failure, 2));
	const isKnown = !flags.has('MS_REMOUNT') && isSourcePath;
	return isKnown ? [{at: 1}, {at: 0}] : [{at: 1}];
}

/** Source: proc(5) /proc/filesystems. */
function liesOnDevice(type: string): boolean {
	return linesOf('/proc/filesystems').some(({text}) => text === `\t${type}`);
}

function openShape(failure: Failure, shape: Shape, flagsIndex: number): Shape {
	const flags = flagsAt(failure, flagsIndex);
	const makes = flags.has('O_CREAT');
	const keepLastLink = flags.has('O_NOFOLLOW') || (makes && flags.has('O_EXCL'));
	return {...shape, makes, keepLastLink, wantsDirectory: flags.has('O_DIRECTORY')};
}

const link = {keepLastLink: true};
const made = {keepLastLink: true, makes: true};
const entered = {wantsDirectory: true, enters: true};

const shapes: Readonly<Record<string, readonly Shape[]>> = {
	access: [{at: 0}],
	acct: [{at: 0}],
	chdir: [{at: 0, ...entered}],
	chmod: [{at: 0}],
	chown: [{at: 0}],
	chroot: [{at: 0, ...entered}],
	creat: [{at: 0, makes: true}],
	execve: [{at: 0}],
	execveat: [{at: 1, directory: 0}],
	faccessat: [{at: 1, directory: 0}],
	fchmodat: [{at: 1, directory: 0}],
	fchownat: [{at: 1, directory: 0}],
	lchown: [{at: 0, ...link}],
	link: [
		{at: 0, ...link},
		{at: 1, ...made},
	],
	linkat: [
		{at: 1, directory: 0, ...link},
		{at: 3, directory: 2, ...made},
	],
	lsetxattr: [{at: 0, ...link}],
	mkdir: [{at: 0, ...made}],
	mkdirat: [{at: 1, directory: 0, ...made}],
	mknod: [{at: 0, ...made}],
	mknodat: [{at: 1, directory: 0, ...made}],
	move_mount: [
		{at: 3, directory: 2},
		{at: 1, directory: 0},
	],
	newfstatat: [{at: 1, directory: 0}],
	open_tree: [{at: 1, directory: 0}],
	pivot_root: [
		{at: 0, wantsDirectory: true},
		{at: 1, wantsDirectory: true},
	],
	readlink: [{at: 0, ...link}],
	rename: [
		{at: 0, ...link},
		{at: 1, ...made},
	],
	renameat: [
		{at: 1, directory: 0, ...link},
		{at: 3, directory: 2, ...made},
	],
	renameat2: [
		{at: 1, directory: 0, ...link},
		{at: 3, directory: 2, ...made},
	],
	rmdir: [{at: 0, ...link, wantsDirectory: true}],
	setxattr: [{at: 0}],
	stat: [{at: 0}],
	statfs: [{at: 0}],
	statx: [{at: 1, directory: 0}],
	swapon: [{at: 0}],
	symlink: [{at: 1, ...made}],
	symlinkat: [{at: 2, directory: 1, ...made}],
	truncate: [{at: 0}],
	umount2: [{at: 0}],
	unlink: [{at: 0, ...link}],
	unlinkat: [{at: 1, directory: 0, ...link}],
	utimensat: [{at: 1, directory: 0}],
	write: [{at: 0}],
};
