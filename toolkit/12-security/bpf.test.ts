import assert from 'node:assert/strict';
import {constants} from 'node:os';
import {test} from 'node:test';
import fc from 'fast-check';
import {compileSeccomp} from '#security/bpf';
import {returnValue} from '#security/fates';
import type {Seccomp, SeccompAction, SeccompArg, SeccompOperator} from '#security/profile';
import {type Architecture, auditArch, syscallTable, X32_SYSCALL_BIT} from '#security/syscalls';

/** What the kernel hands to a filter. */
interface Call {
	readonly nr: number;
	readonly arch: number;
	readonly args: readonly bigint[];
}

const KILL_PROCESS = 0x8000_0000;

/** The kernel's machine, as seccomp(2) and linux/bpf_common.h describe it. */
function interpret(program: Uint8Array, {nr, arch, args}: Call): number {
	const data = new DataView(new ArrayBuffer(64));
	data.setUint32(0, nr, true);
	data.setUint32(4, arch, true);
	for (const [index, value] of args.entries()) data.setBigUint64(16 + 8 * index, value, true);
	const view = new DataView(program.buffer);
	let register = 0;
	for (let pc = 0; pc < program.length / 8; pc++) {
		const [code, value] = [view.getUint16(pc * 8, true), view.getUint32(pc * 8 + 4, true)];
		const compare = (holds: boolean): void => {
			pc += view.getUint8(pc * 8 + (holds ? 2 : 3));
		};
		if (code === 0x20) register = data.getUint32(value, true);
		else if (code === 0x06) return value;
		else if (code === 0x54) register = (register & value) >>> 0;
		else if (code === 0x05) pc += value;
		else if (code === 0x15) compare(register === value);
		else if (code === 0x25) compare(register > value);
		else if (code === 0x35) compare(register >= value);
		else assert.fail(`instruction ${code.toString(16)}`);
	}
	return assert.fail('the program has no end');
}

/** What a profile says of a call, read without any compiling. */
function judge(profile: Seccomp, native: Architecture, call: Call): number {
	const abi = abiOf(profile, native, call);
	if (abi === undefined) return KILL_PROCESS;
	const nr = abi === 'SCMP_ARCH_X32' ? call.nr - X32_SYSCALL_BIT : call.nr;
	const table = syscallTable(abi);
	const otherwise = returnValue(profile.defaultAction, profile.defaultErrnoRet);
	const entries = profile.syscalls ?? [];
	const mine = entries
		.filter(({names}) => names.some(name => table.get(name) === nr))
		.map(({action, errnoRet, args = []}) => ({returns: returnValue(action, errnoRet), args}))
		.filter(({returns}) => returns !== otherwise);
	const settling = mine.find(({args}) => args.length === 0);
	if (settling) return settling.returns;
	const fitting = mine.find(({args}) => {
		const repeated = new Set(args.map(({index}) => index)).size < args.length;
		const results = args.map(arg => holds(arg, call.args[arg.index]!));
		return repeated ? results.some(Boolean) : results.every(Boolean);
	});
	if (fitting) return fitting.returns;
	const numbers = entries.flatMap(({names}) => names.flatMap(name => table.get(name) ?? []));
	const youngest = Math.max(-1, ...numbers.filter(number => number < 0xf0000));
	const permissive = ['SCMP_ACT_ALLOW', 'SCMP_ACT_LOG', 'SCMP_ACT_TRACE'].includes(profile.defaultAction);
	// A named call of 32-bit ARM's own, far above the others, isn't new either.
	return mine.length > 0 || nr <= youngest || permissive
		? otherwise
		: returnValue('SCMP_ACT_ERRNO', constants.errno.ENOSYS);
}

function abiOf({architectures = []}: Seccomp, native: Architecture, {nr, arch}: Call): Architecture | undefined {
	const allowed = (['SCMP_ARCH_X86_64', 'SCMP_ARCH_X86', 'SCMP_ARCH_AARCH64', 'SCMP_ARCH_ARM'] as const).filter(
		abi => abi === native || architectures.includes(abi),
	);
	const abi = allowed.find(candidate => auditArch[candidate] === arch);
	if (abi !== 'SCMP_ARCH_X86_64' || nr < X32_SYSCALL_BIT) return abi;
	if (architectures.includes('SCMP_ARCH_X32')) return 'SCMP_ARCH_X32';
	return nr === 0xffff_ffff ? abi : undefined;
}

function holds({op, value, valueTwo}: SeccompArg, actual: bigint): boolean {
	const wanted = BigInt(value);
	switch (op) {
		case 'SCMP_CMP_EQ':
			return actual === wanted;
		case 'SCMP_CMP_NE':
			return actual !== wanted;
		case 'SCMP_CMP_LT':
			return actual < wanted;
		case 'SCMP_CMP_LE':
			return actual <= wanted;
		case 'SCMP_CMP_GT':
			return actual > wanted;
		case 'SCMP_CMP_GE':
			return actual >= wanted;
		case 'SCMP_CMP_MASKED_EQ':
			return (actual & wanted) === BigInt(valueTwo ?? 0);
	}
}

const actions: readonly SeccompAction[] = [
	...(['SCMP_ACT_ALLOW', 'SCMP_ACT_ERRNO', 'SCMP_ACT_KILL', 'SCMP_ACT_KILL_PROCESS'] as const),
	...(['SCMP_ACT_TRAP', 'SCMP_ACT_TRACE', 'SCMP_ACT_LOG'] as const),
];
const operators: readonly SeccompOperator[] = [
	...(['SCMP_CMP_EQ', 'SCMP_CMP_NE', 'SCMP_CMP_LT', 'SCMP_CMP_LE'] as const),
	...(['SCMP_CMP_GT', 'SCMP_CMP_GE', 'SCMP_CMP_MASKED_EQ'] as const),
];
const names = ['read', 'write', 'clone', 'clone3', 'socket', 'execve', 'reboot', 'set_tls', 'mseal', 'no_such_call'];
/** Values whose halves meet: neighbours of 0, 2^31, 2^32 and 2^64. */
const edge = fc.constantFrom(
	0n,
	1n,
	2n,
	2n ** 31n,
	2n ** 32n - 1n,
	2n ** 32n,
	2n ** 32n + 1n,
	2n ** 63n,
	2n ** 64n - 1n,
);
const value = fc.oneof(edge, fc.bigInt({min: 0n, max: 2n ** 64n - 1n}));
const arg = fc.record(
	{index: fc.integer({min: 0, max: 5}), value, valueTwo: value, op: fc.constantFrom(...operators)},
	{requiredKeys: ['index', 'value', 'op']},
);
const entry = fc.record(
	{
		names: fc.array(fc.constantFrom(...names), {minLength: 1, maxLength: 4}),
		action: fc.constantFrom(...actions),
		errnoRet: fc.integer({min: 1, max: 4095}),
		args: fc.array(arg, {maxLength: 7}),
	},
	{requiredKeys: ['names', 'action']},
);
const abis: readonly Architecture[] = [
	...(['SCMP_ARCH_X86_64', 'SCMP_ARCH_X86', 'SCMP_ARCH_X32', 'SCMP_ARCH_AARCH64', 'SCMP_ARCH_ARM'] as const),
];
const profile: fc.Arbitrary<Seccomp> = fc.record(
	{
		defaultAction: fc.constantFrom(...actions),
		defaultErrnoRet: fc.integer({min: 1, max: 4095}),
		architectures: fc.subarray([...abis, 'SCMP_ARCH_S390X']),
		syscalls: fc.array(entry, {maxLength: 12}),
	},
	{requiredKeys: ['defaultAction']},
);
const number = fc.oneof(
	fc
		.constantFrom(...names, 'openat')
		.chain(name => fc.constantFrom(...abis.map(abi => syscallTable(abi).get(name) ?? 0))),
	fc.integer({min: 0, max: 500}),
	fc.constantFrom(0xf0004, 0xf0005, 0xf0006, 0x3fff_ffff, 0xffff_ffff),
);
const call: fc.Arbitrary<Call> = fc.record({
	nr: fc.tuple(number, fc.boolean()).map(([nr, x32]) => (nr | (x32 ? X32_SYSCALL_BIT : 0)) >>> 0),
	arch: fc.oneof(fc.constantFrom(...Object.values(auditArch)), fc.constant(0x1234)),
	args: fc.array(value, {minLength: 6, maxLength: 6}),
});

for (const native of ['SCMP_ARCH_X86_64', 'SCMP_ARCH_AARCH64'] as const) {
	test(`compileSeccomp() for ${native} does what the profile says`, () => {
		fc.assert(
			fc.property(profile, fc.array(call, {minLength: 1, maxLength: 20}), (given, calls) => {
				const program = compileSeccomp(given, native);
				for (const made of calls) assert.equal(interpret(program, made), judge(given, native, made) >>> 0);
			}),
			{numRuns: 400},
		);
	});
}

test('compileSeccomp() meets the values it compares with exactly', () => {
	fc.assert(
		fc.property(arg, fc.constantFrom(-1n, 0n, 1n, 2n ** 32n), (condition, offset) => {
			const given: Seccomp = {
				defaultAction: 'SCMP_ACT_ERRNO',
				syscalls: [{names: ['read'], action: 'SCMP_ACT_ALLOW', args: [condition]}],
			};
			const meant = condition.op === 'SCMP_CMP_MASKED_EQ' ? (condition.valueTwo ?? 0n) : condition.value;
			const args = Array.from({length: 6}, () => BigInt.asUintN(64, meant + offset));
			const made = {nr: 0, arch: auditArch.SCMP_ARCH_X86_64, args};
			const program = compileSeccomp(given, 'SCMP_ARCH_X86_64');
			assert.equal(interpret(program, made), judge(given, 'SCMP_ARCH_X86_64', made));
		}),
		{numRuns: 1000},
	);
});

test('compileSeccomp() says what is wrong with a profile', () => {
	const compile = (given: unknown): Uint8Array => compileSeccomp(given as Seccomp);
	assert.throws(() => compile({}), /defaultAction: unknown action undefined/);
	assert.throws(() => compile({defaultAction: 'SCMP_ACT_NOTIFY'}), /SCMP_ACT_NOTIFY needs a listener/);
	const entryOf = (more: object) => ({defaultAction: 'SCMP_ACT_ALLOW', syscalls: [{names: ['read'], ...more}]});
	assert.throws(() => compile(entryOf({action: 'ALLOW'})), /syscalls\[0\]\.action: unknown action "ALLOW"/);
	const argOf = (more: object) =>
		entryOf({action: 'SCMP_ACT_KILL', args: [{index: 0, value: 0, op: 'SCMP_CMP_EQ', ...more}]});
	assert.throws(() => compile(argOf({index: 6})), /args\[0\]\.index/);
	assert.throws(() => compile(argOf({value: -1})), /args\[0\]\.value/);
	assert.throws(() => compile(argOf({op: 'EQ'})), /unknown operator "EQ"/);
	const many = Array.from({length: 1000}, (_, index) => ({index: 0, value: index, op: 'SCMP_CMP_EQ'}));
	assert.throws(
		() => compile(entryOf({action: 'SCMP_ACT_KILL', args: many})),
		/instructions, and the kernel takes 4096/,
	);
});
