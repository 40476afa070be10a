/**
 * Why a cgroup doesn't have a controller, and with it its files.
 *
 * Sources: cgroups(7), Documentation/admin-guide/cgroup-v2.rst.
 * @module
 */
import {readdirSync} from 'node:fs';
import {dirname} from 'node:path';
import {flagsAt} from '../arguments.ts';
import type {Cause, Found} from '../cause.ts';
import {type CgroupFile, cgroupFileOf, childrenOf, lineInside, wordsInside} from '../cgroups.ts';
import {linesOf} from '../look.ts';
import {find, withName} from '../paths.ts';
import {withCgroupFile} from './cgroup.ts';

const source = 'Documentation/admin-guide/cgroup-v2.rst';
const writers = ['write', 'openat', 'open'];

/** Causes that have to do with which controllers a cgroup has. */
export const cgroupControllerCauses: readonly Cause[] = [
	controllerCause(
		'cgroup-controller-in-v1',
		({controller}) => {
			const row = linesOf('/proc/cgroups').find(({text}) => text.split('\t')[0] === legacyName(controller));
			const hierarchy = row?.text.split('\t')[1];
			return row === undefined || hierarchy === '0'
				? undefined
				: {evidence: [row.evidence], facts: {controller, legacy: legacyName(controller), hierarchy: hierarchy ?? ''}};
		},
		{
			sentence: {
				en: 'The controller {controller} belongs to a v1 hierarchy on this machine (number {hierarchy}): a controller is in one hierarchy only.',
				zh: '控制器 {controller} 在本机上属于某个 v1 层级（编号 {hierarchy}）：一个控制器只能属于一个层级。',
			},
			remedy: {
				en: 'Use the v1 tree, /sys/fs/cgroup/{legacy}, or start the machine with all controllers in v2 (systemd.unified_cgroup_hierarchy=1).',
				zh: '使用 v1 的目录树 /sys/fs/cgroup/{legacy}，或让机器以纯 v2 方式启动（systemd.unified_cgroup_hierarchy=1）。',
			},
		},
	),
	controllerCause(
		'cgroup-controller-not-enabled-above',
		({controller, directory}, pid) => {
			// The first cgroup from above that has the controller and doesn't hand it down.
			const above = dirname(directory);
			const offered = lineInside(pid, `${above}/cgroup.controllers`);
			const handed = lineInside(pid, `${above}/cgroup.subtree_control`);
			const own = lineInside(pid, `${directory}/cgroup.controllers`);
			if (!offered || !handed || !own || handed.text.split(' ').includes(controller)) return undefined;
			return {evidence: [own.evidence, handed.evidence, offered.evidence], facts: {controller, directory, above}};
		},
		{
			sentence: {
				en: '{directory} doesn’t have the controller {controller}: {above} doesn’t hand it down (its cgroup.subtree_control lacks it).',
				zh: '{directory} 没有控制器 {controller}：{above} 没有把它交下来（其 cgroup.subtree_control 中没有它）。',
			},
			remedy: {
				en: 'Enable it from the top down: echo +{controller} > {above}/cgroup.subtree_control',
				zh: '自上而下逐级启用：echo +{controller} > {above}/cgroup.subtree_control',
			},
		},
	),
	{
		id: 'cgroup-no-such-controller',
		calls: ['write'],
		errnos: ['EINVAL'],
		test: withCgroupFile(({name, directory}, {pid}, value) => {
			if (name !== 'cgroup.subtree_control') return undefined;
			const unknown = value
				.split(/\s+/)
				.map(word => word.slice(1))
				.find(word => !knownControllers.includes(word));
			const offered = lineInside(pid, `${directory}/cgroup.controllers`);
			return unknown === undefined || offered === undefined
				? undefined
				: {evidence: [offered.evidence], facts: {unknown}};
		}),
		sentence: {en: 'There is no controller called {unknown}.', zh: '没有名为 {unknown} 的控制器。'},
		remedy: {en: 'Choose from cgroup.controllers.', zh: '请从 cgroup.controllers 里选择。'},
		source,
	},
	{
		id: 'cgroup-controller-used-below',
		calls: ['write'],
		errnos: ['EBUSY'],
		test: withCgroupFile(({name, directory}, {pid}, value) => {
			const dropped = /-(\w+)/.exec(value)?.[1];
			if (name !== 'cgroup.subtree_control' || dropped === undefined) return undefined;
			const [user] = childrenOf(pid, directory).filter(child =>
				wordsInside(pid, `${directory}/${child}/cgroup.subtree_control`).includes(dropped),
			);
			const line = user === undefined ? undefined : lineInside(pid, `${directory}/${user}/cgroup.subtree_control`);
			return line && {evidence: [line.evidence], facts: {dropped, child: `${directory}/${user}`}};
		}),
		sentence: {
			en: '{child} still hands {dropped} down to its own children.',
			zh: '{child} 仍在把 {dropped} 交给它自己的子 cgroup。',
		},
		remedy: {en: 'Disable it from the bottom up.', zh: '请自下而上逐级停用。'},
		source,
	},
	{
		id: 'cgroup-no-such-file',
		calls: writers,
		// A shell's > tries to make the file, and a cgroup file system lets nobody make files.
		errnos: ['ENOENT', 'EACCES'],
		test: failure => {
			const file = cgroupFileOf(failure);
			if (file === undefined || find(failure.pid, `${file.directory}/${file.name}`) !== undefined) return undefined;
			if (failure.errno === 'EACCES' && !flagsAt(failure, failure.call === 'open' ? 1 : 2).has('O_CREAT'))
				return undefined;
			const prefix = file.name.split('.')[0]!;
			const names = mainFirst(namesIn(failure.pid, file.directory).filter(name => name.startsWith(`${prefix}.`)));
			return {
				evidence: [
					file.mount.evidence,
					`readdir ${file.directory}: no ${file.name}; ${names.length === 0 ? `nothing begins with ${prefix}.` : `there are ${names.slice(0, MOST_NAMES).join(' ')}${names.length > MOST_NAMES ? ` … (${names.length})` : ''}`}`,
				],
				facts: {name: file.name, directory: file.directory, version: file.version},
			};
		},
		sentence: {
			en: '{directory} is a cgroup of version {version}, and there is no file {name} in it; nobody can make one.',
			zh: '{directory} 是 v{version} 的 cgroup，其中没有 {name} 这个文件，也没有人能创建它。',
		},
		remedy: {
			en: 'Look for the file’s name in this version: memory.max of v2 is memory.limit_in_bytes of v1, cpu.max is cpu.cfs_quota_us.',
			zh: '请查看该文件在这个版本里的名字：v2 的 memory.max 在 v1 里是 memory.limit_in_bytes，cpu.max 是 cpu.cfs_quota_us。',
		},
		source: 'cgroups(7)',
	},
];

const MOST_NAMES = 8;

const knownControllers = ['cpuset', 'cpu', 'io', 'memory', 'hugetlb', 'pids', 'rdma', 'misc', 'dmem', 'perf_event'];

interface Wanted {
	readonly controller: string;
	readonly directory: string;
}

/** A cause why a controller that is wanted isn't in a v2 cgroup: wanted by its file's name, or by name for the children. */
function controllerCause(
	id: string,
	test: (wanted: Wanted, pid: number) => Found | undefined,
	texts: Pick<Cause, 'sentence' | 'remedy'>,
): Cause {
	return {
		...texts,
		id,
		calls: writers,
		errnos: ['ENOENT', 'EACCES'],
		test: failure => {
			const file = cgroupFileOf(failure);
			if (file === undefined || file.version !== 2) return undefined;
			const available = wordsInside(failure.pid, `${file.directory}/cgroup.controllers`);
			const controller = wantedBy(file, failure.args[1]).find(
				name => knownControllers.includes(name) && !available.includes(name),
			);
			return controller === undefined ? undefined : test({controller, directory: file.directory}, failure.pid);
		},
		source: `${source}, Controllers`,
	};
}

function wantedBy({name}: CgroupFile, value: unknown): readonly string[] {
	if (name === 'cgroup.subtree_control') return [...String(value).matchAll(/\+(\w+)/g)].map(match => match[1]!);
	return [name.split('.')[0]!];
}

/** v1 calls v2's io controller blkio. */
function legacyName(controller: string): string {
	return controller === 'io' ? 'blkio' : controller;
}

function namesIn(pid: number, directory: string): readonly string[] {
	return withName(pid, directory, fd => readdirSync(`/proc/self/fd/${fd}`));
}

/** memory.stat before memory.kmem.tcp.failcnt: there are dozens, and a few are shown. */
function mainFirst(names: readonly string[]): readonly string[] {
	const parts = (name: string): number => name.split('.').length;
	return names.toSorted((one, other) => parts(one) - parts(other) || (one < other ? -1 : 1));
}
