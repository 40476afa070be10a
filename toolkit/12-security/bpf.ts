/**
 * From a seccomp profile to a program of classic BPF.
 *
 *     ld arch ─▶ x86-64? ─▶ i386? ─▶ … ─▶ none of the profile's: kill
 *                   │
 *     ld nr ─▶ ≥ 200? ─▶ ≥ 300? ─▶ …  some seven comparisons ─▶ ret ALLOW
 *                                                            └▶ look at the arguments ─▶ ret
 *
 * The surprise: the machine has no jumps backward, one register of 32 bits, and arguments of 64. So an argument is compared in
 * two halves, and each block of the program ends in a return on all its ways: a block only has to know its own length.
 *
 * Numbers that are neighbours and share a fate are one range, and the range is found by halving: docker's list of 350 names
 * costs a call seven comparisons, not 350.
 *
 * Sources: seccomp(2), Documentation/networking/filter.rst, include/uapi/linux/{bpf_common,seccomp}.h.
 * @module
 */
import {BPF_MAXINSNS} from '#kernel/seccomp';
import {conditionLines} from '#security/conditions';
import {type Alternative, type FateRange, fatesOf} from '#security/fates';
import {type Block, branch, encode, load, ret} from '#security/instructions';
import type {Seccomp} from '#security/profile';
import {type Architecture, auditArch, isArchitecture, nativeArchitecture, X32_SYSCALL_BIT} from '#security/syscalls';
import {validateSeccomp} from '#security/validate';

/** Where `struct seccomp_data` has them. */
const NR = 0;
const ARCH = 4;
const KILL_PROCESS = 0x8000_0000;
const LAST_NUMBER = 0xffff_ffff;

/**
 * Compiles a profile to the bytes that seccomp(2) takes.
 *
 * The machine's own ABI is always part of it. Calls by an ABI that the profile doesn't list kill the process.
 *
 * @param native whose machine it is for.
 * @throws {Error} in one line for an action, operator or argument that isn't known, or a program that is too long.
 */
export function compileSeccomp(profile: Seccomp, native: Architecture = nativeArchitecture()): Uint8Array {
	validateSeccomp(profile);
	const program = [...load(ARCH), ...archBlock(abisOf(profile, native), profile)];
	if (program.length > BPF_MAXINSNS) {
		throw new Error(
			`linux.seccomp: ${program.length} instructions, and the kernel takes ${BPF_MAXINSNS}: use fewer conditions`,
		);
	}
	return encode(program);
}

/** The ABIs that can occur on this machine and that the profile lets in; those of other machines can't. */
function abisOf({architectures = []}: Seccomp, native: Architecture): readonly Architecture[] {
	const listed = architectures.filter(isArchitecture);
	return [...new Set([native, ...listed])];
}

/** Goes to the block of the ABI in the register, which is killed if there is none. */
function archBlock(abis: readonly Architecture[], profile: Seccomp): Block {
	// x32 has no number of its own here: it is looked for among x86-64's calls.
	const distinct = abis.filter(abi => abi !== 'SCMP_ARCH_X32');
	return distinct.reduceRight<Block>((others, abi) => {
		const ranges =
			abi === 'SCMP_ARCH_X86_64' ? withX32(profile, abis.includes('SCMP_ARCH_X32')) : fatesOf(profile, abi);
		return branch('jeq', auditArch[abi], [...load(NR), ...rangesBlock(ranges)], others);
	}, ret(KILL_PROCESS));
}

/** x86-64's numbers, and behind them x32's, which are the same with bit 30 set; killed if the profile leaves them out. */
function withX32(profile: Seccomp, allowed: boolean): readonly FateRange[] {
	const own = fatesOf(profile, 'SCMP_ARCH_X86_64');
	if (allowed) {
		const shifted = fatesOf(profile, 'SCMP_ARCH_X32').map(range => ({...range, from: range.from + X32_SYSCALL_BIT}));
		return [...own, ...shifted];
	}
	// -1 is no x32 call, but what some programs make to see whether calls come back at all.
	return [
		...own,
		{from: X32_SYSCALL_BIT, alternatives: [], otherwise: KILL_PROCESS},
		{...own.at(-1)!, from: LAST_NUMBER},
	];
}

/** Finds the range that the number in the register lies in, by halving. */
function rangesBlock(ranges: readonly FateRange[]): Block {
	const [only] = ranges;
	if (ranges.length === 1) return fateBlock(only!);
	const middle = ranges.length >> 1;
	return branch('jge', ranges[middle]!.from, rangesBlock(ranges.slice(middle)), rangesBlock(ranges.slice(0, middle)));
}

/** Tries the alternatives in turn. */
function fateBlock({alternatives, otherwise}: FateRange): Block {
	return [...alternatives.flatMap(alternativeBlock), ...ret(otherwise)];
}

/** Returns if all conditions hold; otherwise ends at its own end, where the next alternative begins. */
function alternativeBlock({args, returns}: Alternative): Block {
	// From the end: a condition that fails skips all that comes after it.
	let block = ret(returns);
	for (const arg of args.toReversed()) block = [...conditionLines(arg, block.length), ...block];
	return block;
}
