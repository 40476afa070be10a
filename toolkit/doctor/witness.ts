/**
 * A witness of a command: it examines each failure while its process stands still, and tells at the end which one mattered.
 *
 *     mount   openat("/etc/fstab")   = ENOENT     looked for, not needed
 *             mount("/dev/x", …)     = ENOTBLK    ◀── and then it writes "mount: … block device required"
 *             exit_group(32)
 *
 * The surprise: programs fail all day. Of the failures of whoever ended with an error the last counts, and one that it
 * complained of, with the errno's own words, counts more.
 *
 * @module
 */
import {basename} from 'node:path';
import {formatCall} from '#kernel/error';
import type {FailedCall, TracedCall} from '#narrate/traced-call';
import {visible} from '#words/visible';
import type {Failure} from './cause.ts';
import {type Examination, examine} from './doctor.ts';
import {isExpected, looksOnly, saysErrno} from './expected.ts';
import {failureOf, isReadable, messageIn} from './traced-failure.ts';

/** One failure that was seen, and what came out of looking for its cause. */
export interface Seen {
	readonly failure: Failure;
	readonly program: string;
	readonly examination: Examination;
}

/** How sure it is that a failure mattered. */
const AFTERTHOUGHT = 0;
const QUIET = 1;
/** Complained of in the errno's words, but its path isn't named. */
const MEANT_PERHAPS = 2;
const LOUD = 3;
const COMPLAINED_OF = 4;
/** Of a process that fails all the time only the last failures are kept. */
const MOST_KEPT = 32;
/** A shell may be witnessed all day. */
const MOST_REMEMBERED = 256;

interface Kept extends Seen {
	readonly order: number;
	weight: number;
	/** Whether the process has written to its standard error since. */
	isFollowed: boolean;
}

/** Watches one traced command. Hand its two methods to the tracer as `onFailure` and `onCall`. */
export class Witness {
	readonly #kept = new Map<number, Kept[]>();
	readonly #failed: Kept[] = [];
	/** What only looked, of processes that ended with an error and said nothing: their parent may. */
	readonly #silent: Kept[] = [];
	readonly #tracerFilters: number;
	#order = 0;

	/** @param tracerFilters how many seccomp filters the tracer puts into programs: those refuse nothing. */
	constructor(tracerFilters = 0) {
		this.#tracerFilters = tracerFilters;
	}

	/** A call has failed, and its process stands still. @returns what was found; undefined if such a failure is expected. */
	onFailure = (call: FailedCall): Seen | undefined => {
		if (!isReadable(call)) return undefined;
		const failure = {...failureOf(call), tracerFilters: this.#tracerFilters};
		const kept = this.#kept.get(call.pid) ?? [];
		// A shell that takes a broken program for a script is refused what its bytes say.
		const isGarbled = kept.some(({examination}) => isForeign(examination)) && !failure.call.startsWith('execve');
		if (isGarbled || isExpected(failure)) return undefined;
		const seen = {failure, program: call.program, examination: examine(failure)};
		const weight = call.looks !== true ? LOUD : isAfterthought(failure, kept) ? AFTERTHOUGHT : QUIET;
		kept.push({...seen, order: this.#order++, weight, isFollowed: false});
		if (kept.length > MOST_KEPT) kept.shift();
		this.#kept.set(call.pid, kept);
		return seen;
	};

	/** A call has ended. What a process writes to its standard error, and how it ends, tell which failure mattered. */
	onCall = ({call, args, result, pid}: TracedCall): void => {
		const message = messageIn(call, args, pid);
		// A parent may complain of what its child met.
		if (message !== undefined) complain([...this.#silent, ...this.#failed, ...(this.#kept.get(pid) ?? [])], message);
		const kept = this.#kept.get(pid);
		if (kept === undefined) return;
		// A search along PATH has come to its end.
		if (call.startsWith('execve') && result === 0)
			this.#kept.set(
				pid,
				kept.filter(({failure, examination}) => !failure.call.startsWith('execve') || isForeign(examination)),
			);
		if (call !== 'exit_group' && call !== 'killed') return;
		// What only looks fails often for good reasons: it counts if something was said after it. A program that turns out to be
		// broken while it takes the place of the old one is killed: there is no way back.
		const counts = ({weight, isFollowed, examination}: Kept): boolean =>
			weight <= QUIET ? isFollowed : call !== 'killed' || isFollowed || isForeign(examination);
		if (call === 'killed' || args[0] !== 0) {
			this.#failed.push(...kept.filter(counts));
			this.#silent.push(...kept.filter(each => !counts(each)));
			for (const list of [this.#failed, this.#silent]) list.splice(0, Math.max(0, list.length - MOST_REMEMBERED));
		}
		this.#kept.delete(pid);
	};

	/** The failure that mattered; undefined if nobody who ended with an error had one. */
	get verdict(): Seen | undefined {
		const named = this.#silent.filter(({weight}) => weight === COMPLAINED_OF);
		return [...named, ...this.#failed].toSorted(
			(one, other) => other.weight - one.weight || other.order - one.order,
		)[0];
	}
}

/** A failed call in one line. */
export function failedCallText({call, args, errno}: Failure): string {
	const text = visible(formatCall(call, args));
	return `${text.length > MOST_LETTERS ? `${text.slice(0, MOST_LETTERS)}…` : text} = -1 ${errno}`;
}

/** The last failure whose errno the message says in words; if it is about a path, that should be named too. */
function complain(kept: readonly Kept[], message: string): void {
	const found = kept.filter(({failure}) => saysErrno(message, failure.errno));
	const named = found.filter(({failure}) => isNamed(failure, message));
	const last = named.at(-1);
	// After a refusal programs look around for what to say, and what they find missing there is seldom the reason.
	const meant =
		named.findLast(({weight}) => weight > MEANT_PERHAPS) ??
		(last && isSearch(last)
			? found.findLast(({weight, failure}) => weight === LOUD && failure.pid === last.failure.pid)
			: undefined) ??
		last ??
		found.findLast(each => !isSearch(each) || libraryWords.test(message));
	if (meant !== undefined) {
		const isSure = isNamed(meant.failure, message) || !meant.failure.args.some(isPath);
		meant.weight = Math.max(meant.weight, isSure ? COMPLAINED_OF : MEANT_PERHAPS);
	}
	for (const each of kept) each.isFollowed ||= !isSearch(each) || isNamed(each.failure, message);
}

/** Whether a name is missing at which a call that was refused for another reason should have put something. */
function isAfterthought({call, args, errno}: Failure, earlier: readonly Kept[]): boolean {
	if (!isMissing(errno) || !looksOnly(call, args)) return false;
	const paths = args.filter(value => typeof value === 'string');
	return earlier.some(
		({failure}) =>
			!isMissing(failure.errno) &&
			!looksOnly(failure.call, failure.args) &&
			paths.some(path => failure.args.includes(path)),
	);
}

/** A broken program, or one for another processor: a shell then tries it as a script, and complains of its bytes. */
function isForeign({diagnosis}: Examination): boolean {
	return ['exec-other-architecture', 'exec-damaged-program'].includes(diagnosis?.cause ?? '');
}

/** Programs look for files in many places and do without: a missing one matters if the message says so, or names it. */
function isSearch({weight, failure}: Kept): boolean {
	return weight <= QUIET && isMissing(failure.errno) && failure.args.length > 0;
}

function isMissing(errno: string): boolean {
	return errno === 'ENOENT' || errno === 'ENOTDIR';
}

function isNamed({args}: Failure, message: string): boolean {
	return args.filter(isPath).some(path => message.includes(basename(path)));
}

function isPath(value: unknown): value is string {
	return typeof value === 'string' && value.length > 1;
}

/** As the C library has it for ENOENT and ENOTDIR; that something “does not exist” may be said of a user, too. */
const libraryWords = /no such file|not a directory/i;
const MOST_LETTERS = 300;
