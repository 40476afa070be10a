/**
 * What a profile says about each number: names looked up, entries of one call put together, neighbours joined.
 *
 * The rules where entries meet are those of runc and libseccomp, since profiles are written against them:
 *
 * - An entry without conditions settles a call, whatever other entries say; of two such entries the first.
 * - Entries with conditions are tried in their order. Two conditions on the same argument are alternatives.
 * - An entry that says what the default says anyway is passed over; a name that the ABI doesn't have too.
 * - Calls that are younger than all of the profile's names answer ENOSYS: a program then does without, as on an older kernel.
 *   Refused with EPERM, it would give up.
 *
 * Source: OCI runtime-spec config-linux.md "Seccomp", libseccomp's seccomp_rule_add(3).
 * @module
 */
import {constants} from 'node:os';
import type {Seccomp, SeccompAction, SeccompArg, SeccompSyscall} from '#security/profile';
import {type Architecture, syscallTable} from '#security/syscalls';

/** A verdict that holds if all the conditions do. */
export interface Alternative {
	readonly args: readonly SeccompArg[];
	readonly returns: number;
}

/** The fate of the numbers from `from` up to the next range. */
export interface FateRange {
	readonly from: number;
	readonly alternatives: readonly Alternative[];
	readonly otherwise: number;
}

type Fate = Omit<FateRange, 'from'>;

const {EPERM, ENOSYS} = constants.errno;
const returnValues: Readonly<Record<Exclude<SeccompAction, 'SCMP_ACT_NOTIFY'>, number>> = {
	SCMP_ACT_KILL: 0,
	SCMP_ACT_KILL_THREAD: 0,
	SCMP_ACT_KILL_PROCESS: 0x8000_0000,
	SCMP_ACT_TRAP: 0x0003_0000,
	SCMP_ACT_ERRNO: 0x0005_0000,
	SCMP_ACT_TRACE: 0x7ff0_0000,
	SCMP_ACT_LOG: 0x7ffc_0000,
	SCMP_ACT_ALLOW: 0x7fff_0000,
};
/** 32-bit ARM's own calls lie far above all others: they say nothing about which are new. */
const FIRST_PRIVATE = 0xf0000;
/** Who may do all that isn't named, may do what is new. */
const permissive: readonly SeccompAction[] = ['SCMP_ACT_ALLOW', 'SCMP_ACT_LOG', 'SCMP_ACT_TRACE'];

/**
 * The fates of all numbers of an ABI, in ascending order from 0.
 *
 * @param profile one that `validateSeccomp` has passed.
 * @throws {Error} in one line for an action that this engine doesn't have.
 */
export function fatesOf(profile: Seccomp, architecture: Architecture): readonly FateRange[] {
	const otherwise = returnValue(profile.defaultAction, profile.defaultErrnoRet);
	const {fates, youngest} = fatesByNumber(profile.syscalls ?? [], syscallTable(architecture), otherwise);
	const unnamed: Fate = {alternatives: [], otherwise};
	const unheardOf = permissive.includes(profile.defaultAction)
		? unnamed
		: {alternatives: [], otherwise: returnValue('SCMP_ACT_ERRNO', ENOSYS)};
	const ranges: FateRange[] = [];
	const append = (from: number, fate: Fate): void => {
		const last = ranges.at(-1);
		if (last === undefined || !isSame(last, fate)) ranges.push({from, ...fate});
	};
	for (let number = 0; number <= youngest; number++) append(number, fates.get(number) ?? unnamed);
	append(youngest + 1, unheardOf);
	for (const number of [...fates.keys()].filter(key => key > youngest).sort((a, b) => a - b)) {
		append(number, fates.get(number)!);
		append(number + 1, fates.get(number + 1) ?? unheardOf);
	}
	return ranges;
}

/** What a filter returns to the kernel for an action: its kind above, an errno below. */
export function returnValue(action: SeccompAction, errnoRet: number = EPERM): number {
	if (action === 'SCMP_ACT_NOTIFY') {
		throw new Error(
			'linux.seccomp: SCMP_ACT_NOTIFY needs a listener, which this engine does not have: use SCMP_ACT_ERRNO',
		);
	}
	const value = returnValues[action];
	return action === 'SCMP_ACT_ERRNO' || action === 'SCMP_ACT_TRACE' ? value | (errnoRet & 0xffff) : value;
}

/** Each named call's fate, and the highest number that the profile has heard of. */
function fatesByNumber(
	entries: readonly SeccompSyscall[],
	table: ReadonlyMap<string, number>,
	otherwise: number,
): {readonly fates: ReadonlyMap<number, Fate>; readonly youngest: number} {
	const fates = new Map<number, Fate>();
	let youngest = -1;
	for (const entry of entries) {
		const returns = returnValue(entry.action, entry.errnoRet);
		const alternatives = alternativesOf(entry, returns);
		const settled: Fate = {alternatives: [], otherwise: returns};
		for (const name of entry.names) {
			const number = table.get(name);
			if (number === undefined) continue;
			if (number < FIRST_PRIVATE && number > youngest) youngest = number;
			if (returns === otherwise) continue;
			const known = fates.get(number);
			if (known !== undefined && known.alternatives.length === 0) continue;
			if (alternatives.length === 0) fates.set(number, settled);
			else fates.set(number, {alternatives: [...(known?.alternatives ?? []), ...alternatives], otherwise});
		}
	}
	return {fates, youngest};
}

/** The ways in which an entry's conditions can hold; none if it has no conditions. */
function alternativesOf({args = []}: SeccompSyscall, returns: number): readonly Alternative[] {
	if (args.length === 0) return [];
	const indexes = new Set(args.map(({index}) => index));
	return indexes.size < args.length ? args.map(arg => ({args: [arg], returns})) : [{args, returns}];
}

function isSame(a: Fate, b: Fate): boolean {
	return a.alternatives.length === 0 && b.alternatives.length === 0 && a.otherwise === b.otherwise;
}
