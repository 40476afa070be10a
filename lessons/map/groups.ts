/**
 * Who lives where: processes, grouped by the namespaces in which they differ from the host, and by their root directory.
 *
 *     1     init        (as the host)                                   the host
 *     4711  sleep       pid mnt uts ipc net cgroup                      a container
 *     4800  sh              uts                                         somebody's unshare --uts
 *     4900  bash                                   /srv/rootfs          somebody's chroot
 *
 * The surprise: the kernel has no containers. It knows processes, and which namespaces each is in; a container is a group
 * of processes that somebody gave a name.
 * @module
 */
import {basename} from 'node:path';
import type {NamespaceKind} from '#kernel/namespace';
import type {NamespaceId, ObservedProcess} from '#observe/types';
import {ownRoot} from '../app/panels/processes.ts';
import {type Chart, type ChartedContainer, KINDS, type Namespaces} from './chart.ts';

/** Processes that share all their namespaces and their root directory. */
export interface Group {
	/** Its own namespaces and root: the same text in two snapshots means the same group. */
	readonly key: string;
	/** Those that are not the host's. */
	readonly own: Namespaces;
	/** Where its `/` is in its mount table, if chroot(2) has put it elsewhere than at the top. */
	readonly root: string | undefined;
	readonly members: readonly ObservedProcess[];
	/** The one that was there before the others. */
	readonly first: ObservedProcess;
	/** Its number as those at home see it. */
	readonly number: number;
	readonly container?: ChartedContainer | undefined;
	/** What an engine calls it, as far as its cgroup's path tells: `docker 4f2a8c01b7d3`. */
	readonly label?: string | undefined;
}

/** All groups but the host's own processes: containers that have names, then the others, those with most of their own first. */
export function groupsOf(chart: Chart): readonly Group[] {
	const groups = known.get(chart) ?? findGroups(chart);
	known.set(chart, groups);
	return groups;
}

/** Every section asks for the groups of the same two charts. */
const known = new WeakMap<Chart, readonly Group[]>();

function findGroups(chart: Chart): readonly Group[] {
	const {snapshot, home, containers} = chart;
	const byKey = Map.groupBy(snapshot.processes, process => keyOf(process, home));
	byKey.delete('');
	const level = levelOfHome(chart);
	const atHome = new Set(hostProcesses(chart).map(labelOf));
	const groups = [...byKey].map(([key, members]): Group => {
		const first = members.reduce((one, other) => (isOlder(other, one) ? other : one));
		const container = containers.find(({pid, startTicks}) =>
			members.some(member => member.pid === pid && member.startTicks === startTicks),
		);
		const label = labelOf(first);
		return {
			key,
			own: ownOf(first.namespaces, home),
			root: ownRoot(first),
			members,
			first,
			number: first.pids[level] ?? first.pid,
			container,
			// Whoever looks from inside a container is in its cgroup too, and so are all that are started there.
			label: atHome.has(label) ? undefined : label,
		};
	});
	const rank = ({container, label}: Group) => (container !== undefined ? 0 : label !== undefined ? 1 : 2);
	const size = ({own}: Group) => Object.keys(own).length;
	return groups.toSorted(
		(one, other) => rank(one) - rank(other) || size(other) - size(one) || one.first.startTicks - other.first.startTicks,
	);
}

/** The host's own processes. */
export function hostProcesses({snapshot, home}: Chart): readonly ObservedProcess[] {
	return snapshot.processes.filter(
		process => Object.keys(process.namespaces).length > 0 && keyOf(process, home) === '',
	);
}

/** How many processes the observer may not look into. */
export function unseenProcesses({snapshot}: Chart): number {
	return snapshot.processes.filter(
		({namespaces, state}) => Object.keys(namespaces).length === 0 && state !== 'zombie' && state !== 'dead',
	).length;
}

/** The group of a process; undefined if it is as the host is. */
export function groupOf(chart: Chart, pid: number): Group | undefined {
	return groupsOf(chart).find(({members}) => members.some(member => member.pid === pid));
}

/** What to call a group where there is room for one word or two. */
export function nameOf({container, label, first, number}: Group): string {
	return container?.name ?? label ?? `${basename(first.argv[0] ?? '') || first.comm} ${number}`;
}

/** Which of a process's numbers is the one at home: the last one of somebody who lives there. */
export function levelOfHome({snapshot, home}: Chart): number {
	const atHome = snapshot.processes.find(({namespaces}) => namespaces.pid !== undefined && namespaces.pid === home.pid);
	return Math.max(0, (atHome?.pids.length ?? 1) - 1);
}

function keyOf(process: ObservedProcess, home: Namespaces): string {
	const root = ownRoot(process);
	return Object.entries({...ownOf(process.namespaces, home), ...(root === undefined ? {} : {root})})
		.map(([kind, id]) => `${kind}:${id}`)
		.join(' ');
}

function ownOf(namespaces: Namespaces, home: Namespaces): Namespaces {
	const own: Partial<Record<NamespaceKind, NamespaceId>> = {};
	for (const kind of KINDS) {
		const id = namespaces[kind];
		if (id !== undefined && home[kind] !== undefined && id !== home[kind]) own[kind] = id;
	}
	return own;
}

function isOlder(one: ObservedProcess, other: ObservedProcess): boolean {
	return one.startTicks < other.startTicks || (one.startTicks === other.startTicks && one.pid < other.pid);
}

/** Engines name the cgroup after the container: `/docker/ID`, `/system.slice/docker-ID.scope`, `…/libpod-ID.scope`. */
function labelOf({cgroups}: ObservedProcess): string | undefined {
	for (const path of Object.values(cgroups)) {
		const [, engine, id] =
			/(?:^|[/-])([a-z]+)[/-](?:cri-containerd-)?([0-9a-f]{64})(?:\.scope)?(?:\/|$)/.exec(path) ?? [];
		if (engine !== undefined && id !== undefined)
			return `${engine === 'libpod' ? 'podman' : engine} ${id.slice(0, 12)}`;
	}
	return undefined;
}
