/**
 * Who a process is and what it may do: users, groups, capabilities, switches, filters, limits, names.
 *
 * Source: capabilities(7), prctl(2), seccomp(2), setresuid(2), setgroups(2), prlimit(2), sethostname(2), bpf(2).
 * @module
 */
import {capabilityNames} from '#kernel/capability';
import {KernelName} from '#kernel/error';
import * as switches from '#kernel/prctl';
import {resourceNumber} from '#kernel/resource';
import {bytes, bytesAt, choice, type Deed, flags, int, type RawCall, type SeenCall, uint} from '#narrate/raw-call';

const PR_SET_SECCOMP = 22;
const PR_CAP_AMBIENT_IS_SET = 1;
const ambientActions = {
	1: 'PR_CAP_AMBIENT_IS_SET',
	2: 'PR_CAP_AMBIENT_RAISE',
	3: 'PR_CAP_AMBIENT_LOWER',
	4: 'PR_CAP_AMBIENT_CLEAR_ALL',
};
const prctlNames: Readonly<Record<number, string>> = {
	...Object.fromEntries(
		Object.entries(switches).flatMap(([name, value]) => (typeof value === 'number' ? [[value, name]] : [])),
	),
	[PR_SET_SECCOMP]: 'PR_SET_SECCOMP',
};
const toldSwitches = [
	switches.PR_SET_PDEATHSIG,
	switches.PR_SET_DUMPABLE,
	switches.PR_SET_KEEPCAPS,
	PR_SET_SECCOMP,
	switches.PR_CAPBSET_DROP,
	switches.PR_SET_SECUREBITS,
	switches.PR_SET_CHILD_SUBREAPER,
	switches.PR_SET_NO_NEW_PRIVS,
	switches.PR_CAP_AMBIENT,
];
const resourceNames: Readonly<Record<number, string>> = Object.fromEntries(
	Object.entries(resourceNumber).map(([name, number]) => [number, name]),
);
const bpfCommands: Readonly<Record<number, string>> = {
	5: 'BPF_PROG_LOAD',
	8: 'BPF_PROG_ATTACH',
	9: 'BPF_PROG_DETACH',
	28: 'BPF_LINK_CREATE',
};
const SECCOMP_SET_MODE_FILTER = 1;
const MOST_NAME_BYTES = 256;
const MOST_GROUPS = 64;

export const rightsDeeds: Readonly<Record<string, Deed>> = {
	setuid: {see: ids(1)},
	setgid: {see: ids(1)},
	setreuid: {see: ids(2)},
	setregid: {see: ids(2)},
	setresuid: {see: ids(3)},
	setresgid: {see: ids(3)},
	setgroups: {see: raw => ({call: 'setgroups', args: [int(raw, 0), groupList(raw)]})},
	capset: {see: raw => ({call: 'capset', args: [new KernelName('version 3'), capabilitySets(raw)]})},
	prctl: {see: prctl, when: toldSwitches.map(value => ({index: 0, value, op: 'SCMP_CMP_EQ'}))},
	seccomp: {
		see: raw =>
			uint(raw, 0) > SECCOMP_SET_MODE_FILTER
				? undefined
				: {
						call: 'seccomp',
						args: [
							choice(uint(raw, 0), {0: 'SECCOMP_SET_MODE_STRICT', 1: 'SECCOMP_SET_MODE_FILTER'}),
							flags(raw, 1, {
								SECCOMP_FILTER_FLAG_TSYNC: 1,
								SECCOMP_FILTER_FLAG_LOG: 2,
								SECCOMP_FILTER_FLAG_SPEC_ALLOW: 4,
								SECCOMP_FILTER_FLAG_NEW_LISTENER: 8,
							}),
							programLength(raw, 2),
						],
					},
		when: [
			{index: 0, value: 0, op: 'SCMP_CMP_EQ'},
			{index: 0, value: SECCOMP_SET_MODE_FILTER, op: 'SCMP_CMP_EQ'},
		],
	},
	prlimit64: {
		see: raw =>
			raw.args[2] === 0n
				? undefined
				: {call: 'prlimit64', args: [int(raw, 0), choice(uint(raw, 1), resourceNames), limit(raw), null]},
		when: [{index: 2, value: 0, op: 'SCMP_CMP_NE'}],
	},
	sethostname: {see: raw => ({call: 'sethostname', args: [counted(raw), int(raw, 1)]})},
	setdomainname: {see: raw => ({call: 'setdomainname', args: [counted(raw), int(raw, 1)]})},
	bpf: {
		see: raw =>
			bpfCommands[uint(raw, 0)] === undefined
				? undefined
				: {call: 'bpf', args: [choice(uint(raw, 0), bpfCommands), uint(raw, 2)]},
		when: Object.keys(bpfCommands).map(value => ({index: 0, value: Number(value), op: 'SCMP_CMP_EQ'})),
	},
};

function ids(count: number): Deed['see'] {
	return raw => ({call: raw.name, args: Array.from({length: count}, (_, index) => int(raw, index))});
}

function groupList(raw: RawCall): KernelName {
	const count = Math.min(Math.max(int(raw, 0), 0), MOST_GROUPS);
	const read = count === 0 ? Buffer.alloc(0) : bytes(raw, 1, count * 4);
	if (read === undefined) return new KernelName('?');
	return new KernelName(`[${Array.from({length: count}, (_, index) => read.readUInt32LE(index * 4)).join(', ')}]`);
}

/** Version 3 has each set in two halves: effective, permitted, inheritable, and again. */
function capabilitySets(raw: RawCall): KernelName {
	const data = bytes(raw, 1, 24);
	if (data === undefined) return new KernelName('?');
	const mask = (at: number): string =>
		(BigInt(data.readUInt32LE(at)) | (BigInt(data.readUInt32LE(at + 12)) << 32n)).toString(16).padStart(16, '0');
	return new KernelName(`effective=${mask(0)} permitted=${mask(4)} inheritable=${mask(8)}`);
}

function prctl(raw: RawCall): SeenCall | undefined {
	const option = uint(raw, 0);
	if (!toldSwitches.includes(option)) return undefined;
	const looks = option === switches.PR_CAP_AMBIENT && uint(raw, 1) === PR_CAP_AMBIENT_IS_SET;
	return {call: 'prctl', args: [choice(option, prctlNames), ...prctlValues(raw, option)], looks};
}

function prctlValues(raw: RawCall, option: number): readonly unknown[] {
	if (option === switches.PR_CAP_AMBIENT) {
		const action = choice(uint(raw, 1), ambientActions);
		return uint(raw, 1) <= PR_CAP_AMBIENT_IS_SET + 2 ? [action, capability(uint(raw, 2))] : [action];
	}
	if (option === switches.PR_CAPBSET_DROP) return [capability(uint(raw, 1))];
	if (option === PR_SET_SECCOMP) {
		return [choice(uint(raw, 1), {1: 'SECCOMP_MODE_STRICT', 2: 'SECCOMP_MODE_FILTER'}), programLength(raw, 2)];
	}
	return [uint(raw, 1)];
}

function capability(number: number): KernelName {
	return new KernelName(capabilityNames[number] ?? String(number));
}

/** struct sock_fprog begins with how many instructions there are. */
function programLength(raw: RawCall, index: number): KernelName | null {
	const length = bytes(raw, index, 2)?.readUInt16LE();
	return length === undefined ? null : new KernelName(`<${length} instructions>`);
}

function limit(raw: RawCall): KernelName {
	const read = bytes(raw, 2, 16);
	if (read === undefined) return new KernelName('?');
	const amount = (at: number): string => {
		const value = read.readBigUInt64LE(at);
		return value === 0xffff_ffff_ffff_ffffn ? 'unlimited' : String(value);
	};
	return new KernelName(`${amount(0)}:${amount(8)}`);
}

/** A string that comes with its length. */
function counted(raw: RawCall): string | KernelName {
	const length = Math.min(Math.max(int(raw, 1), 0), MOST_NAME_BYTES);
	return (length === 0 ? '' : bytesAt(raw, raw.args[0]!, length)?.toString()) ?? new KernelName('?');
}
