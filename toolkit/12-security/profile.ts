/**
 * Seccomp profiles: which system calls a container may make, as the OCI spec writes it.
 *
 *     profile (names, conditions)  ──▶  filter (numbers, jumps)  ──▶  kernel
 *     {"names": ["clone"], "args": …}     compileSeccomp            installFilter
 *
 * The surprise: the answer to a forbidden call is usually no signal but an errno, and programs then do something else. What
 * is refused with ENOSYS looks like an older kernel: that is how a C library is made to fall back from clone3 to clone.
 *
 * Next: fates.ts reads a profile number by number, bpf.ts compiles that, seccomp-default.ts is docker's own.
 *
 * Sources: OCI runtime-spec config-linux.md "Seccomp".
 * @module
 */

/** What happens to a call. */
export type SeccompAction =
	| 'SCMP_ACT_KILL'
	| 'SCMP_ACT_KILL_PROCESS'
	| 'SCMP_ACT_KILL_THREAD'
	| 'SCMP_ACT_TRAP'
	| 'SCMP_ACT_ERRNO'
	| 'SCMP_ACT_TRACE'
	| 'SCMP_ACT_ALLOW'
	| 'SCMP_ACT_LOG'
	| 'SCMP_ACT_NOTIFY';

/** How an argument is compared. */
export type SeccompOperator =
	| 'SCMP_CMP_NE'
	| 'SCMP_CMP_LT'
	| 'SCMP_CMP_LE'
	| 'SCMP_CMP_EQ'
	| 'SCMP_CMP_GE'
	| 'SCMP_CMP_GT'
	| 'SCMP_CMP_MASKED_EQ';

/** A condition on one argument. All values are unsigned, of 64 bits. */
export interface SeccompArg {
	/** Which argument, from 0 to 5. */
	readonly index: number;
	/** What it is compared with; for MASKED_EQ the mask. */
	readonly value: number | bigint;
	/** For MASKED_EQ: what the masked argument is compared with. */
	readonly valueTwo?: number | bigint;
	readonly op: SeccompOperator;
}

/** What happens to some calls, if all the conditions hold. */
export interface SeccompSyscall {
	readonly names: readonly string[];
	readonly action: SeccompAction;
	/** For ERRNO and TRACE. Default: EPERM. */
	readonly errnoRet?: number;
	readonly args?: readonly SeccompArg[];
}

/** A profile: the OCI spec's `linux.seccomp`. */
export interface Seccomp {
	readonly defaultAction: SeccompAction;
	readonly defaultErrnoRet?: number;
	/** The ABIs that may be used at all, beside the machine's own. */
	readonly architectures?: readonly string[];
	readonly flags?: readonly string[];
	readonly syscalls?: readonly SeccompSyscall[];
}
