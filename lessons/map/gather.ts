/**
 * Takes a chart: a snapshot of this machine, with the names and files that the engine knows.
 * @module
 */
import {hostname} from 'node:os';
import {type ContainerRecord, endpointOf, isRunning, listContainers} from '#engine';
import {branchOf, type Change, driverOf, type Union} from '#layers';
import {snapshot} from '#observe';
import type {ObservedProcess} from '#observe/types';
import {type Chart, type ChartedChange, type ChartedContainer, type ChartedLayers, homeOf} from './chart.ts';

/** More changed files than this are counted, not kept. */
const MOST_CHANGES = 500;

/** Takes charts one after the other. What takes long (the files of large containers) is looked at less often. */
export function createGatherer(): () => Chart {
	const layersOf = rarely(readLayers);
	return () => {
		const seen = snapshot({parts: ['userNamespaces', 'mountNamespaces', 'netNamespaces', 'cgroups', 'natRules']});
		return {
			format: 'drydock map 1',
			machine: hostname(),
			home: homeOf(seen, process.pid),
			snapshot: seen,
			containers: listContainers().flatMap(record => charted(record, seen.processes, layersOf)),
		};
	};
}

/** A record may outlive its container: what counts is whether the process is there. */
function charted(
	record: ContainerRecord,
	processes: readonly ObservedProcess[],
	layersOf: (key: string, union: Union) => ChartedLayers,
): readonly ChartedContainer[] {
	const first = record.state.process;
	if (first === undefined || !isRunning(record)) return [];
	if (!processes.some(({pid, startTicks}) => pid === first.pid && startTicks === first.startTicks)) return [];
	const {union} = record.container;
	const endpoint = endpointOf(record);
	return [
		{
			id: record.id,
			name: record.name,
			pid: first.pid,
			startTicks: first.startTicks,
			ports: (endpoint?.ports ?? []).map(port => ({...port, address: endpoint!.address})),
			...(union === undefined ? {} : {layers: layersOf(record.id, union)}),
		},
	];
}

function readLayers(union: Union): ChartedLayers {
	const base = {readOnly: union.readOnly, readWrite: union.readWrite.path};
	if (union.readWrite.inMemory === true) return {...base, changes: [], omitted: 0, hidden: true};
	const changes = withoutPassages(driverOf(union).changes(union));
	return {
		...base,
		changes: changes.slice(0, MOST_CHANGES).map(change => withOrigin(change, union.readOnly)),
		omitted: Math.max(0, changes.length - MOST_CHANGES),
		hidden: false,
	};
}

/** A directory counts as changed if anything in it has: the file tells that already. */
function withoutPassages(changes: readonly Change[]): readonly Change[] {
	// Sorted by path, what is below a directory comes after it, but `/a-b` may come between `/a` and `/a/b`.
	const parents = new Set<string>();
	for (const {path} of changes)
		for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1))
			parents.add(path.slice(0, end));
	return changes.filter(({kind, path}) => kind !== 'C' || !parents.has(path));
}

function withOrigin(change: Change, readOnly: readonly string[]): ChartedChange {
	return change.kind === 'A' ? change : {...change, from: branchOf(readOnly, change.path)?.index};
}

/** Remembers answers that took long, for twenty times as long. */
function rarely<Question, Answer>(ask: (question: Question) => Answer): (key: string, question: Question) => Answer {
	const answers = new Map<string, {readonly answer: Answer; readonly until: number}>();
	return (key, question) => {
		const startedAt = performance.now();
		const last = answers.get(key);
		if (last !== undefined && startedAt < last.until) return last.answer;
		const answer = ask(question);
		const endedAt = performance.now();
		const took = endedAt - startedAt;
		answers.set(key, {answer, until: took > 10 ? endedAt + 20 * took : 0});
		return answer;
	};
}
