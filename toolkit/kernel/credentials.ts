/**
 * Who the calling thread is: its user, its groups, the mode bits it withholds.
 *
 * The surprise: for the kernel each thread has its own user. libc's setuid() tells every thread of the process; these
 * calls go past libc and change the calling one only. That is enough for a thread that will execve (the others end
 * there) or fork (the child gets the caller's), and it spares Node's other threads.
 *
 * Sources: setresuid(2), setgroups(2), umask(2), nptl(7).
 * @module
 */
import {KernelName} from '#kernel/error';
import {call, syscall} from '#kernel/libc';
import {SYS} from '#kernel/numbers';

/**
 * Makes `uid` the calling thread's real, effective and saved user.
 *
 * Leaving user 0 clears the effective and ambient capabilities, and the permitted ones too unless PR_SET_KEEPCAPS is on.
 *
 * @throws {KernelError} `EINVAL` for an id that the user namespace doesn't map, `EPERM` without CAP_SETUID.
 */
export function setUserId(uid: number): void {
	syscall('setresuid', SYS.setresuid, [uid, uid, uid]);
}

/**
 * Makes `gid` the calling thread's real, effective and saved group.
 *
 * @throws {KernelError} `EINVAL` for an id that the user namespace doesn't map, `EPERM` without CAP_SETGID.
 */
export function setGroupId(gid: number): void {
	syscall('setresgid', SYS.setresgid, [gid, gid, gid]);
}

/**
 * Sets the calling thread's supplementary groups.
 *
 * @throws {KernelError} `EPERM` without CAP_SETGID, or in a user namespace that denies it; `EINVAL` for more than 65536
 *   groups, or one that the namespace doesn't map.
 */
export function setGroups(gids: readonly number[]): void {
	syscall('setgroups', SYS.setgroups, [gids.length, new Uint8Array(Uint32Array.from(gids).buffer)], {
		show: () => [gids.length, new KernelName(`[${gids.join(', ')}]`)],
	});
}

/** Sets the mode bits withheld from new files; returns the ones before. It never fails. */
export function setUmask(mask: number): number {
	return call('umask', [mask], {show: () => [new KernelName(`0${mask.toString(8)}`)]});
}
