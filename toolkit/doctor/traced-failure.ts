/**
 * From a call that a tracer saw fail to a failure that can be examined.
 *
 * A tracer tells calls of general interest in words, and the others as their registers have it: numbers and addresses.
 * The process stands still, so what the addresses point to can still be read.
 *
 * Source: syscall(2), the man page of each call.
 * @module
 */
import {KernelName, tolerate} from '#kernel/error';
import {ipText} from '#kernel/netlink/ip';
import {readCString, readMemory} from '#kernel/process-memory';
import type {FailedCall} from '#narrate/traced-call';
import type {Failure} from './cause.ts';
import {tolerateGone} from './look.ts';
import {openFlagNames, type SocketNumber, socketName} from './names.ts';
import {descriptorTarget} from './paths.ts';

/** What each register of a call means. */
type Kind =
	| 'path'
	| 'directory'
	| 'descriptor'
	| 'open flags'
	| 'address'
	| 'bytes'
	| 'number'
	| 'mode'
	| 'file'
	| SocketNumber;

/** Whether a call is told as its registers have it, and this is known to read it. */
export function isReadable({call, looks}: Pick<FailedCall, 'call' | 'looks'>): boolean {
	return looks !== true || call in kinds;
}

/** The failure as the doctor wants it. */
export function failureOf({call, args, errno, pid, looks}: FailedCall): Failure {
	const meant = looks === true ? kinds[call] : undefined;
	const read =
		meant === undefined ? args : meant.map((kind, index) => readAs(kind, pid, registerOf(args[index]), args, index));
	return {call: plainNames[call] ?? call, args: meant === undefined ? read : withoutMode(call, read), errno, pid};
}

/** open(2) reads a mode only where a file is to be made. */
function withoutMode(call: string, args: readonly unknown[]): readonly unknown[] {
	return /^open(at)?$/.test(call) && !args.some(value => /O_CREAT|O_TMPFILE/.test(String(value)))
		? args.slice(0, -1)
		: args;
}

/** The beginning of what a process writes to its standard error; undefined for another call. */
export function messageIn(call: string, args: readonly unknown[], pid: number): string | undefined {
	if (!/^writev?$/.test(call) || Number(args[0]) !== STANDARD_ERROR) return undefined;
	const [, address = 0n, length = 0n] = args.map(registerOf);
	if (call === 'write')
		return readable(() => readMemory(pid, address, Math.min(Number(length), MOST_BYTES)).toString());
	// musl's way: a list of pieces, each an address and a length.
	return readable(() => {
		const pieces = readMemory(pid, address, Math.min(Number(length), MOST_PIECES) * 16);
		const texts = Array.from({length: pieces.length / 16}, (_, index) => {
			const bytes = Math.min(Number(pieces.readBigUInt64LE(index * 16 + 8)), MOST_BYTES);
			return bytes === 0 ? '' : readMemory(pid, pieces.readBigUInt64LE(index * 16), bytes).toString();
		});
		return texts.join('');
	});
}

/** A register that was told as a small number or as an address in hexadecimal. */
function registerOf(value: unknown): bigint {
	if (typeof value === 'number') return BigInt(value);
	return value instanceof KernelName && /^0x[\da-f]+$/.test(value.text) ? BigInt(value.text) : 0n;
}

function readAs(kind: Kind, pid: number, value: bigint, args: readonly unknown[], index: number): unknown {
	switch (kind) {
		case 'path':
			return value === 0n ? null : (readable(() => readCString(pid, BigInt.asUintN(64, value))) ?? new KernelName('?'));
		case 'directory':
			return Number(BigInt.asIntN(32, value)) === AT_FDCWD ? new KernelName('AT_FDCWD') : Number(value);
		case 'open flags':
			return openFlagNames(Number(value));
		case 'address':
			return addressText(pid, value, Number(registerOf(args[index + 1])));
		case 'file':
			return tolerateGone(() => descriptorTarget(pid, Number(value))) ?? Number(value);
		case 'bytes':
			return new KernelName('…');
		case 'mode':
			return new KernelName(`0${(Number(value) & 0o7777).toString(8)}`);
		case 'number':
		case 'descriptor':
			return Number(value);
		default:
			return new KernelName(socketName(kind, Number(value) & 0xff));
	}
}

/** A socket address in words: `127.0.0.1:80`, `[::1]:80`, `unix:/run/x.sock`. */
function addressText(pid: number, at: bigint, length: number): KernelName {
	const bytes = readable(() => readMemory(pid, at, Math.min(Math.max(length, 0), LONGEST_ADDRESS)));
	const family = bytes !== undefined && bytes.length >= 2 ? bytes.readUInt16LE(0) : 0;
	if (bytes === undefined) return new KernelName('?');
	if (family === 2 && bytes.length >= 8)
		return new KernelName(`${ipText(bytes.subarray(4, 8))}:${bytes.readUInt16BE(2)}`);
	if (family === 10 && bytes.length >= 24)
		return new KernelName(`[${ipText(bytes.subarray(8, 24))}]:${bytes.readUInt16BE(2)}`);
	if (family === 1) return new KernelName(`unix:${bytes.subarray(2).toString().split('\0')[0]}`);
	return new KernelName(`family ${family}`);
}

function readable<T>(read: () => T): T | undefined {
	return tolerate(['EFAULT', 'EPERM', 'ESRCH', 'EIO'], read);
}

/** The calls whose failure is worth a look, though nobody tells of them when they succeed. */
const kinds: Readonly<Record<string, readonly Kind[]>> = {
	access: ['path', 'number'],
	bind: ['descriptor', 'address', 'number'],
	chdir: ['path'],
	chmod: ['path', 'mode'],
	chown: ['path', 'number', 'number'],
	clone: [],
	clone3: [],
	connect: ['descriptor', 'address', 'number'],
	creat: ['path', 'mode'],
	faccessat: ['directory', 'path', 'number'],
	faccessat2: ['directory', 'path', 'number'],
	fchmodat: ['directory', 'path', 'mode'],
	fchownat: ['directory', 'path', 'number', 'number', 'number'],
	fork: [],
	getcwd: [],
	mmap: ['number', 'number'],
	mremap: ['number', 'number', 'number'],
	syslog: ['number'],
	ftruncate: ['file', 'number'],
	lchown: ['path', 'number', 'number'],
	link: ['path', 'path'],
	linkat: ['directory', 'path', 'directory', 'path', 'number'],
	listen: ['descriptor', 'number'],
	lsetxattr: ['path', 'path'],
	mkdir: ['path', 'mode'],
	mkdirat: ['directory', 'path', 'mode'],
	mknod: ['path', 'number', 'number'],
	mknodat: ['directory', 'path', 'number', 'number'],
	newfstatat: ['directory', 'path'],
	open: ['path', 'open flags', 'mode'],
	openat: ['directory', 'path', 'open flags', 'mode'],
	readlink: ['path'],
	rename: ['path', 'path'],
	renameat: ['directory', 'path', 'directory', 'path'],
	renameat2: ['directory', 'path', 'directory', 'path', 'number'],
	rmdir: ['path'],
	setxattr: ['path', 'path'],
	socket: ['family', 'type', 'number'],
	stat: ['path'],
	statfs: ['path'],
	statx: ['directory', 'path'],
	symlink: ['path', 'path'],
	symlinkat: ['path', 'directory', 'path'],
	truncate: ['path', 'number'],
	unlink: ['path'],
	unlinkat: ['directory', 'path', 'number'],
	utimensat: ['directory', 'path'],
	vfork: [],
	write: ['file', 'bytes', 'number'],
};

/** Calls that differ from another only in how they take flags. */
const plainNames: Readonly<Record<string, string>> = {faccessat2: 'faccessat', ftruncate: 'truncate'};

const AT_FDCWD = -100;
const STANDARD_ERROR = 2;
const MOST_BYTES = 2048;
const MOST_PIECES = 8;
const LONGEST_ADDRESS = 128;
