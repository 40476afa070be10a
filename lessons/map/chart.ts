/**
 * What a map is drawn from: the kernel's objects at one moment, and what an engine knows of them by name.
 *
 * Plain data: it is kept in a file, and compared with a later one.
 * @module
 */
import type {NamespaceKind} from '#kernel/namespace';
import type {NamespaceId, ObservedProcess, Snapshot} from '#observe/types';

/** Which namespace of each kind. */
export type Namespaces = Readonly<Partial<Record<NamespaceKind, NamespaceId>>>;

/** The kernel's objects, with names for some. */
export interface Chart {
	/** Says what a file with this in it is. */
	readonly format: 'drydock map 1';
	readonly machine: string;
	/** The namespaces that everything else is compared with: the host's, or those that the observer is in. */
	readonly home: Namespaces;
	readonly snapshot: Snapshot;
	readonly containers: readonly ChartedContainer[];
}

/** A container that runs, as its engine knows it. */
export interface ChartedContainer {
	readonly id: string;
	readonly name: string;
	/** Its first process: by number, and by when it started. */
	readonly pid: number;
	readonly startTicks: number;
	readonly ports: readonly ChartedPort[];
	readonly layers?: ChartedLayers | undefined;
}

/** A port of the host whose packets go into a container. */
export interface ChartedPort {
	readonly hostAddress: string;
	readonly hostPort: number;
	readonly address: string;
	readonly containerPort: number;
	readonly protocol: string;
}

/** The branches that make a container's files, and what was changed. */
export interface ChartedLayers {
	/** Topmost first. */
	readonly readOnly: readonly string[];
	readonly readWrite: string;
	readonly changes: readonly ChartedChange[];
	/** How many more changes there are than were kept. */
	readonly omitted: number;
	/** Whether the changes are where only the container itself can see them. */
	readonly hidden: boolean;
}

/** One file that the container added, changed or deleted. */
export interface ChartedChange {
	readonly kind: 'A' | 'C' | 'D';
	readonly path: string;
	/** Which read-only branch had it, counted from the top. */
	readonly from?: number | undefined;
}

/** Kinds of namespaces, in the order in which the modules of the toolkit make them. */
export const KINDS: readonly NamespaceKind[] = ['pid', 'mnt', 'uts', 'ipc', 'net', 'user', 'cgroup', 'time'];

/** A chart of a snapshot alone: no names, no files. */
export function chartOf(snapshot: Snapshot): Chart {
	return {format: 'drydock map 1', machine: '', home: homeOf(snapshot), snapshot, containers: []};
}

/**
 * Where the observed world begins: process 1, or the first whose parent isn't part of it. Whoever may not look into that
 * one compares with `otherwise`, usually themselves.
 */
export function homeOf({processes}: Snapshot, otherwise?: number): Namespaces {
	const known = new Set(processes.map(({pid}) => pid));
	const isReadable = ({namespaces}: ObservedProcess) => Object.keys(namespaces).length > 0;
	const first = processes.find(({pid}) => pid === 1) ?? processes.find(({ppid}) => !known.has(ppid));
	if (first !== undefined && isReadable(first)) return first.namespaces;
	return (processes.find(({pid}) => pid === otherwise) ?? processes.find(isReadable))?.namespaces ?? {};
}
