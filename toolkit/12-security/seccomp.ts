/**
 * Putting a profile into force: compiled, and handed to the kernel.
 *
 * Source: seccomp(2).
 * @module
 */
import {isErrno} from '#kernel/error';
import {installFilter, SECCOMP_FILTER_FLAG_LOG, SECCOMP_FILTER_FLAG_SPEC_ALLOW} from '#kernel/seccomp';
import {compileSeccomp} from '#security/bpf';
import type {Seccomp} from '#security/profile';
import type {Architecture} from '#security/syscalls';

/**
 * The flags for seccomp(2). TSYNC is accepted and left out: other threads end at execve(2) anyway.
 *
 * @throws {Error} in one line for one that isn't known.
 */
export function seccompFlags(flags: readonly string[] = []): number {
	return flags.reduce((bits, flag) => {
		const bit = flagBits[flag];
		if (bit === undefined) throw new Error(`linux.seccomp: unknown flag ${JSON.stringify(flag)}`);
		return bits | bit;
	}, 0);
}

/**
 * Makes a profile into the program that the kernel will run for each call: the costly part, which can be done beforehand.
 *
 * @returns undefined for a profile that forbids nothing.
 * @throws {Error} in one line if the profile can't be compiled.
 */
export function compileFilter(profile: Seccomp, architecture?: Architecture): Uint8Array | undefined {
	if (profile.defaultAction === 'SCMP_ACT_ALLOW' && (profile.syscalls ?? []).length === 0) return undefined;
	return compileSeccomp(profile, architecture);
}

/**
 * Puts the calling thread, and all that it starts, under a profile, for good.
 *
 * @param compiled what `compileFilter` made of this profile, if it was done beforehand.
 * @throws {Error} in one line if the profile can't be compiled, or without CAP_SYS_ADMIN and no_new_privs.
 */
export function applySeccomp(profile: Seccomp, compiled: Uint8Array | undefined = compileFilter(profile)): void {
	if (compiled === undefined) return;
	try {
		installFilter(compiled, seccompFlags(profile.flags));
	} catch (error) {
		if (!isErrno(error, 'EACCES')) throw error;
		throw new Error('a seccomp filter takes CAP_SYS_ADMIN or no_new_privs: add --security-opt no-new-privileges', {
			cause: error,
		});
	}
}

const flagBits: Readonly<Record<string, number>> = {
	SECCOMP_FILTER_FLAG_TSYNC: 0,
	SECCOMP_FILTER_FLAG_LOG,
	SECCOMP_FILTER_FLAG_SPEC_ALLOW,
};
