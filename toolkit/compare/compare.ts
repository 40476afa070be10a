/**
 * Compare: the same container, made by another engine, and what the kernel sees differently.
 *
 *     drydock's container ──▶ portrait ─┐
 *                                       ├─▶ differences, each with its reason
 *     its twin by runc    ──▶ portrait ─┘
 *
 * Nothing that an engine says of itself is believed: both are looked at through /proc, as they run.
 *
 * The surprise: two engines that follow one specification differ in dozens of places, since it says what must be there and
 * leaves open what else may be. Docker's habits are in no specification at all.
 *
 * Next: reasons.ts, where the known differences are explained.
 *
 * Sources: OCI runtime-spec 1.2; docker run(1), podman-run(1), runc(8).
 * @module
 */
import {chmodSync, closeSync, mkdirSync, rmSync} from 'node:fs';
import {join} from 'node:path';
import {contrast, type Difference} from '#compare/differences';
import {dockerTwin} from '#compare/docker-twin';
import type {Aspect} from '#compare/fact';
import {takePortrait} from '#compare/portrait';
import {awaitFirstChild} from '#compare/program';
import {reasonFor} from '#compare/reasons';
import {removeRuncTwins, runcTwin} from '#compare/runc-twin';
import type {Original, OtherEngine, Twin} from '#compare/twin';
import type {ContainerRecord} from '#engine';
import {dataDirectory, makePrivateDirectory, stateDirectory} from '#engine/directories';
import {tryLockFile} from '#kernel/flock';
import {readProcess, readProcessStat} from '#observe/processes';
import type {Localized} from '#words/language';

export {ASPECTS, type Aspect} from '#compare/fact';
export {OTHER_ENGINES, type OtherEngine} from '#compare/twin';

/** A difference, and why it is there; undefined where nobody knows yet. */
export interface ExplainedDifference extends Difference {
	readonly reason: Localized | undefined;
}

/** What came of comparing. */
export interface Comparison {
	readonly container: string;
	readonly engine: OtherEngine;
	readonly version: string;
	readonly notes: readonly Localized[];
	/** How many facts of each aspect are the same. */
	readonly same: Readonly<Partial<Record<Aspect, number>>>;
	readonly differences: readonly ExplainedDifference[];
}

/**
 * Has another engine make the same container, looks at both, and removes the other one again.
 *
 * @throws one line if it can't be made: the engine isn't there, or refuses; the signal's reason if it is aborted.
 */
export async function compareWith(
	record: ContainerRecord,
	engine: OtherEngine,
	{signal = new AbortController().signal}: {readonly signal?: AbortSignal} = {},
): Promise<Comparison> {
	const first = record.state.process?.pid;
	const pid = record.container.init === true ? await awaitFirstChild(first) : first;
	const stat = pid === undefined ? undefined : readProcessStat(pid);
	const program = stat && readProcess(stat);
	if (program === undefined) throw new Error(`container ${record.name} is not running: start it first`);
	if (process.geteuid?.() !== 0)
		throw new Error('drydock compare needs root: other engines do, and so does looking into both');
	const lock = tryLockFile(join(makePrivateDirectory(stateDirectory()), 'compare.lock'));
	if (lock === undefined) throw new Error('another drydock compare is at work: wait for it');
	// One name for all: what a comparison left that was killed, the next one removes.
	const directory = join(dataDirectory(), 'compare');
	const original: Original = {record, directory, signal, pid: program.pid, argv: program.argv};
	let twin: Twin | undefined;
	try {
		removeRuncTwins(directory);
		rmSync(directory, {recursive: true, force: true});
		mkdirSync(directory, {recursive: true, mode: 0o711});
		// A container whose root is another user must be able to pass.
		chmodSync(directory, 0o711);
		twin = await makers[engine](original);
		const {differences, same} = contrast(takePortrait(original.pid), takePortrait(twin.pid));
		return {
			container: record.name,
			engine,
			version: twin.version,
			notes: twin.notes,
			same,
			differences: differences.map(each => ({...each, reason: reasonFor(each, engine)})),
		};
	} finally {
		twin?.remove();
		rmSync(directory, {recursive: true, force: true});
		closeSync(lock);
	}
}

const makers: Readonly<Record<OtherEngine, (original: Original) => Promise<Twin>>> = {
	runc: runcTwin,
	docker: original => dockerTwin(original, 'docker'),
	podman: original => dockerTwin(original, 'podman'),
};
