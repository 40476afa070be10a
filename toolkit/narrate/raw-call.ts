/**
 * A call as its registers hold it, and how its arguments are read for people.
 * @module
 */
import {readlinkSync} from 'node:fs';
import {flagNames, KernelName, tolerate} from '#kernel/error';
import {readCString, readMemory} from '#kernel/process-memory';
import type {SeccompArg} from '#security/profile';

const PAGE = 4096;
/** Stands for the working directory wherever a directory's descriptor is asked for. */
export const AT_FDCWD = -100;
/** Stands for the root directory in `files`, among which no descriptor has this number. */
export const ROOT = -101;

/** A call at its beginning. */
export interface RawCall {
	readonly name: string;
	readonly args: readonly bigint[];
	readonly pid: number;
	readonly tid: number;
}

/** The same for people: what a `TracedCall` has, without its answer. */
export interface SeenCall {
	readonly call: string;
	readonly args: readonly unknown[];
	readonly looks?: boolean;
	/** Whether it is so usual that it is told only if the kernel refuses it. */
	readonly isUsual?: boolean;
	/** Whether its arguments are as its registers have them: nobody has read what they mean. */
	readonly isRaw?: boolean;
	readonly files?: Readonly<Record<number, string>>;
}

/** One call that is told: how to see it, and which of its uses are worth a stop. */
export interface Deed {
	/** Undefined if this use is not worth telling. */
	readonly see: (raw: RawCall) => SeenCall | undefined;
	/** The filter stops the call if one of these holds; without it, always. All are about the same argument. */
	readonly when?: readonly SeccompArg[];
}

/** An argument as a C int. */
export function int(raw: RawCall, index: number): number {
	return Number(BigInt.asIntN(32, raw.args[index]!));
}

/** An argument as a C unsigned int. */
export function uint(raw: RawCall, index: number): number {
	return Number(BigInt.asUintN(32, raw.args[index]!));
}

/** An argument as a C string; NULL is null, and what can't be read is its address. */
export function string(raw: RawCall, index: number): string | null | KernelName {
	const address = raw.args[index]!;
	if (address === 0n) return null;
	return readable(() => readCString(raw.tid, address)) ?? new KernelName(`0x${address.toString(16)}`);
}

/** The bytes that an argument points to; undefined if they can't be read. */
export function bytes(raw: RawCall, index: number, length: number): Buffer | undefined {
	return bytesAt(raw, raw.args[index]!, length);
}

/** The bytes at an address; undefined if they can't be read. */
export function bytesAt({tid}: RawCall, address: bigint, length: number): Buffer | undefined {
	if (address === 0n) return undefined;
	const read = readable(() => readMemory(tid, address, length));
	return read?.length === length ? read : undefined;
}

/** The strings of a NULL-terminated array, at most so many. */
export function strings(raw: RawCall, index: number, most: number): readonly string[] {
	return pointers(raw, index, most).map(pointer => readable(() => readCString(raw.tid, pointer)) ?? '');
}

/** The pointers of a NULL-terminated array, at most so many. */
export function pointers(raw: RawCall, index: number, most = 4096): readonly bigint[] {
	const found: bigint[] = [];
	for (let address = raw.args[index]!; found.length < most; ) {
		// Page by page: what lies behind the array may not be there.
		const room = PAGE - Number(address & BigInt(PAGE - 1));
		const words = bytesAt(raw, address, Math.min(room - (room % 8) || 8, (most - found.length) * 8));
		if (words === undefined) return found;
		for (let at = 0; at < words.length; at += 8) {
			const pointer = words.readBigUInt64LE(at);
			if (pointer === 0n) return found;
			found.push(pointer);
		}
		address += BigInt(words.length);
	}
	return found;
}

/** An argument's flags by name. */
export function flags(raw: RawCall, index: number, names: Readonly<Record<string, number>>): KernelName {
	return flagNames(uint(raw, index), names);
}

/** An argument that is one of some named values. */
export function choice(value: number, names: Readonly<Record<number, string>>): KernelName {
	return new KernelName(names[value] ?? String(value));
}

/** A directory's descriptor, or the working directory's name. */
export function directory(raw: RawCall, index: number): number | KernelName {
	const fd = int(raw, index);
	return fd === AT_FDCWD ? new KernelName('AT_FDCWD') : fd;
}

/** What stands behind descriptors of the caller, where something does. The working directory has the number AT_FDCWD. */
export function filesBehind(raw: RawCall, ...fds: readonly (number | KernelName)[]): {files?: Record<number, string>} {
	const known = fds.flatMap(fd => {
		const number = typeof fd === 'number' ? fd : AT_FDCWD;
		const target = linkTarget(raw.pid, number);
		return target === undefined ? [] : [[number, target] as const];
	});
	return known.length === 0 ? {} : {files: Object.fromEntries(known)};
}

/** The descriptor that a path of the kind `/proc/self/fd/7` names: runtimes mount on what they hold, whoever moves the path. */
export function heldDescriptor(path: string): number | undefined {
	const [, fd] = /^\/proc\/(?:self|thread-self)\/fd\/(\d{1,9})$/.exec(path) ?? [];
	return fd === undefined ? undefined : Number(fd);
}

/** What a descriptor of a process leads to, as /proc tells: a path, `socket:[123]`, `net:[4026531840]`. */
export function linkTarget(pid: number, fd: number): string | undefined {
	try {
		const name = fd === AT_FDCWD ? 'cwd' : fd === ROOT ? 'root' : `fd/${fd}`;
		return readlinkSync(`/proc/${pid}/${name}`);
	} catch {
		return undefined;
	}
}

/** An octal mode. */
export function mode(value: number): KernelName {
	return new KernelName(`0${(value & 0o7777).toString(8)}`);
}

function readable<T>(read: () => T): T | undefined {
	return tolerate(['EFAULT', 'EPERM', 'ESRCH', 'EIO'], read);
}
