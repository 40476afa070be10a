/**
 * Reads cgroups: who is in them, what they may use, what they use.
 *
 * Sources: cgroups(7); Documentation/admin-guide/cgroup-v2.rst and cgroup-v1/ of the kernel.
 * @module
 */
import {type Dirent, readdirSync} from 'node:fs';
import {tolerate} from '#kernel/error';
import {readKernelFile} from '#kernel/file';
import {cgroupDirectory, type Hierarchy, listHierarchies} from '#observe/hierarchies';
import type {ObservedCgroup, ObservedProcess} from '#observe/types';

/** All cgroups of this machine, parents before children. */
export function readAllCgroups(): readonly ObservedCgroup[] {
	return listHierarchies().flatMap(hierarchy => walk(hierarchy, hierarchy.root));
}

/** The cgroups that these processes are in, with those below them. */
export function readCgroupsOf(processes: readonly ObservedProcess[]): readonly ObservedCgroup[] {
	return listHierarchies().flatMap(hierarchy => {
		const paths = new Set(processes.map(({cgroups}) => cgroups[hierarchy.name]).filter(path => path !== undefined));
		return outermost([...paths]).flatMap(path =>
			// The top belongs to everybody: below it are the cgroups of others.
			path === hierarchy.root ? (readCgroup(hierarchy, path)?.cgroup ?? []) : walk(hierarchy, path),
		);
	});
}

/** One cgroup of one hierarchy; undefined if it isn't there. */
export function readCgroup(
	hierarchy: Hierarchy,
	path: string,
): {cgroup: ObservedCgroup; children: string[]} | undefined {
	const directory = cgroupDirectory(hierarchy, path);
	if (directory === undefined) return undefined;
	const entries = tolerate(absent, () => readdirSync(directory, {withFileTypes: true}));
	if (entries === undefined) return undefined;
	const files = new Set(entries.map(entry => entry.name));
	const read = (file: string): string | undefined =>
		files.has(file) ? tolerate(absent, () => readKernelFile(`${directory}/${file}`).trim()) : undefined;
	return {
		cgroup: {
			version: hierarchy.version,
			controllers: hierarchy.version === 1 ? hierarchy.controllers : wordsOf(read('cgroup.controllers')),
			path,
			processes: [...new Set(wordsOf(read('cgroup.procs')).map(Number))],
			limits: readLimits(read, file =>
				tolerate(absent, () => readKernelFile(`${hierarchy.mountPoint}/${file}`).trim()),
			),
			usage: readUsage(read),
			frozen: read('cgroup.freeze') === '1' || (read('freezer.state') ?? 'THAWED') !== 'THAWED',
		},
		children: entries.filter((entry: Dirent) => entry.isDirectory()).map(entry => entry.name),
	};
}

type ReadFile = (file: string) => string | undefined;

/** A cgroup may go, or lose a controller, while it is read; a threaded one has no list of processes. */
const absent = ['ENOENT', 'ENODEV', 'EACCES', 'EPERM', 'ENOTSUP'] as const;

/** Each file of a limit, and what it says where there is none. */
const limitFiles: Readonly<Record<string, (text: string, atTop: ReadFile) => boolean>> = {
	'memory.max': text => text === 'max',
	'memory.high': text => text === 'max',
	'memory.low': text => text === '0',
	'memory.swap.max': text => text === 'max',
	'memory.limit_in_bytes': isHuge,
	'memory.memsw.limit_in_bytes': isHuge,
	'memory.soft_limit_in_bytes': isHuge,
	'pids.max': text => text === 'max',
	'cpu.max': text => text.startsWith('max'),
	'cpu.weight': text => text === '100',
	'cpu.cfs_quota_us': text => text === '-1',
	'cpu.cfs_period_us': text => text === '100000',
	'cpu.shares': text => text === '1024',
	'cpu.idle': text => text === '0',
	'cpuset.cpus': (text, atTop) => text === '' || text === atTop('cpuset.cpus'),
	'cpuset.mems': (text, atTop) => text === '' || text === atTop('cpuset.mems'),
	'io.max': text => text === '',
	'io.weight': text => text === 'default 100',
	'blkio.bfq.weight': text => text === '100',
	'blkio.throttle.read_bps_device': text => text === '',
	'blkio.throttle.write_bps_device': text => text === '',
	'blkio.throttle.read_iops_device': text => text === '',
	'blkio.throttle.write_iops_device': text => text === '',
	'devices.list': text => text === 'a *:* rwm',
};

/** Files of one number, and those of lines `name number` with the names that are read. */
const usageFiles: Readonly<Record<string, readonly string[]>> = {
	'memory.current': [],
	'memory.usage_in_bytes': [],
	'memory.swap.current': [],
	'memory.events': ['oom_kill'],
	'memory.oom_control': ['oom_kill'],
	'pids.current': [],
	'cpuacct.usage': [],
	'cpu.stat': ['usage_usec', 'nr_throttled'],
};

function walk(hierarchy: Hierarchy, path: string): readonly ObservedCgroup[] {
	const found = readCgroup(hierarchy, path);
	if (found === undefined) return [];
	const below = found.children.flatMap(name => walk(hierarchy, path === '/' ? `/${name}` : `${path}/${name}`));
	return [found.cgroup, ...below];
}

/** Leaves out the paths that lie below another one: the walk comes to them anyway. */
function outermost(paths: readonly string[]): readonly string[] {
	return paths.filter(path => !paths.some(other => other !== path && other !== '/' && path.startsWith(`${other}/`)));
}

function readLimits(read: ReadFile, atTop: ReadFile): Readonly<Record<string, string>> {
	const limits: Record<string, string> = {};
	for (const [file, isNone] of Object.entries(limitFiles)) {
		const text = read(file);
		if (text !== undefined && !isNone(text, atTop)) limits[file] = text;
	}
	return limits;
}

function readUsage(read: ReadFile): Readonly<Record<string, number>> {
	const usage: Record<string, number> = {};
	for (const [file, names] of Object.entries(usageFiles)) {
		const text = read(file);
		if (text === undefined) continue;
		if (names.length === 0) usage[file] = Number(text);
		for (const line of text.split('\n')) {
			const [name, value] = line.split(' ');
			if (names.includes(name!)) usage[`${file} ${name}`] = Number(value);
		}
	}
	return usage;
}

function wordsOf(text: string | undefined): readonly string[] {
	return (text ?? '').split(/\s+/).filter(Boolean);
}

/** v1 has no word for "no limit": it is the largest number of whole pages that a signed 64-bit one holds. */
function isHuge(text: string): boolean {
	return BigInt(text) >= 1n << 62n;
}
