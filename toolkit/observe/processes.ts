/**
 * Reads processes from /proc.
 *
 *     /proc/4711/stat      numbers: parent, session, start time
 *     /proc/4711/status    the same process for people: its numbers inside, users, capabilities
 *     /proc/4711/ns/*      one link per namespace: see links.ts
 *
 * Kernel threads are left out: they are the kernel itself.
 *
 * Sources: proc_pid_stat(5), proc_pid_status(5), proc_pid_cgroup(5), namespaces(7).
 * @module
 */
import {closeSync, openSync, readdirSync, readSync} from 'node:fs';
import {tolerate} from '#kernel/error';
import {readKernelFile} from '#kernel/file';
import {gone, readLinks} from '#observe/links';
import type {ObservedProcess} from '#observe/types';

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
	const told = parseProcessStatus(status);
	return {
		pid: stat.pid,
		ppid: stat.ppid,
		pgid: stat.pgid,
		sid: stat.sid,
		state: stateByLetter[stat.stateLetter] ?? 'sleeping',
		comm: stat.comm,
		argv: readArguments(stat.pid),
		startTicks: stat.startTicks,
		tty: stat.tty,
		...readLinks({...stat, threads: told.threads, switches: switchesOf(status)}),
		...told,
		cgroups: cgroupsOf(cgroup),
	};
}

/** What /proc/PID/status alone tells. */
export type ProcessStatus = Pick<
	ObservedProcess,
	| 'uids'
	| 'gids'
	| 'pids'
	| 'rssBytes'
	| 'threads'
	| 'ignoredSignals'
	| 'caughtSignals'
	| 'capabilities'
	| 'noNewPrivs'
	| 'seccomp'
>;

/** Reads /proc/PID/status, of whose some 60 lines a dozen are wanted. */
export function parseProcessStatus(text: string): ProcessStatus {
	const field = fieldReader(text);
	// In the order of the file: that saves a third of the time.
	return {
		uids: numbersOf(field('Uid')),
		gids: numbersOf(field('Gid')),
		pids: numbersOf(field('NSpid')),
		// Missing for a zombie, which has no memory any more. The unit is always kB.
		rssBytes: Number.parseInt(field('VmRSS') ?? '0', 10) * 1024,
		threads: Number(field('Threads') ?? 0),
		ignoredSignals: signalsOf(field('SigIgn') ?? '0'),
		caughtSignals: signalsOf(field('SigCgt') ?? '0'),
		capabilities: {
			inheritable: field('CapInh') ?? '',
			permitted: field('CapPrm') ?? '',
			effective: field('CapEff') ?? '',
			bounding: field('CapBnd') ?? '',
			ambient: field('CapAmb') ?? '',
		},
		noNewPrivs: field('NoNewPrivs') === '1',
		seccomp: seccompByNumber[Number(field('Seccomp') ?? 0)] ?? 'disabled',
	};
}

/**
 * Cuts /proc/PID/cmdline into arguments. A process that gave itself a shorter name left the rest of the room empty.
 *
 * Source: proc(5), setproctitle(3bsd).
 */
export function splitArguments(text: string): readonly string[] {
	return text
		.replace(/\0{3,}$/, '')
		.replace(/\0$/, '')
		.split('\0');
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

/** Gives the values of lines `name: value`. Each is looked for below the one before, and only then from the top. */
function fieldReader(text: string): (name: string) => string | undefined {
	let place = 0;
	return name => {
		const label = `\n${name}:\t`;
		const below = text.indexOf(label, place);
		const start = below === -1 ? text.lastIndexOf(label, place) : below;
		if (start === -1) return undefined;
		const valueStart = start + label.length;
		const end = text.indexOf('\n', valueStart);
		place = end === -1 ? text.length : end;
		return text.slice(valueStart, place).trim();
	};
}

/** The last two lines: how often the process gave a CPU up, and how often one was taken from it. */
function switchesOf(text: string): string | undefined {
	const start = text.lastIndexOf('\nvoluntary_ctxt_switches:');
	return start === -1 ? undefined : text.slice(start);
}

function numbersOf(value: string | undefined): readonly number[] {
	return (value ?? '').split('\t').map(Number);
}

// Hundreds of processes may be in the same cgroups, and tell it in a dozen lines each.
const cgroupsByText = new Map<string, ObservedProcess['cgroups']>();

function cgroupsOf(text: string): ObservedProcess['cgroups'] {
	const known = cgroupsByText.get(text);
	if (known !== undefined) return known;
	const cgroups = parseCgroupFile(text);
	if (cgroupsByText.size > 1000) cgroupsByText.clear();
	cgroupsByText.set(text, cgroups);
	return cgroups;
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
	return splitArguments(argumentBytes.toString('utf8', 0, length));
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
