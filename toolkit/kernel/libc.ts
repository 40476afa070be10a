/**
 * The one door to the kernel: every call to libc passes through `call`.
 *
 *     module ──▶ kernel/sched.ts ──▶ call() ──▶ libc ──▶ kernel
 *                                      └──▶ trace: name, arguments, result
 *
 * The surprise: no signatures are declared. On x86-64 and arm64 an integer or a
 * pointer argument fills one 64-bit register whatever its C type, so the
 * JavaScript value itself says how to pass it.
 *
 * Next: sched.ts, the smallest user of this door.
 *
 * Sources: syscall(2), System V ABI for x86-64, AAPCS64.
 * @module
 */
import {DataType, load, open} from 'ffi-rs';
import {errnoName} from '#kernel/errno';
import {KernelError} from '#kernel/error';
import {callsAreWatched, publishCall} from '#kernel/trace';

/** What an argument can be: an integer, a string (passed with its NUL), bytes (passed by address), or NULL. */
export type Argument = number | bigint | string | Uint8Array | null;

/** How a call is told to people, where its raw arguments would say little: `CLONE_NEWPID`, not 536870912. */
export interface CallOptions {
	/** The arguments as a reader should see them. Called only while somebody watches. */
	readonly show?: () => readonly unknown[];
	/** What the C function returns. A `long` or a pointer needs 64 bits. Default: `int`. */
	readonly returns?: 'int' | 'long';
}

let libcIsOpen = false;

/**
 * Calls a function of libc and returns what it returned.
 *
 * @throws {KernelError} when it returns -1, with the errno that libc left.
 */
export function call(name: string, args: readonly Argument[], options: CallOptions = {}): number {
	return publish(name, args, options, enter(name, args, options.returns ?? 'int'));
}

/**
 * Makes a system call that libc has no wrapper for.
 *
 * @param number from `#kernel/numbers`: it differs between x86-64 and arm64.
 * @throws {KernelError} like `call`, under the system call's own name.
 */
export function syscall(name: string, number: number, args: readonly Argument[], options: CallOptions = {}): number {
	return publish(name, args, options, enter('syscall', [number, ...args], 'long'));
}

/** The address of `bytes`, for a structure that holds a pointer. The caller keeps `bytes` alive while the kernel uses it. */
export function addressOf(bytes: Uint8Array): bigint {
	// Copying nothing is the shortest libc function that returns the address it was given.
	openLibc();
	return load({
		library: 'libc',
		funcName: 'memcpy',
		retType: DataType.BigInt,
		paramsType: [DataType.U8Array, DataType.U8Array, DataType.I64],
		paramsValue: [bytes, bytes, 0],
	}) as unknown as bigint;
}

/** A string as C wants it: UTF-8 with a NUL at its end. */
export function cString(text: string): Buffer {
	// A NUL inside would silently cut a path short: what was checked would not be what is used.
	if (text.includes('\0')) throw new TypeError(`a NUL byte in ${JSON.stringify(text)}`);
	return Buffer.from(`${text}\0`);
}

interface Answer {
	readonly value: number;
	readonly errnoCode: number;
}

function enter(name: string, args: readonly Argument[], returns: 'int' | 'long'): Answer {
	openLibc();
	return load({
		library: 'libc',
		funcName: name,
		retType: returns === 'long' ? DataType.I64 : DataType.I32,
		paramsType: args.map(registerType),
		paramsValue: args.map(registerValue),
		errno: true,
	}) as Answer;
}

function publish(name: string, args: readonly Argument[], options: CallOptions, answer: Answer): number {
	const errno = answer.value === -1 ? errnoName(answer.errnoCode) : undefined;
	if (errno === undefined && !callsAreWatched()) return answer.value;
	const shown = options.show?.() ?? args;
	publishCall({call: name, args: shown, result: answer.value, errno});
	if (errno !== undefined) throw new KernelError(name, shown, errno);
	return answer.value;
}

function openLibc(): void {
	if (libcIsOpen) return;
	// An empty path is dlopen(NULL): the libc that Node itself runs on, glibc or musl.
	open({library: 'libc', path: ''});
	libcIsOpen = true;
}

function registerType(value: Argument): DataType {
	if (typeof value === 'bigint') return DataType.BigInt;
	return typeof value === 'number' || value === null ? DataType.I64 : DataType.U8Array;
}

function registerValue(value: Argument): number | bigint | Uint8Array {
	if (value === null) return 0;
	return typeof value === 'string' ? cString(value) : value;
}
