/**
 * Paths inside a directory that is not to be trusted.
 *
 *     rootfs/etc ──▶ /host/etc           a link in an image; followed from outside it leads to the host's files
 *     rootfs/etc ──▶ rootfs/host/etc     followed from inside it leads nowhere new
 *
 * The surprise: checking a path and then using it is no protection, since it can change in between. So a path is
 * opened once, within the rootfs, and all that follows goes through the descriptor: `/proc/thread-self/fd/7`.
 *
 * Sources: openat2(2), open(2) on O_PATH, path_resolution(7), proc_pid_fd(5).
 * @module
 */
import {closeSync, constants, openSync} from 'node:fs';
import {flagNames, isErrno, KernelName, tolerate} from '#kernel/error';
import {cString, syscall} from '#kernel/libc';
import {SYS} from '#kernel/numbers';
import {AT_FDCWD, O_CLOEXEC, O_NAMES, O_PATH, openat, walkInRoot} from '#kernel/walk';

export {O_PATH};

const RESOLVE_NO_MAGICLINKS = 2;
const RESOLVE_IN_ROOT = 16;
const {O_CREAT, O_DIRECTORY, O_NOFOLLOW} = constants;
/** openat2 gives up with EAGAIN when somebody renames directories under it; a few tries tell bad luck from an attack. */
const TRIES = 16;

/** A directory that paths are confined to: its own path, which is trusted, or a descriptor of it. */
export type Root = string | number;

/**
 * Opens `path` as a process would whose `/` is `root`: absolute links and `..` stay inside.
 *
 * @param flags as for open(2); O_CLOEXEC is added. With `O_PATH` the descriptor only names the file.
 * @param mode of a file that `O_CREAT` makes.
 * @returns a descriptor that the caller closes.
 * @throws {KernelError} `ENOENT`, `ENOTDIR`, `EACCES`; `ELOOP` for a link that leads round in circles or is one of
 *   /proc's magic ones, and for a link at the end under `O_NOFOLLOW`.
 */
export function openInRoot(root: Root, path: string, flags: number, mode = 0): number {
	return withRoot(root, rootFd => openBelow(rootFd, path, flags | O_CLOEXEC, mode));
}

/**
 * Opens the directory `path` inside `root` and makes what is missing of it, as `mkdir -p` would inside.
 *
 * @param mode of the directories that are made.
 * @returns an `O_PATH` descriptor that the caller closes.
 * @throws {KernelError} `ENOTDIR` if a part of the path is something else; `EROFS`, `EACCES`, `ELOOP`.
 */
export function makeDirectoryInRoot(root: Root, path: string, mode = 0o755): number {
	return withRoot(root, rootFd => {
		const found = tolerate(['ENOENT'], () => openBelow(rootFd, path, O_PATH | O_DIRECTORY | O_CLOEXEC, 0));
		return found ?? asDirectory(walkInRoot(rootFd, path, {missing: 'directory', mode}));
	});
}

/**
 * Opens the file `path` inside `root`, whatever its kind, and makes an empty one, and directories above, where it is missing.
 *
 * @param mode of the file that is made; directories get 0755.
 * @returns an `O_PATH` descriptor that the caller closes.
 * @throws {KernelError} `ENOTDIR`, `EROFS`, `EACCES`, `ELOOP`.
 */
export function makeFileInRoot(root: Root, path: string, mode = 0o644): number {
	return withRoot(root, rootFd => {
		const found = tolerate(['ENOENT'], () => openBelow(rootFd, path, O_PATH | O_CLOEXEC, 0));
		return found ?? walkInRoot(rootFd, path, {missing: 'file', mode});
	});
}

/** The path by which calls that take no descriptor reach an open file: mount(2), and Node's own file calls. */
export function fdPath(fd: number): string {
	// thread-self: the set-up runs in one thread, and after unshare(CLONE_FS) threads no longer see the same tree.
	return `/proc/thread-self/fd/${fd}`;
}

/** Runs `use` with an open descriptor and closes it, whatever happens. */
export function withFd<T>(fd: number, use: (fd: number) => T): T {
	try {
		return use(fd);
	} finally {
		closeSync(fd);
	}
}

function withRoot<T>(root: Root, use: (rootFd: number) => T): T {
	if (typeof root === 'number') return use(root);
	return withFd(openat(AT_FDCWD, root, O_PATH | O_DIRECTORY | O_CLOEXEC), use);
}

function openBelow(rootFd: number, path: string, flags: number, mode: number): number {
	for (let tries = 0; tries < TRIES; tries++) {
		try {
			return openat2(rootFd, path, flags, mode);
		} catch (error) {
			if (isErrno(error, 'EAGAIN')) continue;
			// A kernel before 5.6 has no openat2, and some seccomp filters answer EPERM for calls that they don't know.
			if (isErrno(error, 'ENOSYS', 'EPERM')) return openByWalking(rootFd, path, flags, mode);
			throw error;
		}
	}
	return openByWalking(rootFd, path, flags, mode);
}

function openat2(rootFd: number, path: string, flags: number, mode: number): number {
	const resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
	// struct open_how: flags, mode, resolve. The kernel insists on mode 0 where nothing is created.
	const how = new BigUint64Array([BigInt(flags), BigInt(flags & O_CREAT ? mode : 0), BigInt(resolve)]);
	return syscall('openat2', SYS.openat2, [rootFd, cString(path), new Uint8Array(how.buffer), how.byteLength], {
		show: () => [rootFd, path, flagNames(flags, O_NAMES), new KernelName('RESOLVE_IN_ROOT|RESOLVE_NO_MAGICLINKS')],
	});
}

function openByWalking(rootFd: number, path: string, flags: number, mode: number): number {
	const named = walkInRoot(rootFd, path, {
		missing: flags & O_CREAT ? 'file' : 'refuse',
		mode,
		keepLastLink: (flags & O_NOFOLLOW) !== 0,
	});
	if (flags & O_PATH) return flags & O_DIRECTORY ? asDirectory(named) : named;
	// The descriptor names the file for good, so opening it once more by its magic link can't miss it.
	return withFd(named, fd => openSync(fdPath(fd), flags & ~(O_CREAT | O_NOFOLLOW)));
}

function asDirectory(fd: number): number {
	return withFd(fd, () => openat(fd, '.', O_PATH | O_DIRECTORY | O_CLOEXEC));
}
