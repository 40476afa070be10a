/**
 * 02 · UTS namespace: a container has a host name of its own.
 *
 *     host: harbour          container: web
 *       process ──┐            process ──┐
 *                 ▼                      ▼
 *          uts: harbour             uts: web
 *
 * The surprise: the name is no file. Each process points to a structure in the kernel that holds it, and
 * /etc/hostname is only what a boot script writes there.
 *
 * Next: 03-ipc does the same for shared memory and queues.
 *
 * Sources: uts_namespaces(7), sethostname(2).
 * @module
 */
import {readKernelFile} from '#kernel/file';
import {call} from '#kernel/libc';
import {joinNamespace} from '#kernel/namespace';
import type {Step} from '#kernel/plan';
import {CLONE_NEWUTS, unshare} from '#kernel/sched';

/** The two names that a UTS namespace holds. */
export interface UtsNames {
	readonly hostname?: string;
	/** The NIS domain, not the DNS one. */
	readonly domainname?: string;
}

/**
 * Gives the calling thread a UTS namespace of its own, with a copy of the names it had.
 *
 * @throws {KernelError} `EPERM` without CAP_SYS_ADMIN.
 */
export function createUtsNamespace(): void {
	unshare(CLONE_NEWUTS);
}

/**
 * Moves the calling thread into the UTS namespace at `path`, such as /proc/PID/ns/uts.
 *
 * @throws {KernelError} `EPERM` without CAP_SYS_ADMIN; `EINVAL` if the file is another kind's.
 */
export function joinUtsNamespace(path: string): void {
	joinNamespace(path, 'uts');
}

/**
 * Sets the host name of the calling thread's namespace: of the whole machine, if it has none of its own.
 *
 * @throws {KernelError} `EINVAL` for a name over 64 bytes, `EPERM` without CAP_SYS_ADMIN.
 */
export function setHostname(name: string): void {
	call('sethostname', [name, Buffer.byteLength(name)]);
}

/**
 * Sets the NIS domain name, like `setHostname`.
 *
 * @throws {KernelError} `EINVAL` for a name over 64 bytes, `EPERM` without CAP_SYS_ADMIN.
 */
export function setDomainname(name: string): void {
	call('setdomainname', [name, Buffer.byteLength(name)]);
}

/** Both names, as the calling thread sees them. */
export function readUtsNames(): Required<UtsNames> {
	return {
		hostname: readKernelFile('/proc/sys/kernel/hostname').trimEnd(),
		domainname: readKernelFile('/proc/sys/kernel/domainname').trimEnd(),
	};
}

/** What this module adds to the plan of a container. */
export function utsSteps(names: UtsNames): readonly Step[] {
	return [
		{
			module: 'uts',
			title: 'leave the host’s name behind',
			why: 'a name set without this would rename the whole machine',
			run: createUtsNamespace,
		},
		{
			module: 'uts',
			title: `be called ${names.hostname ?? 'as before'}`,
			why: 'programs and people tell machines apart by their names',
			run: () => {
				if (names.hostname !== undefined) setHostname(names.hostname);
				if (names.domainname !== undefined) setDomainname(names.domainname);
			},
		},
	];
}
