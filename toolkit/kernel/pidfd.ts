/**
 * A process by a descriptor: a number may be given to somebody else once a process has ended, a descriptor may not.
 *
 * Sources: pidfd_open(2), pidfd_send_signal(2), pidfd_getfd(2), proc(5) on /proc/PID/stat.
 * @module
 */
import {closeSync} from 'node:fs';
import {KernelError, tolerate} from '#kernel/error';
import {readKernelFile} from '#kernel/file';
import {syscall} from '#kernel/libc';
import {SYS} from '#kernel/numbers';

/** A process, named for good: by its number and by when it started, in clock ticks after boot. */
export interface ProcessName {
	readonly pid: number;
	readonly startTicks: number;
}

/** Names a process for good. @throws {KernelError} `ENOENT` or `ESRCH` if it has gone. */
export function nameProcess(pid: number): ProcessName {
	const stat = readKernelFile(`/proc/${pid}/stat`);
	// The second field is the program's name in parentheses, and may hold spaces and parentheses itself.
	const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
	return {pid, startTicks: Number(fields[19])};
}

/** Whether this very process is still there, a zombie included. */
export function isAlive({pid, startTicks}: ProcessName): boolean {
	try {
		return nameProcess(pid).startTicks === startTicks;
	} catch {
		return false;
	}
}

/**
 * Runs `use` while holding the process, and makes sure that its number still meant the same process when `use` had ended.
 *
 * @throws {KernelError} `ESRCH` if the process had gone before, or went meanwhile.
 */
export function withProcess<T>(name: ProcessName, use: (pidfd: number) => T): T {
	const pidfd = syscall('pidfd_open', SYS.pidfd_open, [name.pid, 0]);
	try {
		if (!isAlive(name)) throw new KernelError('pidfd_open', [name.pid], 'ESRCH');
		const result = use(pidfd);
		// Whoever gave up the right to signal it meanwhile is told EPERM, but not of a process that has gone.
		tolerate(['EPERM'], () => signalProcess(pidfd, 0));
		return result;
	} finally {
		closeSync(pidfd);
	}
}

/** Sends a signal through a descriptor; 0 only asks whether the process is there. @throws {KernelError} `ESRCH`, `EPERM`. */
export function signalProcess(pidfd: number, signal: number): void {
	syscall('pidfd_send_signal', SYS.pidfd_send_signal, [pidfd, signal, null, 0]);
}

/**
 * A copy of another process's descriptor, as if it had been handed over.
 *
 * @throws {KernelError} `EPERM` unless we may trace that process; `EBADF` if it has none of that number.
 */
export function fetchDescriptor(pid: number, fd: number): number {
	const pidfd = syscall('pidfd_open', SYS.pidfd_open, [pid, 0]);
	try {
		return syscall('pidfd_getfd', SYS.pidfd_getfd, [pidfd, fd, 0]);
	} finally {
		closeSync(pidfd);
	}
}
