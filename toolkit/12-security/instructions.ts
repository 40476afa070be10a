/**
 * The few instructions of classic BPF that a filter needs, and the blocks that they are put together to.
 *
 * Source: include/uapi/linux/bpf_common.h, struct sock_filter of linux/filter.h.
 * @module
 */

/** One instruction: for a jump, how many of the following to skip if the comparison holds, and if it doesn't. */
export interface Instruction {
	readonly code: number;
	readonly whenTrue: number;
	readonly whenFalse: number;
	readonly value: number;
}

/** Instructions that end in a return on all ways, wherever they stand. */
export type Block = readonly Instruction[];

/** How the register is compared with a value; all are unsigned. */
export type Comparison = 'jeq' | 'jgt' | 'jge';

const codes = {load: 0x20, and: 0x54, ret: 0x06, always: 0x05, jeq: 0x15, jgt: 0x25, jge: 0x35} as const;
/** A conditional jump has 8 bits for each distance. */
const LONGEST_JUMP = 255;

/** Loads 32 bits of `struct seccomp_data` into the register. */
export function load(offset: number): Block {
	return [{code: codes.load, whenTrue: 0, whenFalse: 0, value: offset}];
}

/** Keeps the register's bits that the mask has. */
export function and(mask: number): Block {
	return [{code: codes.and, whenTrue: 0, whenFalse: 0, value: mask}];
}

/** Ends with a verdict. */
export function ret(value: number): Block {
	return [{code: codes.ret, whenTrue: 0, whenFalse: 0, value}];
}

/** Compares the register and skips instructions; both distances at most 255. */
export function jump(comparison: Comparison, value: number, whenTrue: number, whenFalse: number): Block {
	return [{code: codes[comparison], whenTrue, whenFalse, value}];
}

/** Compares the register and goes on in one block or the other, however long they are. */
export function branch(comparison: Comparison, value: number, whenTrue: Block, whenFalse: Block): Block {
	const distance = whenFalse.length;
	if (distance <= LONGEST_JUMP) return [...jump(comparison, value, distance, 0), ...whenFalse, ...whenTrue];
	const leap = {code: codes.always, whenTrue: 0, whenFalse: 0, value: distance};
	return [...jump(comparison, value, 0, 1), leap, ...whenFalse, ...whenTrue];
}

/** Writes a program as the kernel reads it: 16 bits, 8, 8, and 32, in the machine's order, which is little-endian on both. */
export function encode(program: Block): Uint8Array {
	const view = new DataView(new ArrayBuffer(program.length * 8));
	for (const [index, {code, whenTrue, whenFalse, value}] of program.entries()) {
		view.setUint16(index * 8, code, true);
		view.setUint8(index * 8 + 2, whenTrue);
		view.setUint8(index * 8 + 3, whenFalse);
		view.setUint32(index * 8 + 4, value, true);
	}
	return new Uint8Array(view.buffer);
}
