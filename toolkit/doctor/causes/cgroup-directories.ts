/**
 * Why a cgroup can't be made, removed, or entered from elsewhere.
 *
 * Sources: cgroups(7), Documentation/admin-guide/cgroup-v2.rst.
 * @module
 */
import {dirname} from 'node:path';
import type {Cause, Found} from '../cause.ts';
import {cgroupFileOf, childrenOf, lineInside} from '../cgroups.ts';
import {linesOf, processName, statusLine, statusWords} from '../look.ts';
import {placeOf} from '../mounts.ts';
import {find, outsidePath} from '../paths.ts';
import {mayAccess, modeEvidence, WRITE} from '../permissions.ts';
import {listed} from '../words.ts';
import {withCgroupFile} from './cgroup.ts';

const source = 'Documentation/admin-guide/cgroup-v2.rst';

/** The causes that lie in the tree of cgroups. */
export const cgroupDirectoryCauses: readonly Cause[] = [
	{
		id: 'cgroup-common-ancestor-not-ours',
		calls: ['write'],
		errnos: ['EACCES'],
		test: withCgroupFile(({name, directory, mount}, {pid}, value) => {
			if (mount.fileSystem !== 'cgroup2' || !/^cgroup\.(procs|threads)$/.test(name)) return undefined;
			const mover = Number(value) === 0 ? pid : Number(value);
			const from = linesOf(`/proc/${mover}/cgroup`).find(({text}) => text.startsWith('0::'));
			const top = mount.mountPoint;
			const ancestor = commonAncestor(`${top}${from?.text.slice(3) ?? ''}`.replace(/\/$/, ''), directory);
			const there = find(pid, `${ancestor}/cgroup.procs`);
			if (from === undefined || there === undefined || mayAccess(pid, there.stats, WRITE, outsidePath(pid, there.path)))
				return undefined;
			return {
				evidence: [from.evidence, modeEvidence(there.path, there.stats), statusLine(pid, 'Uid').evidence],
				facts: {ancestor, uid: statusWords(pid, 'Uid')[1]!},
			};
		}),
		sentence: {
			en: 'User {uid} may not write {ancestor}/cgroup.procs: to move a process one must be able to write that file of the nearest cgroup above both its old and its new place.',
			zh: '用户 {uid} 无权写 {ancestor}/cgroup.procs：要移动进程，必须能写它新旧两处最近的共同祖先 cgroup。',
		},
		remedy: {
			en: 'Start inside the delegated cgroup (systemd-run --user --scope -p Delegate=yes), and move only below it.',
			zh: '从被委派的 cgroup 内启动（systemd-run --user --scope -p Delegate=yes），并且只在其下移动。',
		},
		source: `${source}, Delegation Containment`,
	},
	rmdirCause(
		'cgroup-has-children',
		(file, pid) => {
			const children = childrenOf(pid, file);
			return children.length === 0
				? undefined
				: {
						evidence: [`readdir ${file}: ${children.join(' ')}`],
						facts: {directory: file, children: listed(children)},
					};
		},
		{
			sentence: {en: '{directory} has cgroups in it: {children}.', zh: '{directory} 之中还有 cgroup：{children}。'},
			remedy: {en: 'Remove them first, from the bottom up.', zh: '先自下而上删除它们。'},
		},
	),
	rmdirCause(
		'cgroup-has-processes',
		(directory, pid) => {
			const procs = lineInside(pid, `${directory}/cgroup.procs`);
			const processes = (procs?.text ?? '').split('\n').filter(line => line !== '');
			return processes.length === 0
				? undefined
				: {
						evidence: [procs!.evidence],
						facts: {
							directory,
							processes: listed(processes.slice(0, 3).map(number => processName(Number(number)))),
						},
					};
		},
		{
			sentence: {en: 'Processes are in {directory}: {processes}.', zh: '{directory} 之中还有进程：{processes}。'},
			remedy: {
				en: 'End them (v2: echo 1 > cgroup.kill), or move them to another cgroup.',
				zh: '结束它们（v2：echo 1 > cgroup.kill），或把它们移到别的 cgroup。',
			},
		},
	),
	{
		id: 'cgroup-descendants-limit',
		calls: ['mkdir', 'mkdirat'],
		errnos: ['EAGAIN'],
		test: failure => {
			const file = cgroupFileOf(failure);
			if (file === undefined || file.version !== 2) return undefined;
			for (
				let directory = file.directory, depth = 1;
				directory.startsWith(file.mount.mountPoint);
				directory = dirname(directory), depth++
			) {
				const descendants = lineInside(failure.pid, `${directory}/cgroup.max.descendants`);
				const stat = lineInside(failure.pid, `${directory}/cgroup.stat`);
				const used = Number(/nr_descendants (\d+)/.exec(stat?.text ?? '')?.[1]);
				if (stat && descendants && used >= Number(descendants.text))
					return {
						evidence: [descendants.evidence, stat.evidence],
						facts: {directory, limit: descendants.text, name: 'cgroup.max.descendants'},
					};
				const deepest = lineInside(failure.pid, `${directory}/cgroup.max.depth`);
				if (deepest && depth > Number(deepest.text))
					return {evidence: [deepest.evidence], facts: {directory, limit: deepest.text, name: 'cgroup.max.depth'}};
			}
			return undefined;
		},
		sentence: {
			en: '{name} of {directory} is {limit}: no more cgroups may be made there.',
			zh: '{directory} 的 {name} 为 {limit}：不能再在其下创建 cgroup。',
		},
		remedy: {en: 'Raise it, or remove cgroups that nobody uses.', zh: '提高该值，或删除无人使用的 cgroup。'},
		source,
	},
];

function rmdirCause(
	id: string,
	test: (directory: string, pid: number) => Found | undefined,
	texts: Pick<Cause, 'sentence' | 'remedy'>,
): Cause {
	return {
		...texts,
		id,
		calls: ['rmdir', 'unlinkat'],
		errnos: ['EBUSY'],
		test: failure => {
			const file = cgroupFileOf(failure);
			const place = file && placeOf(failure.pid, `${file.directory}/${file.name}`);
			return place && test(place.path, failure.pid);
		},
		source: 'cgroups(7), Creating cgroups and moving processes',
	};
}

function commonAncestor(one: string, other: string): string {
	return other === '/' || other === one || one.startsWith(`${other}/`) ? other : commonAncestor(one, dirname(other));
}
