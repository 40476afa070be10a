/**
 * Looks at kernel objects, and tells what changed.
 *
 *     snapshot() ──▶ { processes, mounts, cgroups, links, … }   before
 *        (something happens)                                      │
 *     snapshot() ──▶ { … }                                      after ──▶ difference(before, after)
 *
 * Lessons draw it, checks judge by it, and tests prove with it that nothing was left behind.
 *
 * The surprise: there is no list of namespaces to ask the kernel for. They are found through the processes that are
 * in them, and what is in a namespace is read through one of these.
 *
 * Next: 01-process, the first thing worth looking at.
 *
 * Sources: proc(5), namespaces(7), cgroups(7), rtnetlink(7).
 * @module
 */
import type {NamespaceKind} from '#kernel/namespace';
import {readAllCgroups, readCgroupsOf} from '#observe/cgroups';
import {selectFamily} from '#observe/family';
import {readMountNamespace} from '#observe/mounts';
import {readNatRules} from '#observe/nat';
import {readNetNamespace} from '#observe/network';
import {listProcessStats, readProcess} from '#observe/processes';
import type {NamespaceId, ObservedProcess, Snapshot} from '#observe/types';
import {readUserNamespace} from '#observe/user-namespaces';

export type {Change, Changes} from '#observe/compare';
export {describeDifference, describeProcess} from '#observe/description';
export {type Difference, type DifferenceOptions, difference, isEmpty, leftovers} from '#observe/difference';
export type * from '#observe/types';

/** What a snapshot may leave out. Processes are always read: the rest is found through them. */
export type SnapshotPart = Exclude<keyof Snapshot, 'takenAt' | 'processes'>;

export interface SnapshotOptions {
	/** The whole machine, as far as the observer sees it, or what belongs to one process: see `selectFamily`. */
	readonly of?: 'host' | {readonly descendantsOf: number};
	/** Default: all but `natRules`, which cost a process. What is left out is empty. */
	readonly parts?: readonly SnapshotPart[];
}

/**
 * Takes a snapshot. What vanishes while it is taken is left out, and so is what the observer may not look at.
 *
 * @throws {KernelError} if /proc isn't there.
 */
export function snapshot({of = 'host', parts = usualParts}: SnapshotOptions = {}): Snapshot {
	const stats = listProcessStats();
	const chosen = of === 'host' ? stats : selectFamily(stats, of.descendantsOf);
	const processes = chosen.map(readProcess).filter(process => process !== undefined);
	const wants = (part: SnapshotPart): boolean => parts.includes(part);
	return {
		takenAt: Date.now(),
		processes,
		userNamespaces: wants('userNamespaces') ? readEach(processes, 'user', readUserNamespace) : [],
		mountNamespaces: wants('mountNamespaces') ? readEach(processes, 'mnt', readMountNamespace) : [],
		netNamespaces: wants('netNamespaces') ? readEach(processes, 'net', readNetNamespace) : [],
		cgroups: wants('cgroups') ? (of === 'host' ? readAllCgroups() : readCgroupsOf(processes)) : [],
		natRules: wants('natRules') ? readNatRules() : [],
	};
}

const usualParts: readonly SnapshotPart[] = ['userNamespaces', 'mountNamespaces', 'netNamespaces', 'cgroups'];

/** Reads each namespace of a kind once, through the first of its processes that lets it. */
function readEach<T>(
	processes: readonly ObservedProcess[],
	kind: NamespaceKind,
	read: (id: NamespaceId, through: number) => T | undefined,
): readonly T[] {
	const members = Map.groupBy(processes, ({namespaces}) => namespaces[kind]);
	return [...members].flatMap(([id, inside]) => {
		if (id === undefined) return [];
		// A chrooted process is told less of its mounts, so one with the whole view goes first.
		const wide = inside.find(({root}) => root === '/');
		for (const {pid} of wide === undefined ? inside : [wide, ...inside]) {
			const found = read(id, pid);
			if (found !== undefined) return [found];
		}
		return [];
	});
}
