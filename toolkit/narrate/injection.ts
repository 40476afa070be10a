/**
 * A call that a program makes without knowing: before its first own call, it is made to put itself under our filter.
 *
 *     program:  execve … ▶ brk            ▶ goes on
 *                          │ stops at its beginning
 *     tracer:              ├ "you meant seccomp(…)"      other registers, the filter on its stack
 *                          │ stops at its end
 *                          └ "now make your brk again"   its own registers, one instruction back
 *
 * The surprise: a filter can only be set by a process itself. A tracer can't set one for it, but may choose the number of
 * the call that it makes next.
 *
 * Source: ptrace(2), seccomp(2), struct user_regs_struct of x86-64 and user_pt_regs of arm64.
 * @module
 */
import {SYS} from '#kernel/numbers';
import {writeMemory} from '#kernel/process-memory';
import {getRegisters, setArmSystemCall, setRegisters, syscallInfo} from '#kernel/ptrace';
import {SECCOMP_FILTER_FLAG_SPEC_ALLOW} from '#kernel/seccomp';

/** What must be put back afterwards. */
export interface Injection {
	readonly own: BigUint64Array;
}

const SECCOMP_SET_MODE_FILTER = 1n;
/** x86-64's functions may use this much below their stack's end without saying so. */
const RED_ZONE = 128;
const FPROG_BYTES = 16;

/** Turns the call that a tracee is about to make into seccomp(2). It must then be resumed until that call's end. */
export function beginInjection(tid: number, stackPointer: bigint, program: Uint8Array): Injection {
	const address = (stackPointer - BigInt(RED_ZONE + FPROG_BYTES + program.length)) & ~15n;
	// struct sock_fprog, and behind it the instructions that it points to.
	const fprog = Buffer.alloc(FPROG_BYTES);
	fprog.writeUInt16LE(program.length / 8, 0);
	fprog.writeBigUInt64LE(address + BigInt(FPROG_BYTES), 8);
	writeMemory(tid, address, Buffer.concat([fprog, program]));
	const own = getRegisters(tid);
	if (process.arch === 'arm64') setArmSystemCall(tid, SYS.seccomp);
	setRegisters(
		tid,
		abi().withCall(own, SYS.seccomp, [SECCOMP_SET_MODE_FILTER, BigInt(SECCOMP_FILTER_FLAG_SPEC_ALLOW), address]),
	);
	return {own};
}

/** Gives a tracee its own call back, once the injected one has ended. @returns whether the filter is set. */
export function endInjection(tid: number, {own}: Injection): boolean {
	const info = syscallInfo(tid);
	setRegisters(tid, abi().withCallAgain(own));
	return info.at === 'exit' && !info.failed;
}

/** How a machine passes a call: which registers, and how long the instruction is. */
export interface CallingConvention {
	withCall(own: BigUint64Array, number: number, args: readonly bigint[]): BigUint64Array;
	/** As they were, but one instruction back: the call will be made anew. */
	withCallAgain(own: BigUint64Array): BigUint64Array;
}

/** Both machines. Exported for the tests, which run on one of them. */
export const conventions: Readonly<Record<'x64' | 'arm64', CallingConvention>> = {
	x64: {
		withCall: (own, number, args) =>
			changed(own, [[ORIG_RAX, BigInt(number)], ...args.map((value, index) => [X64_ARGS[index]!, value] as const)]),
		// orig_rax −1 tells the kernel that there is no call to start again if a signal comes.
		withCallAgain: own =>
			changed(own, [
				[RAX, own[ORIG_RAX]!],
				[ORIG_RAX, 0xffff_ffff_ffff_ffffn],
				[RIP, own[RIP]! - 2n],
			]),
	},
	arm64: {
		// The number itself is set apart: see setArmSystemCall.
		withCall: (own, _number, args) =>
			changed(
				own,
				args.map((value, index) => [index, value] as const),
			),
		withCallAgain: own => changed(own, [[PC, own[PC]! - 4n]]),
	},
};

/** Places in x86-64's user_regs_struct. */
const RAX = 10;
const X64_ARGS = [14, 13, 12];
const ORIG_RAX = 15;
const RIP = 16;
/** Behind arm64's x0 to x30 and sp. */
const PC = 32;

function abi(): CallingConvention {
	return conventions[process.arch === 'arm64' ? 'arm64' : 'x64'];
}

function changed(own: BigUint64Array, values: readonly (readonly [index: number, value: bigint])[]): BigUint64Array {
	const copy = own.slice();
	for (const [index, value] of values) copy[index] = value;
	return copy;
}
