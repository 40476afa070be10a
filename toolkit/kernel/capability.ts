/**
 * Capabilities: root's power in 41 pieces, and the five sets that a thread keeps of them.
 *
 *     bounding      what execve(2) may ever give
 *     permitted     what the thread may switch on
 *     effective     what is on: the set that the kernel asks
 *     inheritable   offered to a program whose file asks for it
 *     ambient       kept through execve(2) by a program whose file asks for nothing
 *
 * All of it belongs to the calling thread.
 *
 * Sources: capabilities(7), capget(2), prctl(2), include/uapi/linux/capability.h.
 * @module
 */
import {isErrno, KernelName} from '#kernel/error';
import {readKernelFile} from '#kernel/file';
import {syscall} from '#kernel/libc';
import {SYS} from '#kernel/numbers';
import {PR_CAP_AMBIENT, PR_CAPBSET_DROP, PR_CAPBSET_READ, PR_SET_KEEPCAPS, prctl} from '#kernel/prctl';

/** Their names in the kernel's order: a name's place is its number. */
export const capabilityNames = [
	...['CAP_CHOWN', 'CAP_DAC_OVERRIDE', 'CAP_DAC_READ_SEARCH', 'CAP_FOWNER', 'CAP_FSETID', 'CAP_KILL', 'CAP_SETGID'],
	...['CAP_SETUID', 'CAP_SETPCAP', 'CAP_LINUX_IMMUTABLE', 'CAP_NET_BIND_SERVICE', 'CAP_NET_BROADCAST'],
	...['CAP_NET_ADMIN', 'CAP_NET_RAW', 'CAP_IPC_LOCK', 'CAP_IPC_OWNER', 'CAP_SYS_MODULE', 'CAP_SYS_RAWIO'],
	...['CAP_SYS_CHROOT', 'CAP_SYS_PTRACE', 'CAP_SYS_PACCT', 'CAP_SYS_ADMIN', 'CAP_SYS_BOOT', 'CAP_SYS_NICE'],
	...['CAP_SYS_RESOURCE', 'CAP_SYS_TIME', 'CAP_SYS_TTY_CONFIG', 'CAP_MKNOD', 'CAP_LEASE', 'CAP_AUDIT_WRITE'],
	...['CAP_AUDIT_CONTROL', 'CAP_SETFCAP', 'CAP_MAC_OVERRIDE', 'CAP_MAC_ADMIN', 'CAP_SYSLOG', 'CAP_WAKE_ALARM'],
	...['CAP_BLOCK_SUSPEND', 'CAP_AUDIT_READ', 'CAP_PERFMON', 'CAP_BPF', 'CAP_CHECKPOINT_RESTORE'],
] as const;

/** A capability's name: `CAP_SYS_ADMIN`. */
export type CapabilityName = (typeof capabilityNames)[number];

/** The sets as masks: bit n stands for the capability with number n. */
export interface CapabilityMasks {
	readonly effective: bigint;
	readonly permitted: bigint;
	readonly inheritable: bigint;
}

const VERSION_3 = 0x20080522;
const PR_CAP_AMBIENT_RAISE = 2;
const PR_CAP_AMBIENT_CLEAR_ALL = 4;
const numberByName = new Map<string, number>(capabilityNames.map((name, number) => [name, number]));

/** Whether a text is the name of a capability, in the kernel's spelling. */
export function isCapability(text: string): text is CapabilityName {
	return numberByName.has(text);
}

/** `CAP_SYS_ADMIN` → 21. */
export function capabilityNumber(name: CapabilityName): number {
	return numberByName.get(name)!;
}

/** A mask of named capabilities. */
export function capabilityMask(names: readonly CapabilityName[]): bigint {
	return names.reduce((mask, name) => mask | (1n << BigInt(capabilityNumber(name))), 0n);
}

/** The names in a mask, in the kernel's order. */
export function capabilitiesIn(mask: bigint): readonly CapabilityName[] {
	return capabilityNames.filter((_, number) => (mask >> BigInt(number)) & 1n);
}

/** The highest number that this kernel knows (CAP_LAST_CAP). */
export function lastCapability(): number {
	return Number(readKernelFile('/proc/sys/kernel/cap_last_cap'));
}

/**
 * Reads the calling thread's effective, permitted and inheritable sets.
 *
 * @throws {KernelError} `EINVAL` before Linux 2.6.26.
 */
export function getCapabilities(): CapabilityMasks {
	const data = new Uint32Array(6);
	const bytes = new Uint8Array(data.buffer);
	syscall('capget', SYS.capget, [header(), bytes], {show: () => [new KernelName('version 3'), bytes]});
	const mask = (low: number): bigint => BigInt(data[low]!) | (BigInt(data[low + 3]!) << 32n);
	return {effective: mask(0), permitted: mask(1), inheritable: mask(2)};
}

/**
 * Sets the calling thread's effective, permitted and inheritable sets.
 *
 * @throws {KernelError} `EPERM` for a capability that isn't permitted now, or one to inherit outside of the bounding set.
 */
export function setCapabilities({effective, permitted, inheritable}: CapabilityMasks): void {
	const words = [effective, permitted, inheritable];
	const data = Uint32Array.from([...words, ...words.map(mask => mask >> 32n)], mask => Number(mask & 0xffff_ffffn));
	syscall('capset', SYS.capset, [header(), new Uint8Array(data.buffer)], {
		show: () => [
			new KernelName('version 3'),
			new KernelName(`effective=${hex(effective)} permitted=${hex(permitted)} inheritable=${hex(inheritable)}`),
		],
	});
}

/** Whether a capability is in the calling thread's bounding set; false for a number that the kernel doesn't know. */
export function isBounding(number: number): boolean {
	try {
		return prctl(PR_CAPBSET_READ, number) === 1;
	} catch (error) {
		if (isErrno(error, 'EINVAL')) return false;
		throw error;
	}
}

/**
 * Takes a capability out of the calling thread's bounding set, for good.
 *
 * @throws {KernelError} `EPERM` without CAP_SETPCAP; `EINVAL` for a number that the kernel doesn't know.
 */
export function dropBounding(number: number): void {
	prctl(PR_CAPBSET_DROP, number);
}

/** Empties the calling thread's ambient set. */
export function clearAmbient(): void {
	prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL);
}

/**
 * Adds a capability to the calling thread's ambient set.
 *
 * @throws {KernelError} `EPERM` unless it is both permitted and inheritable.
 */
export function raiseAmbient(number: number): void {
	prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, number);
}

/** Keeps the permitted set when the calling thread leaves user 0 next. execve(2) switches it off. */
export function keepCapabilities(keep: boolean): void {
	prctl(PR_SET_KEEPCAPS, keep ? 1 : 0);
}

/** `cap_user_header_t`: the version that has 64 bits, and 0 for the calling thread. */
function header(): Uint8Array {
	return new Uint8Array(Uint32Array.from([VERSION_3, 0]).buffer);
}

function hex(mask: bigint): string {
	return mask.toString(16).padStart(16, '0');
}
