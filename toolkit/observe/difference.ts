/**
 * What changed between two snapshots.
 *
 *     before   1  204  311          appeared   4711
 *     after    1  204  4711         vanished   311
 *
 * Everything is known by what the kernel can't give to something else meanwhile: a process by its number and its
 * start, a cgroup by its path. Numbers that always move (memory, time, who runs and who sleeps) are no change.
 * @module
 */
import type {NamespaceKind} from '#kernel/namespace';
import {type Changes, compare} from '#observe/compare';
import type {
	NamespaceId,
	ObservedCgroup,
	ObservedLink,
	ObservedMount,
	ObservedProcess,
	ObservedRoute,
	ObservedUserNamespace,
	Snapshot,
} from '#observe/types';

/** A namespace, by kind and inode number. */
export interface ObservedNamespace {
	readonly kind: NamespaceKind;
	readonly id: NamespaceId;
}

/** Something of a mount or network namespace that both snapshots know. */
export type Within<T> = T & {readonly namespace: NamespaceId};

export interface ObservedAddress {
	readonly link: string;
	readonly address: string;
}

export interface Difference {
	readonly processes: Changes<ObservedProcess>;
	readonly namespaces: Changes<ObservedNamespace>;
	readonly userNamespaces: Changes<ObservedUserNamespace>;
	readonly mounts: Changes<Within<ObservedMount>>;
	readonly cgroups: Changes<ObservedCgroup>;
	readonly links: Changes<Within<ObservedLink>>;
	readonly addresses: Changes<Within<ObservedAddress>>;
	readonly routes: Changes<Within<ObservedRoute>>;
	readonly natRules: Changes<string>;
}

export interface DifferenceOptions {
	/** Processes that don't count, by number, with all that descend from them: the observer and its helpers. */
	readonly except?: readonly number[];
}

/** What appeared, vanished and changed from one snapshot to a later one. */
export function difference(before: Snapshot, after: Snapshot, options: DifferenceOptions = {}): Difference {
	const [old, now] = [before, after].map(snapshot => without(snapshot, options.except ?? [])) as [Snapshot, Snapshot];
	return {
		processes: compare(old.processes, now.processes, processKey, processProperties),
		namespaces: compare(namespacesOf(old), namespacesOf(now), ({kind, id}) => `${kind}:[${id}]`, []),
		userNamespaces: compareKnown(old.userNamespaces, now.userNamespaces),
		...compareMounts(old, now),
		cgroups: compare(old.cgroups, now.cgroups, cgroupKey, ['controllers', 'limits', 'frozen']),
		...compareNetworks(old, now),
		natRules: compare(old.natRules, now.natRules, rule => rule, []),
	};
}

/** Whether nothing happened. */
export function isEmpty(difference: Difference): boolean {
	return Object.values(difference).every(
		({appeared, vanished, changed}: Changes<unknown>) => appeared.length + vanished.length + changed.length === 0,
	);
}

/** Only what is new: what somebody who cleans up after themselves does not leave. */
export function leftovers(before: Snapshot, after: Snapshot, options: DifferenceOptions = {}): Difference {
	const all = difference(before, after, options);
	return Object.fromEntries(
		Object.entries(all).map(([sort, changes]) => [sort, {...changes, vanished: [], changed: []}]),
	) as unknown as Difference;
}

const processProperties = [
	'ppid',
	'pgid',
	'sid',
	'state',
	'comm',
	'argv',
	'exe',
	'uids',
	'gids',
	'namespaces',
	'capabilities',
	'noNewPrivs',
	'seccomp',
	'root',
	'cwd',
	'cgroups',
] as const;

function without(snapshot: Snapshot, except: readonly number[]): Snapshot {
	if (except.length === 0) return snapshot;
	const left = new Set(except);
	// A child's number may be lower than its parent's once numbers have wrapped, so one pass is not enough.
	for (let size = 0; size !== left.size; ) {
		size = left.size;
		for (const {pid, ppid} of snapshot.processes) if (left.has(ppid)) left.add(pid);
	}
	return {...snapshot, processes: snapshot.processes.filter(({pid}) => !left.has(pid))};
}

function processKey({pid, startTicks}: ObservedProcess): string {
	return `${pid} ${startTicks}`;
}

function cgroupKey({version, controllers, path}: ObservedCgroup): string {
	return version === 2 ? `2 ${path}` : `${controllers} ${path}`;
}

/** The namespaces that some process is in, and those that a mount keeps alive without any. */
function namespacesOf(snapshot: Snapshot): readonly ObservedNamespace[] {
	const found = new Map<string, ObservedNamespace>();
	const add = (kind: NamespaceKind, id: number): unknown => found.set(`${kind}:[${id}]`, {kind, id});
	for (const {namespaces} of snapshot.processes)
		for (const [kind, id] of Object.entries(namespaces)) add(kind as NamespaceKind, id);
	for (const {fileSystem, root} of snapshot.mountNamespaces.flatMap(({mounts}) => mounts)) {
		const [, kind, id] = /^(\w+):\[(\d+)\]$/.exec(root) ?? [];
		if (fileSystem === 'nsfs' && kind !== undefined) add(kind as NamespaceKind, Number(id));
	}
	return [...found.values()];
}

/** A namespace that only one snapshot knows is told as a namespace, not once more with all that is in it. */
function compareKnown(
	old: Snapshot['userNamespaces'],
	now: Snapshot['userNamespaces'],
): Changes<ObservedUserNamespace> {
	const all = compare(old, now, ({id}) => String(id), ['uidMap', 'gidMap', 'setgroups']);
	return {...all, appeared: [], vanished: []};
}

function compareMounts(before: Snapshot, after: Snapshot): Pick<Difference, 'mounts'> {
	const [old, now] = inBoth(before.mountNamespaces, after.mountNamespaces, ({id, mounts}) => within(id, mounts));
	const key = ({namespace, device, root, mountPoint}: Within<ObservedMount>): string =>
		[namespace, device, root, mountPoint].join(' ');
	return {mounts: compare(old, now, key, ['options', 'propagation', 'source', 'superOptions'])};
}

function compareNetworks(before: Snapshot, after: Snapshot): Pick<Difference, 'links' | 'addresses' | 'routes'> {
	const [oldLinks, links] = inBoth(before.netNamespaces, after.netNamespaces, ({id, links}) => within(id, links));
	const [oldRoutes, routes] = inBoth(before.netNamespaces, after.netNamespaces, ({id, routes}) => within(id, routes));
	return {
		// A link can be renamed, but its index stays its own.
		links: compare(oldLinks, links, ({namespace, index, kind}) => `${namespace} ${index} ${kind}`, linkProperties),
		addresses: compare(oldLinks.flatMap(addressesOf), links.flatMap(addressesOf), JSON.stringify, []),
		routes: compare(oldRoutes, routes, JSON.stringify, []),
	};
}

const linkProperties = ['name', 'mac', 'mtu', 'up', 'running', 'master', 'peer'] as const;

function addressesOf({namespace, name, addresses}: Within<ObservedLink>): readonly Within<ObservedAddress>[] {
	return addresses.map(address => ({namespace, link: name, address}));
}

function within<T extends object>(namespace: NamespaceId, objects: readonly T[]): readonly Within<T>[] {
	return objects.map(object => ({...object, namespace}));
}

/** What both snapshots hold of the namespaces that both know. */
function inBoth<N extends {readonly id: NamespaceId}, T>(
	old: readonly N[],
	now: readonly N[],
	open: (namespace: N) => readonly T[],
): [T[], T[]] {
	const known = (others: readonly N[]) => (each: N) => others.some(({id}) => id === each.id);
	return [old.filter(known(now)).flatMap(open), now.filter(known(old)).flatMap(open)];
}
