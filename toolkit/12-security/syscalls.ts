/**
 * System calls by name and number, for each set of calls (ABI) that one kernel may offer at the same time.
 *
 * The surprise: "64-bit x86" is three: its own calls, those of 32-bit programs, and x32, which is told apart by bit 30 of the
 * number only. A filter that looks at numbers alone lets `int 0x80` in by the back door.
 *
 * Sources: syscall(2), seccomp(2), include/uapi/linux/audit.h.
 * @module
 */
import {arm} from '#security/syscalls/arm';
import {arm64} from '#security/syscalls/arm64';
import {i386} from '#security/syscalls/i386';
import {x32} from '#security/syscalls/x32';
import {x64} from '#security/syscalls/x64';

/** An ABI, by its name in the OCI spec. */
export type Architecture =
	| 'SCMP_ARCH_X86_64'
	| 'SCMP_ARCH_X32'
	| 'SCMP_ARCH_X86'
	| 'SCMP_ARCH_AARCH64'
	| 'SCMP_ARCH_ARM';

/** What the kernel calls it in `seccomp_data.arch`. x32 shares x86-64's. */
export const auditArch: Readonly<Record<Architecture, number>> = {
	SCMP_ARCH_X86_64: 0xc000003e,
	SCMP_ARCH_X32: 0xc000003e,
	SCMP_ARCH_X86: 0x40000003,
	SCMP_ARCH_AARCH64: 0xc00000b7,
	SCMP_ARCH_ARM: 0x40000028,
};

/** The bit in an x32 call's number. */
export const X32_SYSCALL_BIT = 0x4000_0000;

const texts: Readonly<Record<Architecture, string>> = {
	SCMP_ARCH_X86_64: x64,
	SCMP_ARCH_X32: x32,
	SCMP_ARCH_X86: i386,
	SCMP_ARCH_AARCH64: arm64,
	SCMP_ARCH_ARM: arm,
};
const tables = new Map<Architecture, ReadonlyMap<string, number>>();

/** Whether a text is an architecture whose calls are known here. */
export function isArchitecture(text: string): text is Architecture {
	return Object.hasOwn(auditArch, text);
}

/** The ABI that this Node itself uses. */
export function nativeArchitecture(): Architecture {
	return process.arch === 'arm64' ? 'SCMP_ARCH_AARCH64' : 'SCMP_ARCH_X86_64';
}

/** An ABI's calls: name → number, for x32 without the bit. */
export function syscallTable(architecture: Architecture): ReadonlyMap<string, number> {
	let table = tables.get(architecture);
	if (table === undefined) {
		table = parseTable(texts[architecture]);
		tables.set(architecture, table);
	}
	return table;
}

function parseTable(text: string): ReadonlyMap<string, number> {
	const table = new Map<string, number>();
	let number = 0;
	for (const word of text.trim().split(/\s+/)) {
		if (word.endsWith(':')) number = Number.parseInt(word, 10);
		else table.set(word, number++);
	}
	return table;
}
