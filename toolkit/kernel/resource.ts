/**
 * Resource limits of a process: a soft value that the kernel enforces, and a hard one up to which the process may raise it.
 *
 * Unlike users and capabilities they belong to the whole process, all of its threads.
 *
 * Sources: getrlimit(2), include/uapi/asm-generic/resource.h (the same numbers on x86-64 and arm64).
 * @module
 */
import {KernelName} from '#kernel/error';
import {syscall} from '#kernel/libc';
import {SYS} from '#kernel/numbers';

/** No limit. */
export const RLIM_INFINITY = 0xffff_ffff_ffff_ffffn;

/** Each limit's number. */
export const resourceNumber = {
	RLIMIT_CPU: 0,
	RLIMIT_FSIZE: 1,
	RLIMIT_DATA: 2,
	RLIMIT_STACK: 3,
	RLIMIT_CORE: 4,
	RLIMIT_RSS: 5,
	RLIMIT_NPROC: 6,
	RLIMIT_NOFILE: 7,
	RLIMIT_MEMLOCK: 8,
	RLIMIT_AS: 9,
	RLIMIT_LOCKS: 10,
	RLIMIT_SIGPENDING: 11,
	RLIMIT_MSGQUEUE: 12,
	RLIMIT_NICE: 13,
	RLIMIT_RTPRIO: 14,
	RLIMIT_RTTIME: 15,
} as const;

/** A limit's name: `RLIMIT_NOFILE`. */
export type ResourceName = keyof typeof resourceNumber;

/** Both values of a limit, in its own unit: bytes, seconds (CPU), microseconds (RTTIME) or a count. */
export interface ResourceLimit {
	readonly soft: bigint;
	readonly hard: bigint;
}

/**
 * Reads a limit of a process; 0 is this one.
 *
 * @throws {KernelError} `ESRCH`; `EPERM` for another user's process.
 */
export function getResourceLimit(pid: number, name: ResourceName): ResourceLimit {
	const values = new BigUint64Array(2);
	const bytes = new Uint8Array(values.buffer);
	syscall('prlimit64', SYS.prlimit64, [pid, resourceNumber[name], null, bytes], {
		show: () => [pid, new KernelName(name), null, bytes],
	});
	return {soft: values[0]!, hard: values[1]!};
}

/**
 * Sets a limit of a process; 0 is this one.
 *
 * @throws {KernelError} `EPERM` for a hard value above the present one without CAP_SYS_RESOURCE, or a NOFILE above
 *   /proc/sys/fs/nr_open; `EINVAL` for a soft value above the hard one.
 */
export function setResourceLimit(pid: number, name: ResourceName, {soft, hard}: ResourceLimit): void {
	const values = new Uint8Array(BigUint64Array.from([soft, hard]).buffer);
	syscall('prlimit64', SYS.prlimit64, [pid, resourceNumber[name], values, null], {
		show: () => [pid, new KernelName(name), new KernelName(`${amount(soft)}:${amount(hard)}`), null],
	});
}

function amount(value: bigint): string {
	return value === RLIM_INFINITY ? 'unlimited' : String(value);
}
