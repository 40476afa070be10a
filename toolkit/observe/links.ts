/**
 * Reads the links of /proc/PID: which namespaces a process is in, its directories, its program.
 *
 *     /proc/4711/ns/pid ──▶ pid:[4026532177]          /proc/4711/cwd ──▶ /srv
 *
 * The surprise: the eight links of namespaces cost as much as everything else about a process, and most need not be
 * read twice. A process enters a namespace by a call of its own; so one that has not run since is where it was.
 *
 * Sources: proc_pid_ns(5), proc_pid_root(5), getrusage(2) on context switches.
 * @module
 */
import {readlinkSync} from 'node:fs';
import {isErrno, tolerate} from '#kernel/error';
import type {NamespaceKind} from '#kernel/namespace';
import type {NamespaceId, ObservedProcess} from '#observe/types';

/** What the links tell. */
export type ProcessLinks = Pick<ObservedProcess, 'namespaces' | 'root' | 'cwd' | 'exe'>;

/** What else is known of a process when its links are to be read. */
export interface Sleeper {
	readonly pid: number;
	readonly startTicks: number;
	readonly stateLetter: string;
	readonly threads: number;
	/** How often it has been taken off a CPU; it grows whenever it falls asleep. Undefined if the kernel doesn't tell. */
	readonly switches: string | undefined;
}

/** The links of a process; none where the observer may not look, or if it has gone. */
export function readLinks(process: Sleeper): ProcessLinks {
	// A zombie has left its namespaces and directories, and has only its number and exit code.
	if (process.stateLetter === 'Z' || process.stateLetter === 'X') return {namespaces: {}};
	const directory = `/proc/${process.pid}`;
	try {
		// These can be changed by others: by pivot_root, by moving a directory.
		const [root, cwd, exe] = ['root', 'cwd', 'exe'].map(name =>
			tolerate(['ENOENT'], () => readlinkSync(`${directory}/${name}`)),
		);
		return {namespaces: namespacesOf(process, exe), root, cwd, exe};
	} catch (error) {
		// Who may not read one of these links may read none of them.
		if (isErrno(error, ...gone)) return {namespaces: {}};
		throw error;
	}
}

/** Which namespace of a kind a process is in; undefined where the observer may not look, or if it has gone. */
export function readNamespaceId(pid: number | 'thread-self', kind: NamespaceKind): NamespaceId | undefined {
	const link = tolerate(gone, () => readlinkSync(`/proc/${pid}/ns/${kind}`));
	return link === undefined ? undefined : namespaceIdOf(link);
}

/** A process may end between two looks, or belong to somebody whose processes are not ours to read. */
export const gone = ['ENOENT', 'ESRCH', 'EACCES', 'EPERM'] as const;
const kinds: readonly NamespaceKind[] = ['mnt', 'uts', 'ipc', 'pid', 'net', 'user', 'cgroup', 'time'];

type Namespaces = ObservedProcess['namespaces'];

const lastSeen = new Map<number, {readonly mark: string; readonly namespaces: Namespaces}>();

function namespacesOf(process: Sleeper, exe: string | undefined): Namespaces {
	const mark = stillnessOf(process, exe);
	const last = lastSeen.get(process.pid);
	if (mark !== undefined && last?.mark === mark) return last.namespaces;
	const namespaces: Partial<Record<NamespaceKind, NamespaceId>> = {};
	for (const kind of kinds) {
		const id = tolerate(['ENOENT'], () => namespaceIdOf(readlinkSync(`/proc/${process.pid}/ns/${kind}`)));
		if (id !== undefined) namespaces[kind] = id;
	}
	if (lastSeen.size > 10_000) lastSeen.clear();
	if (mark === undefined) lastSeen.delete(process.pid);
	else lastSeen.set(process.pid, {mark, namespaces});
	return namespaces;
}

/**
 * The same text at two moments, if the process hasn't run between them; undefined if that can't be known: while it runs
 * the switch is still to come, and of several threads each has a count of its own.
 */
function stillnessOf(
	{startTicks, stateLetter, threads, switches}: Sleeper,
	exe: string | undefined,
): string | undefined {
	if (stateLetter === 'R' || threads !== 1 || switches === undefined || exe === undefined) return undefined;
	return `${startTicks} ${switches} ${exe}`;
}

function namespaceIdOf(link: string): NamespaceId {
	return Number(link.slice(link.indexOf('[') + 1, -1));
}
