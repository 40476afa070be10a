/**
 * Another process's memory, read and written in one call: what a call's pointers point to.
 *
 * Sources: process_vm_readv(2).
 * @module
 */
import {addressOf, syscall} from '#kernel/libc';

const PAGE = 4096;
const SYS_readv = process.arch === 'arm64' ? 270 : 310;
const SYS_writev = process.arch === 'arm64' ? 271 : 311;

const local = Buffer.from(new ArrayBuffer(16));
const remote = Buffer.from(new ArrayBuffer(16));
/** Whatever is small is read here: to ask for a buffer's address costs as much as the reading. */
const scratch = Buffer.from(new ArrayBuffer(PAGE));
let scratchAddress: bigint | undefined;

/**
 * Bytes of a process's memory.
 *
 * @throws {KernelError} `EFAULT` if some of them aren't there; `EPERM` unless we may trace it; `ESRCH`.
 */
export function readMemory(pid: number, address: bigint, length: number): Buffer {
	if (length > PAGE) {
		const bytes = Buffer.from(new ArrayBuffer(length));
		return bytes.subarray(0, transfer('process_vm_readv', SYS_readv, pid, address, addressOf(bytes), length));
	}
	scratchAddress ??= addressOf(scratch);
	const read = transfer('process_vm_readv', SYS_readv, pid, address, scratchAddress, length);
	return Buffer.from(scratch.subarray(0, read));
}

/**
 * A C string, up to its NUL, or to `mostBytes`. Page by page, since what lies behind its last page may not be there.
 *
 * @throws {KernelError} like `readMemory`.
 */
export function readCString(pid: number, address: bigint, mostBytes = PAGE): string {
	const parts: Buffer[] = [];
	for (let read = 0; read < mostBytes; ) {
		const here = address + BigInt(read);
		const part = readMemory(pid, here, Math.min(mostBytes - read, PAGE - Number(here & BigInt(PAGE - 1))));
		const end = part.indexOf(0);
		parts.push(end === -1 ? part : part.subarray(0, end));
		if (end !== -1 || part.length === 0) break;
		read += part.length;
	}
	return Buffer.concat(parts).toString();
}

/** Writes bytes into a process's memory. @throws {KernelError} like `readMemory`. */
export function writeMemory(pid: number, address: bigint, bytes: Uint8Array): void {
	transfer('process_vm_writev', SYS_writev, pid, address, addressOf(bytes), bytes.length);
}

function transfer(name: string, number: number, pid: number, theirs: bigint, ours: bigint, length: number): number {
	local.writeBigUInt64LE(ours, 0);
	local.writeBigUInt64LE(BigInt(length), 8);
	remote.writeBigUInt64LE(theirs, 0);
	remote.writeBigUInt64LE(BigInt(length), 8);
	return syscall(name, number, [pid, local, 1, remote, 1, 0], {show: () => [pid, length]});
}
