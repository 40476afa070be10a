/**
 * The filter that makes a program stop at the calls that are told, and at no other.
 *
 *     read, write, mmap, futex, …   ──▶ on, at full speed
 *     mount, unshare, open to write ──▶ SECCOMP_RET_TRACE: stop, and ask the tracer
 *
 * The surprise: a program keeps its filter, and so do all its children. If the tracer goes, the filter asks nobody, and
 * the kernel answers ENOSYS for it.
 *
 * Source: seccomp(2), ptrace(2) on PTRACE_EVENT_SECCOMP.
 * @module
 */
import {compileSeccomp} from '#security/bpf';
import {branch, encode, load, ret} from '#security/instructions';
import type {SeccompArg, SeccompSyscall} from '#security/profile';
import {auditArch, nativeArchitecture} from '#security/syscalls';
import {deeds} from './deeds.ts';
import type {SeenCall} from './raw-call.ts';

const ARCH_OFFSET = 4;
const ALLOW = 0x7fff_0000;
const AF_NETLINK = 16;

/** Calls that are not told themselves, but after which a descriptor is watched: orders may be sent through it. */
const openings: readonly (readonly [names: readonly string[], when?: readonly SeccompArg[]])[] = [
	[['socket'], [{index: 0, value: AF_NETLINK, op: 'SCMP_CMP_EQ'}]],
];

/** The program for seccomp(2). Programs of another ABI than this machine's own are not stopped. */
export function stoppingFilter(): Uint8Array {
	const calls = [...Object.entries(deeds).map(([name, {when}]) => [[name], when] as const), ...openings];
	const profile = {
		defaultAction: 'SCMP_ACT_ALLOW' as const,
		architectures: nativeArchitecture() === 'SCMP_ARCH_X86_64' ? ['SCMP_ARCH_X32'] : [],
		syscalls: calls.map(
			([names, args]): SeccompSyscall => ({
				names,
				action: 'SCMP_ACT_TRACE',
				errnoRet: 0,
				...(args === undefined ? {} : {args}),
			}),
		),
	};
	const foreign = encode([...load(ARCH_OFFSET), ...branch('jeq', auditArch[nativeArchitecture()], [], ret(ALLOW))]);
	return Buffer.concat([foreign, compileSeccomp(profile)]);
}

/** Whether a call puts its process under a filter of its own. */
export function setsFilter(seen: SeenCall | undefined): boolean {
	return seen?.call === 'seccomp' || (seen?.call === 'prctl' && String(seen.args[0]) === 'PR_SET_SECCOMP');
}
