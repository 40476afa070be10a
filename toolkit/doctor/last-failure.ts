/**
 * The last failures, kept for whoever asks later: of the engine's own commands, and of what was traced.
 *
 *     /run/drydock/last-failures.json    {"engine": {…}, "traced": {…}}
 *
 * @module
 */
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {makePrivateDirectory, stateDirectory} from '#engine/directories';
import {type KernelError, KernelName} from '#kernel/error';
import {writeWholeFile} from '#kernel/whole-file';
import type {Diagnosis, Failure} from './cause.ts';
import {type Examination, examine} from './doctor.ts';
import {failedCallText} from './witness.ts';

/** Whose failure it was: a `drydock` command's own, or that of a program that was traced. */
export type Whose = 'engine' | 'traced';

/** A failure with all that was found, as it is kept. */
export interface KeptFailure {
	/** Milliseconds of the wall clock. */
	readonly at: number;
	readonly whose: Whose;
	/** The program, or the command line of `drydock`. */
	readonly program: string;
	/** The call in one line; a message where the call itself isn't known. */
	readonly text: string;
	readonly call: string;
	readonly errno: string;
	readonly diagnosis?: Diagnosis;
	readonly ruledOut: readonly string[];
	readonly untested: readonly string[];
}

/** Keeps a failure as the last of its kind. Losing it is no error: nothing else depends on it. */
export function keepFailure(
	whose: Whose,
	program: string,
	failure: Failure,
	examination: Examination,
	text?: string,
): KeptFailure {
	const kept = {
		at: Date.now(),
		whose,
		program: program.slice(0, LONGEST),
		text: (text ?? failedCallText(failure)).slice(0, LONGEST),
		call: failure.call,
		errno: failure.errno,
		...(examination.diagnosis === undefined ? {} : {diagnosis: bounded(examination.diagnosis)}),
		ruledOut: examination.ruledOut,
		untested: examination.untested,
	};
	try {
		write({...readAll(), [whose]: kept});
	} catch {
		// A full disk, or a directory that isn't ours: the failure itself has been told already.
	}
	return kept;
}

/**
 * Keeps a failure of the engine's own, if the error comes from the kernel: it is examined now, on this process.
 *
 * @param text the command line.
 * @returns what is kept; undefined for an error that isn't the kernel's.
 */
export function keepEngineFailure(error: unknown, text: string): KeptFailure | undefined {
	const refused = kernelErrorIn(error);
	if (refused !== undefined) {
		const failure = {call: refused.call, args: refused.args.map(plain), errno: refused.errno, pid: process.pid};
		return keepFailure('engine', text, failure, examine(failure));
	}
	return isInside(error) ? keepEngineMessage(error.message, text) : undefined;
}

/** Keeps a failure of a process that has gone, one inside a container: what it saw can't be looked at any more. */
export function keepEngineMessage(message: string, text: string): KeptFailure {
	return keepFailure('engine', text, {call: '', args: [], errno: '', pid: 0}, {ruledOut: [], untested: []}, message);
}

/** The last failure of each kind, the latest first. */
export function lastFailures(): readonly KeptFailure[] {
	return Object.values(readAll()).toSorted((one, other) => other.at - one.at);
}

type All = Readonly<Partial<Record<Whose, KeptFailure>>>;

/** What is on the disk; nothing if it isn't there or can't be made sense of. */
function readAll(): All {
	try {
		const all = JSON.parse(readFileSync(path(), 'utf8')) as All;
		return Object.fromEntries(
			Object.entries(all).filter(([, kept]) => typeof kept?.at === 'number' && Array.isArray(kept.ruledOut)),
		);
	} catch {
		return {};
	}
}

function write(all: All): void {
	makePrivateDirectory(stateDirectory());
	writeWholeFile(path(), JSON.stringify(all));
}

function path(): string {
	return join(stateDirectory(), 'last-failures.json');
}

/** By its name and shape: a command that is bundled on its own has a class of its own. */
function kernelErrorIn(error: unknown): KernelError | undefined {
	for (let cause = error, depth = 0; cause instanceof Error && depth < DEEPEST; cause = cause.cause, depth++) {
		if (cause.name === 'KernelError' && 'call' in cause && 'args' in cause) return cause as KernelError;
	}
	return undefined;
}

/** What init reported of a failure inside: its class is the runtime's own, and a bundle may have another. */
function isInside(error: unknown): error is Error {
	return error instanceof Error && error.name === 'InitError';
}

function plain(value: unknown): unknown {
	return value instanceof KernelName ? value.text : value;
}

function bounded(diagnosis: Diagnosis): Diagnosis {
	return {...diagnosis, evidence: diagnosis.evidence.slice(0, MOST_LINES).map(line => line.slice(0, LONGEST))};
}

const LONGEST = 500;
const MOST_LINES = 12;
const DEEPEST = 8;
