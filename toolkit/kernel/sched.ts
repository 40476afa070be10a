/**
 * Namespaces: leaving the shared ones, and joining those of others.
 *
 * Both calls act on the calling thread alone, and Node's main thread is the one that
 * forks children, so what it enters is what the next child is born into.
 *
 * Sources: unshare(2), setns(2), namespaces(7).
 * @module
 */
import {flagNames} from '#kernel/error';
import {call} from '#kernel/libc';

export const CLONE_FS = 0x200;
export const CLONE_NEWTIME = 0x80;
export const CLONE_NEWNS = 0x20000;
export const CLONE_NEWCGROUP = 0x2000000;
export const CLONE_NEWUTS = 0x4000000;
export const CLONE_NEWIPC = 0x8000000;
export const CLONE_NEWUSER = 0x10000000;
export const CLONE_NEWPID = 0x20000000;
export const CLONE_NEWNET = 0x40000000;

const CLONE_NAMES = {
	CLONE_FS,
	CLONE_NEWTIME,
	CLONE_NEWNS,
	CLONE_NEWCGROUP,
	CLONE_NEWUTS,
	CLONE_NEWIPC,
	CLONE_NEWUSER,
	CLONE_NEWPID,
	CLONE_NEWNET,
};

/**
 * Takes the calling thread out of the namespaces that it shares. `CLONE_NEWPID` spares the
 * caller: its next child is the first process of the new namespace.
 *
 * @throws {KernelError} `EPERM` without CAP_SYS_ADMIN; `EINVAL` for `CLONE_NEWUSER` in a process with threads, so in
 *   any Node; `ENOSPC` at the limit of /proc/sys/user/max_*_namespaces.
 */
export function unshare(flags: number): void {
	call('unshare', [flags], {show: () => [flagNames(flags, CLONE_NAMES)]});
}

/**
 * Moves the calling thread into the namespace that `fd` stands for.
 *
 * @param fd an open file of /proc/PID/ns.
 * @param kind the kind it must be of, a `CLONE_NEW…`, or 0 for any.
 * @throws {KernelError} `EINVAL` for the wrong kind, or for a mount namespace while the thread shares its root and
 *   directory with others (`unshare(CLONE_FS)` first); `EPERM` without CAP_SYS_ADMIN.
 */
export function setns(fd: number, kind: number): void {
	call('setns', [fd, kind], {show: () => [fd, flagNames(kind, CLONE_NAMES)]});
}
