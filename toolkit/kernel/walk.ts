/**
 * Walking a path by hand, one name after the other, without ever leaving a root.
 *
 *     usr/../lib64/ld.so        root ─▶ usr ─▶ (back) root ─▶ lib64 is a link to "usr/lib" ─▶ usr ─▶ lib ─▶ ld.so
 *
 * Each name is opened below a descriptor, not by a longer path, so that renaming a directory meanwhile changes
 * nothing. It is what openat2(2) does in the kernel, and what nobody does there: make what is missing on the way.
 *
 * Sources: path_resolution(7), openat(2), readlinkat(2), mkdirat(2).
 * @module
 */
import {closeSync, constants, fstatSync} from 'node:fs';
import {flagNames, KernelError, tolerate} from '#kernel/error';
import {call} from '#kernel/libc';

const {O_WRONLY, O_RDWR, O_CREAT, O_EXCL, O_TRUNC, O_DIRECTORY, O_NOFOLLOW} = constants;
/** A descriptor that only names a file: it can't be read, but be asked about, opened from, and mounted on. */
export const O_PATH = 0o10000000;
export const O_CLOEXEC = 0o2000000;
/** In place of a directory's descriptor: the working directory. */
export const AT_FDCWD = -100;
export const O_NAMES = {O_WRONLY, O_RDWR, O_CREAT, O_EXCL, O_TRUNC, O_DIRECTORY, O_NOFOLLOW, O_PATH, O_CLOEXEC};

/** The kernel's own limit on links in one path. */
const MOST_LINKS = 40;
const PATH_MAX = 4096;

/** What a walk does at its end and with what is missing. */
export interface WalkOptions {
	/** A missing last name is refused, or made as this; the directories before it too. */
	readonly missing: 'refuse' | 'directory' | 'file';
	/** The mode of what is made at the end. */
	readonly mode?: number;
	/** Whether a link at the end is the result, rather than followed. */
	readonly keepLastLink?: boolean;
}

/**
 * Names the file at `path` inside the directory `root` with an `O_PATH` descriptor.
 *
 * @throws {KernelError} `ENOENT`, `ENOTDIR`, `EACCES`, `EROFS`; `ELOOP` after 40 links.
 */
export function walkInRoot(root: number, path: string, options: WalkOptions): number {
	const trail: number[] = [];
	const names = namesOf(path);
	let links = 0;
	try {
		for (let name = names.shift(); name !== undefined; name = names.shift()) {
			if (name === '..') {
				const left = trail.pop();
				if (left !== undefined) closeSync(left);
				continue;
			}
			const fd = step(trail.at(-1) ?? root, name, names.length === 0, options);
			const isLink = fstatSync(fd).isSymbolicLink();
			if (!isLink || (names.length === 0 && options.keepLastLink === true)) {
				trail.push(fd);
				continue;
			}
			const target = readlinkat(fd);
			closeSync(fd);
			if (++links > MOST_LINKS) throw new KernelError('openat', [path], 'ELOOP');
			if (target.startsWith('/')) for (const left of trail.splice(0)) closeSync(left);
			names.unshift(...namesOf(target));
		}
		return trail.pop() ?? openat(root, '.', O_PATH | O_CLOEXEC);
	} finally {
		for (const fd of trail) closeSync(fd);
	}
}

/**
 * Opens a single name below a directory's descriptor; a path, where the caller trusts it.
 *
 * @throws {KernelError} see open(2).
 */
export function openat(directory: number, path: string, flags: number, mode = 0): number {
	return call('openat', [directory, path, flags, mode], {
		show: () => [directory, path, flagNames(flags, O_NAMES), ...(flags & O_CREAT ? [`0${mode.toString(8)}`] : [])],
	});
}

/**
 * Makes a directory below another one's descriptor.
 *
 * @throws {KernelError} `EEXIST`, `EROFS`, `EACCES`, `ENOSPC`.
 */
export function mkdirat(directory: number, name: string, mode: number): void {
	call('mkdirat', [directory, name, mode]);
}

function namesOf(path: string): string[] {
	return path.split('/').filter(name => name !== '' && name !== '.');
}

function step(directory: number, name: string, isLast: boolean, {missing, mode}: WalkOptions): number {
	const open = (): number => openat(directory, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (missing === 'refuse') return open();
	const found = tolerate(['ENOENT'], open);
	if (found !== undefined) return found;
	if (isLast && missing === 'file') {
		// EEXIST: somebody was faster. Then theirs is looked at like anything else that is there.
		const made = tolerate(['EEXIST'], () =>
			openat(directory, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode ?? 0o644),
		);
		if (made !== undefined) closeSync(made);
	} else {
		tolerate(['EEXIST'], () => mkdirat(directory, name, isLast ? (mode ?? 0o755) : 0o755));
	}
	return open();
}

function readlinkat(fd: number): string {
	const target = new Uint8Array(PATH_MAX);
	const length = call('readlinkat', [fd, '', target, target.length]);
	return Buffer.from(target.subarray(0, length)).toString();
}
