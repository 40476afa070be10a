/**
 * What a tracer may do decides how it goes about it.
 *
 * Sources: capabilities(7), ptrace(2), seccomp(2), execve(2) on set-user-id programs.
 * @module
 */
import {type CapabilityName, capabilityNumber, getCapabilities} from '#kernel/capability';
import {isPrivileged} from './programs.ts';
import type {TracedProcess} from './tracee.ts';

/** The powers that matter. */
export interface TracerPowers {
	/** CAP_SYS_PTRACE: without it set-user-id programs lose their privilege under a tracer. */
	readonly mayTracePrivileged: boolean;
}

/** Those of this process. */
export function ownPowers(): TracerPowers {
	const {effective} = getCapabilities();
	const has = (name: CapabilityName): boolean => ((effective >> BigInt(capabilityNumber(name))) & 1n) === 1n;
	return {mayTracePrivileged: has('CAP_SYS_PTRACE')};
}

/** Whether a program has rights of its own, by its set-user-id bit, that it would not get under this tracer. */
export function wouldLosePrivilege(
	{mayTracePrivileged}: TracerPowers,
	{pid, filtered}: TracedProcess,
	path: string,
): boolean {
	return !mayTracePrivileged && !filtered && isPrivileged(pid, path);
}
