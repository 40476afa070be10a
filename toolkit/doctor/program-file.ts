/**
 * What kind of program a file is, by its first bytes: what the kernel looks at before it executes it.
 *
 * Sources: execve(2), elf(5).
 * @module
 */
import {constants, readSync, type Stats} from 'node:fs';
import {withFile} from './paths.ts';

/** A file that is to be executed. */
export interface ProgramFile {
	/** The process's own path, without links. */
	readonly path: string;
	readonly stats: Stats;
	readonly kind: 'script' | 'elf' | 'unknown';
	/** The program that runs it: after `#!`, or an ELF program's loader. */
	readonly interpreter?: string | undefined;
	/** The processor that an ELF program is for: `arm64`. Undefined where the file ends before it says so. */
	readonly machine?: string | undefined;
	/** What an ELF program should have and hasn't, for it ends too early. */
	readonly missing?: string | undefined;
	/** The beginning of the file as evidence. */
	readonly head: string;
}

/** The kernel looks no further for the interpreter (BINPRM_BUF_SIZE). */
const FIRST_BYTES = 256;
const MOST_HEADERS = 64;
const [PT_LOAD, PT_INTERP] = [1, 3];
const [ELFCLASS32, ELFCLASS64] = [1, 2];
const E_MACHINE = 18;
/** What the two kinds of header have in 64 bits. */
const [ELF_HEADER, PROGRAM_HEADER] = [64, 56];

/** Reads what the kernel would look at. @throws {KernelError} if we may not read it. */
export function readProgram(pid: number, {path, stats}: {readonly path: string; readonly stats: Stats}): ProgramFile {
	if (!stats.isFile()) return {path, stats, kind: 'unknown', head: ''};
	return withFile(pid, path, constants.O_RDONLY | constants.O_NONBLOCK, fd => {
		const read = (offset: number, length: number): Buffer => {
			const bytes = Buffer.alloc(length);
			return bytes.subarray(0, readSync(fd, bytes, 0, length, offset));
		};
		const first = read(0, FIRST_BYTES);
		if (first.subarray(0, 2).toString('latin1') === '#!') return {path, stats, kind: 'script', ...script(first)};
		if (first.subarray(0, 4).toString('latin1') === '\x7fELF')
			return {path, stats, kind: 'elf', ...elf(first, stats.size, read)};
		const shown = first
			.subarray(0, 16)
			.toString('hex')
			.replace(/(..)(?=.)/g, '$1 ');
		return {path, stats, kind: 'unknown', head: first.length === 0 ? '(empty)' : `begins with ${shown}`};
	});
}

function script(first: Buffer): Pick<ProgramFile, 'interpreter' | 'head'> {
	const line = first.toString('utf8').split('\n')[0]!;
	// A carriage return is a part of the name: the kernel knows blanks and tabs only.
	return {interpreter: /^#![ \t]*([^ \t]+)/.exec(line)?.[1], head: line};
}

function elf(
	first: Buffer,
	size: number,
	read: (offset: number, length: number) => Buffer,
): Pick<ProgramFile, 'interpreter' | 'machine' | 'missing' | 'head'> {
	const isLittle = first[5] !== 2;
	const half = (at: number): number => (isLittle ? first.readUInt16LE(at) : first.readUInt16BE(at));
	const number = first.length < E_MACHINE + 2 ? undefined : half(E_MACHINE);
	const machine = number === undefined ? undefined : (machineNames[number] ?? `machine ${number}`);
	const head = number === undefined ? 'ELF' : `ELF, e_machine ${number} (${machine})`;
	const length = first[4] === ELFCLASS32 ? 52 : ELF_HEADER;
	if (first.length < length) return {machine, head, missing: missing(size, 'the header', 0, length)};
	// Only this machine's own kind is read further: 64 bits, little-endian.
	if (!isLittle || first[4] !== ELFCLASS64) return {machine, head};
	const [start, each, count] = [Number(first.readBigUInt64LE(32)), half(54), half(56)];
	if (start + each * count > size)
		return {machine, head, missing: missing(size, 'the table of segments', start, start + each * count)};
	let interpreter: string | undefined;
	let cut: string | undefined;
	for (let index = 0; index < Math.min(count, MOST_HEADERS) && each >= PROGRAM_HEADER; index++) {
		const header = read(start + index * each, PROGRAM_HEADER);
		const type = header.readUInt32LE(0);
		const [from, bytes] = [Number(header.readBigUInt64LE(8)), Number(header.readBigUInt64LE(32))];
		if (type === PT_INTERP) interpreter ??= read(from, Math.min(bytes, 4096)).toString('utf8').split('\0')[0];
		if ((type === PT_INTERP || type === PT_LOAD) && from + bytes > size)
			cut ??= missing(size, type === PT_INTERP ? 'the loader’s name' : 'a segment', from, from + bytes);
	}
	return {interpreter, machine, missing: cut, head};
}

function missing(size: number, what: string, from: number, to: number): string {
	return `${what} takes the bytes from ${from} to ${to}, and the file has ${size}`;
}

const machineNames: Readonly<Record<number, string>> = {
	3: 'i386',
	8: 'mips',
	20: 'ppc',
	21: 'ppc64',
	22: 's390x',
	40: 'arm',
	62: 'x86-64',
	183: 'arm64',
	243: 'riscv',
	258: 'loongarch',
};
