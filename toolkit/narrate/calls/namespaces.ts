/**
 * Leaving and joining namespaces, and children born into new ones.
 *
 * Source: clone(2), unshare(2), setns(2).
 * @module
 */
import {flagNames} from '#kernel/error';
import * as sched from '#kernel/sched';
import {bytes, type Deed, filesBehind, flags, int, type RawCall, type SeenCall, uint} from '#narrate/raw-call';

const namespaceFlags: Readonly<Record<string, number>> = Object.fromEntries(
	Object.entries(sched).flatMap(([name, value]) =>
		typeof value === 'number' && name.startsWith('CLONE_NEW') ? [[name, value]] : [],
	),
);
const unshareFlags = {
	...namespaceFlags,
	CLONE_FS: sched.CLONE_FS,
	CLONE_FILES: 0x400,
	CLONE_SYSVSEM: 0x40000,
};
const cloneFlags = {
	CLONE_VM: 0x100,
	...unshareFlags,
	CLONE_PIDFD: 0x1000,
	CLONE_PTRACE: 0x2000,
	CLONE_VFORK: 0x4000,
	CLONE_PARENT: 0x8000,
	CLONE_THREAD: 0x10000,
	CLONE_SETTLS: 0x80000,
	CLONE_PARENT_SETTID: 0x100000,
	CLONE_CHILD_CLEARTID: 0x200000,
	CLONE_CHILD_SETTID: 0x1000000,
	CLONE_SIGHAND: 0x800,
};
// CLONE_NEWTIME lies in the byte that clone(2) keeps for the signal, so only unshare and clone3 can ask for it.
const cloneNamespaces = Object.values(namespaceFlags)
	.filter(flag => flag > 0xff)
	.reduce((all, flag) => all | flag, 0);
const anyNamespace = Object.values(namespaceFlags).reduce((all, flag) => all | flag, 0);

export const namespaceDeeds: Readonly<Record<string, Deed>> = {
	unshare: {see: raw => ({call: 'unshare', args: [flags(raw, 0, unshareFlags)]})},
	setns: {
		see: raw => {
			const fd = int(raw, 0);
			return {call: 'setns', args: [fd, flags(raw, 1, namespaceFlags)], ...filesBehind(raw, fd)};
		},
	},
	clone: {
		see: raw => cloned('clone', uint(raw, 0) & ~0xff, cloneNamespaces),
		when: [{index: 0, value: cloneFlags.CLONE_THREAD, valueTwo: 0, op: 'SCMP_CMP_MASKED_EQ'}],
	},
	clone3: {see: raw => cloned('clone', clone3Flags(raw), anyNamespace)},
	fork: {see: () => cloned('fork', 0, anyNamespace)},
	vfork: {see: () => cloned('vfork', 0, anyNamespace)},
};

/** A plain child is told by the first thing that it does; one that can't be born never does any. Threads are not told. */
function cloned(call: string, value: number, interesting: number): SeenCall | undefined {
	if ((value & cloneFlags.CLONE_THREAD) !== 0) return undefined;
	const args = call === 'clone' ? [flagNames(value, cloneFlags)] : [];
	return {call, args, ...((value & interesting) === 0 ? {isUsual: true} : {})};
}

/** struct clone_args begins with the flags. */
function clone3Flags(raw: RawCall): number {
	return Number(BigInt.asUintN(32, bytes(raw, 0, 8)?.readBigUInt64LE() ?? 0n));
}
