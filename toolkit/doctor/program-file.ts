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
	/** The processor that an ELF program is for: `arm64`. */
	readonly machine?: string | undefined;
	/** The beginning of the file as evidence. */
	readonly head: string;
}

/** The kernel looks no further for the interpreter (BINPRM_BUF_SIZE). */
const FIRST_BYTES = 256;
const MOST_HEADERS = 64;
const PT_INTERP = 3;

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
		if (first.subarray(0, 4).toString('latin1') === '\x7fELF') return {path, stats, kind: 'elf', ...elf(first, read)};
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
	read: (offset: number, length: number) => Buffer,
): Pick<ProgramFile, 'interpreter' | 'machine' | 'head'> {
	const isLittle = first[5] !== 2;
	const half = (at: number): number =>
		first.length < at + 2 ? 0 : isLittle ? first.readUInt16LE(at) : first.readUInt16BE(at);
	const machine = machineNames[half(18)] ?? `machine ${half(18)}`;
	const head = `ELF, e_machine ${half(18)} (${machine})`;
	// Only this machine's own kind is read further: 64 bits, little-endian.
	if (!isLittle || first[4] !== 2 || first.length < 64) return {machine, head};
	const start = Number(first.readBigUInt64LE(32));
	const size = half(54);
	for (let index = 0; index < Math.min(half(56), MOST_HEADERS) && size >= 56; index++) {
		const header = read(start + index * size, 56);
		if (header.length < 56 || header.readUInt32LE(0) !== PT_INTERP) continue;
		const length = Math.min(Number(header.readBigUInt64LE(32)), 4096);
		const interpreter = read(Number(header.readBigUInt64LE(8)), length)
			.toString('utf8')
			.split('\0')[0];
		return {interpreter, machine, head};
	}
	return {machine, head};
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
