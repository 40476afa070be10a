/**
 * Reads processes from /proc.
 *
 *     /proc/4711/stat      numbers: parent, session, start time
 *     /proc/4711/status    the same process for people: its numbers inside, users, capabilities
 *     /proc/4711/ns/*      one link per namespace
 *
 * Kernel threads are left out: they are the kernel itself.
 *
 * Sources: proc_pid_stat(5), proc_pid_status(5), proc_pid_cgroup(5), namespaces(7).
 * @module
 */
import {closeSync, openSync, readdirSync, readlinkSync, readSync} from 'node:fs';
import {isErrno, tolerate} from '#kernel/error';
import {readKernelFile} from '#kernel/file';
import type {NamespaceKind} from '#kernel/namespace';
import type {NamespaceId, ObservedProcess} from '#observe/types';

/** What /proc/PID/stat holds of a process: cheap enough to ask of all of them. */
export interface ProcessStat {
	readonly pid: number;
	readonly comm: string;
	readonly stateLetter: string;
	readonly ppid: number;
	readonly pgid: number;
	readonly sid: number;
	readonly tty: number;
	readonly startTicks: number;
	readonly isKernelThread: boolean;
}

/** Every process of the observer's PID namespace, kernel threads left out, by rising number. */
export function listProcessStats(): readonly ProcessStat[] {
	return readdirSync('/proc')
		.filter(name => /^\d+$/.test(name))
		.map(name => readProcessStat(Number(name)))
		.filter(stat => stat !== undefined && !stat.isKernelThread) as ProcessStat[];
}

/** One process's numbers; undefined if it has gone. */
export function readProcessStat(pid: number): ProcessStat | undefined {
	const text = readIfAlive(`/proc/${pid}/stat`);
	return text === undefined || text === '' ? undefined : parseProcessStat(text);
}

/** Reads the one line of /proc/PID/stat. The name in it may hold spaces and parentheses: its last one ends it. */
export function parseProcessStat(text: string): ProcessStat {
	const nameEnd = text.lastIndexOf(')');
	const fields = text.slice(nameEnd + 2).split(' ');
	return {
		pid: Number.parseInt(text, 10),
		comm: text.slice(text.indexOf('(') + 1, nameEnd),
		stateLetter: fields[0]!,
		ppid: Number(fields[1]),
		pgid: Number(fields[2]),
		sid: Number(fields[3]),
		tty: Number(fields[4]),
		startTicks: Number(fields[19]),
		isKernelThread: (Number(fields[6]) & PF_KTHREAD) !== 0,
	};
}

/** Everything about one process; undefined if it vanished meanwhile. */
export function readProcess(stat: ProcessStat): ObservedProcess | undefined {
	const status = readIfAlive(`/proc/${stat.pid}/status`);
	const cgroup = readIfAlive(`/proc/${stat.pid}/cgroup`);
	if (status === undefined || cgroup === undefined) return undefined;
	const field = (name: string): string | undefined => statusField(status, name);
	const numbers = (name: string): readonly number[] => (field(name) ?? '').split('\t').map(Number);
	return {
		pid: stat.pid,
		pids: numbers('NSpid'),
		ppid: stat.ppid,
		pgid: stat.pgid,
		sid: stat.sid,
		state: stateByLetter[stat.stateLetter] ?? 'sleeping',
		comm: stat.comm,
		argv: readArguments(stat.pid),
		startTicks: stat.startTicks,
		uids: numbers('Uid'),
		gids: numbers('Gid'),
		threads: Number(field('Threads') ?? 0),
		// Missing for a zombie, which has no memory any more. The unit is always kB.
		rssBytes: Number.parseInt(field('VmRSS') ?? '0', 10) * 1024,
		tty: stat.tty,
		...readLinks(stat),
		capabilities: {
			inheritable: field('CapInh') ?? '',
			permitted: field('CapPrm') ?? '',
			effective: field('CapEff') ?? '',
			bounding: field('CapBnd') ?? '',
			ambient: field('CapAmb') ?? '',
		},
		noNewPrivs: field('NoNewPrivs') === '1',
		seccomp: seccompByNumber[Number(field('Seccomp') ?? 0)] ?? 'disabled',
		cgroups: parseCgroupFile(cgroup),
		ignoredSignals: signalsOf(field('SigIgn') ?? '0'),
		caughtSignals: signalsOf(field('SigCgt') ?? '0'),
	};
}

/** Which namespace of a kind a process is in; undefined where the observer may not look, or if it has gone. */
export function readNamespaceId(pid: number | 'thread-self', kind: NamespaceKind): NamespaceId | undefined {
	const link = tolerate(gone, () => readlinkSync(`/proc/${pid}/ns/${kind}`));
	return link === undefined ? undefined : namespaceIdOf(link);
}

/** Reads /proc/PID/cgroup: a path for each hierarchy, by its controllers; '' is v2's. */
export function parseCgroupFile(text: string): Readonly<Record<string, string>> {
	const paths: Record<string, string> = {};
	for (const line of text.split('\n')) {
		const [, controllers, path] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
		if (controllers !== undefined && path !== undefined) paths[controllers] = path;
	}
	return paths;
}

const PF_KTHREAD = 0x200000;
/** A process may end between two looks, or belong to somebody whose processes are not ours to read. */
const gone = ['ENOENT', 'ESRCH', 'EACCES', 'EPERM'] as const;
const kinds: readonly NamespaceKind[] = ['mnt', 'uts', 'ipc', 'pid', 'net', 'user', 'cgroup', 'time'];
const seccompByNumber = ['disabled', 'strict', 'filter'] as const;
const stateByLetter: Readonly<Record<string, ObservedProcess['state']>> = {
	R: 'running',
	S: 'sleeping',
	D: 'waiting',
	T: 'stopped',
	t: 'traced',
	Z: 'zombie',
	X: 'dead',
	I: 'idle',
};

function readIfAlive(path: string): string | undefined {
	return tolerate(gone, () => readKernelFile(path));
}

/** The value of one line of /proc/PID/status. The file has some 60 lines, of which a dozen are wanted. */
function statusField(text: string, name: string): string | undefined {
	const start = text.indexOf(`\n${name}:\t`);
	if (start === -1) return undefined;
	const valueStart = start + name.length + 3;
	return text.slice(valueStart, text.indexOf('\n', valueStart)).trim();
}

// A process may give itself megabytes of arguments; what is shown is the beginning.
const argumentBytes = Buffer.alloc(4096);

function readArguments(pid: number): readonly string[] {
	const length = tolerate(gone, () => {
		const fd = openSync(`/proc/${pid}/cmdline`, 'r');
		try {
			return readSync(fd, argumentBytes);
		} finally {
			closeSync(fd);
		}
	});
	if (length === undefined || length === 0) return [];
	return argumentBytes.toString('utf8', 0, length).replace(/\0$/, '').split('\0');
}

type Links = Pick<ObservedProcess, 'namespaces' | 'root' | 'cwd' | 'exe'>;

function readLinks(stat: ProcessStat): Links {
	const namespaces: Partial<Record<NamespaceKind, NamespaceId>> = {};
	// A zombie has left its namespaces and directories, and has only its number and exit code.
	if (stat.stateLetter === 'Z' || stat.stateLetter === 'X') return {namespaces};
	const directory = `/proc/${stat.pid}`;
	try {
		for (const kind of kinds) {
			const id = tolerate(['ENOENT'], () => namespaceIdOf(readlinkSync(`${directory}/ns/${kind}`)));
			if (id !== undefined) namespaces[kind] = id;
		}
		return {
			namespaces,
			root: readlinkSync(`${directory}/root`),
			cwd: readlinkSync(`${directory}/cwd`),
			exe: readlinkSync(`${directory}/exe`),
		};
	} catch (error) {
		// Who may not read one of these links may read none of them.
		if (isErrno(error, ...gone)) return {namespaces};
		throw error;
	}
}

function namespaceIdOf(link: string): NamespaceId {
	return Number(link.slice(link.indexOf('[') + 1, -1));
}

// Most processes have one of a few masks, and there are two in each process.
const signalsByMask = new Map<string, readonly number[]>();

function signalsOf(mask: string): readonly number[] {
	const known = signalsByMask.get(mask);
	if (known !== undefined) return known;
	const bits = [...BigInt(`0x${mask}`).toString(2)].toReversed();
	const signals = bits.flatMap((bit, index) => (bit === '1' ? [index + 1] : []));
	signalsByMask.set(mask, signals);
	return signals;
}
