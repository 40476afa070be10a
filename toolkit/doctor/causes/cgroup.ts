/**
 * Why a file of a cgroup refuses what is written to it.
 *
 * Sources: cgroups(7), Documentation/admin-guide/cgroup-v2.rst, Documentation/admin-guide/cgroup-v1/.
 * @module
 */
import {dirname} from 'node:path';
import type {Localized} from '#words/language';
import {textAt} from '../arguments.ts';
import type {Cause, Failure, Found} from '../cause.ts';
import {type CgroupFile, cgroupFileOf, childrenOf, lineInside} from '../cgroups.ts';
import {eachProcess, evidenceOf, firstLine, processName} from '../look.ts';
import {listed} from '../words.ts';
import {ruleFor} from './cgroup-values.ts';

const calls = ['write'];
const source = 'Documentation/admin-guide/cgroup-v2.rst';
const legacySource = 'Documentation/admin-guide/cgroup-v1';
const bothSources = `${source}, ${legacySource}`;

/** The causes of writes to the files that say who is in a cgroup, and which controllers its children have. */
export const cgroupCauses: readonly Cause[] = [
	{
		id: 'cgroup-value-not-taken',
		calls,
		errnos: ['EINVAL', 'ERANGE'],
		test: withCgroupFile(({directory, name}, {pid}, value) => {
			const rule = ruleFor(name);
			if (rule === undefined || rule.takes(value)) return undefined;
			const now = lineInside(pid, `${directory}/${name}`);
			const bounds = rule.bounds && firstLine(rule.bounds);
			const write = evidenceOf(`write to ${directory}/${name}`, JSON.stringify(value));
			return {
				evidence: [write, ...[now, bounds].flatMap(line => (line ? [line.evidence] : []))],
				facts: {value, name, rule: rule.words},
			};
		}),
		sentence: {
			en: '{name} doesn’t take “{value}”: it takes {rule}.',
			zh: '{name} 不接受“{value}”：它接受的是{rule}。',
		},
		remedy: {en: 'Write a value that it takes.', zh: '请写入它所接受的值。'},
		source: bothSources,
	},
	{
		id: 'cgroup-internal-processes',
		calls,
		errnos: ['EBUSY'],
		test: withCgroupFile(({directory, name}, {pid}, value) => {
			if (name !== 'cgroup.subtree_control' || !/\+/.test(value)) return undefined;
			const procs = lineInside(pid, `${directory}/cgroup.procs`);
			return procs === undefined || procs.text === ''
				? undefined
				: {
						evidence: [procs.evidence],
						facts: {directory, processes: named(procs.text), controller: /\+(\w+)/.exec(value)?.[1] ?? value},
					};
		}),
		sentence: {
			en: 'Processes are in {directory} itself ({processes}): a cgroup gives a controller such as {controller} to its children, or has processes, and not both.',
			zh: '{directory} 自身之中就有进程（{processes}）：一个 cgroup 要么把 {controller} 这样的控制器交给子 cgroup，要么容纳进程，二者不可兼有。',
		},
		remedy: {
			en: 'Move the processes into a child cgroup first, then enable the controller.',
			zh: '先把这些进程移到子 cgroup 里，再启用控制器。',
		},
		source: `${source}, No Internal Process Constraint`,
	},
	{
		id: 'cgroup-gives-controllers-to-children',
		calls,
		errnos: ['EBUSY'],
		test: withCgroupFile(({directory, name, version}, {pid}) => {
			const control = lineInside(pid, `${directory}/cgroup.subtree_control`);
			return version === 2 && name === 'cgroup.procs' && control !== undefined && control.text !== ''
				? {evidence: [control.evidence], facts: {directory, controllers: control.text}}
				: undefined;
		}),
		sentence: {
			en: '{directory} gives controllers ({controllers}) to its children, so it takes no process itself.',
			zh: '{directory} 把控制器（{controllers}）交给了子 cgroup，因此自身不再接收进程。',
		},
		remedy: {
			en: 'Put the process into a child of it, or make one.',
			zh: '把进程放进它的子 cgroup，没有的话就创建一个。',
		},
		source: `${source}, No Internal Process Constraint`,
	},
	{
		id: 'cgroup-threaded',
		calls,
		errnos: ['ENOTSUP'],
		test: withCgroupFile(({directory, name}, {pid}) => {
			const type = lineInside(pid, `${directory}/cgroup.type`);
			if (!type || !/invalid|threaded/.test(type.text) || !/^cgroup\.(procs|subtree_control|type)$/.test(name))
				return undefined;
			const above = lineInside(pid, `${dirname(directory)}/cgroup.type`);
			return {evidence: [type.evidence, ...(above ? [above.evidence] : [])], facts: {directory, type: type.text}};
		}),
		sentence: {
			en: '{directory} is “{type}”: it lies in a subtree for threads, where only threaded cgroups can hold anything.',
			zh: '{directory} 的类型是“{type}”：它位于线程化的子树中，那里只有 threaded 类型的 cgroup 才能容纳成员。',
		},
		remedy: {
			en: 'Write threaded to its cgroup.type and move threads through cgroup.threads, or make the cgroup elsewhere.',
			zh: '向它的 cgroup.type 写入 threaded，再通过 cgroup.threads 移动线程；或在别处创建 cgroup。',
		},
		source: `${source}, Threads`,
	},
	{
		id: 'cgroup-cpuset-empty',
		calls,
		errnos: ['ENOSPC'],
		test: withCgroupFile(({directory, name, version}, {pid}) => {
			if (version === 2 || !/^(cgroup\.procs|tasks)$/.test(name)) return undefined;
			const found = ['cpuset.cpus', 'cpuset.mems']
				.map(file => ({file, line: lineInside(pid, `${directory}/${file}`)}))
				.filter(({line}) => line !== undefined && line.text === '');
			return found.length === 0
				? undefined
				: {
						evidence: found.map(({line}) => line!.evidence),
						facts: {directory, files: listed(found.map(({file}) => file))},
					};
		}),
		sentence: {
			en: '{directory} has nothing in {files}: a process there would have no CPU to run on, or no memory to be in.',
			zh: '{directory} 的 {files} 为空：进程放进去便没有可用的 CPU 或内存节点。',
		},
		remedy: {
			en: 'Write cpuset.cpus and cpuset.mems first, for instance the parent’s values; with cgroup.clone_children a new cgroup gets them by itself.',
			zh: '先写入 cpuset.cpus 和 cpuset.mems，例如照抄父 cgroup 的值；启用 cgroup.clone_children 后，新建的 cgroup 会自动继承。',
		},
		source: `${legacySource}/cpusets.rst`,
	},
	{
		id: 'cgroup-cpuset-outside-parent',
		calls,
		errnos: ['EACCES', 'EINVAL', 'ENOSPC'],
		test: withCgroupFile(({directory, name, version}, {pid}, value) => {
			const above = lineInside(pid, `${dirname(directory)}/${name}`);
			if (version === 2 || !/^cpuset\.(cpus|mems)$/.test(name) || above === undefined) return undefined;
			const allowed = numbersIn(above.text);
			const outside = [...numbersIn(value)].filter(number => !allowed.has(number));
			return outside.length === 0
				? undefined
				: {evidence: [above.evidence], facts: {name, outside: outside.join(','), above: above.text || '(empty)'}};
		}),
		sentence: {
			en: 'The parent’s {name} is {above}: {outside} is not in it, and a child gets only what its parent has.',
			zh: '父 cgroup 的 {name} 为 {above}：其中没有 {outside}，而子 cgroup 只能得到父 cgroup 拥有的。',
		},
		remedy: {en: 'Add it to the parent first, or ask for less.', zh: '先加到父 cgroup 里，或少要一些。'},
		source: `${legacySource}/cpusets.rst`,
	},
	{
		id: 'cgroup-cpuset-used-below',
		calls,
		errnos: ['EBUSY'],
		test: withCgroupFile(({directory, name, version}, {pid}, value) => {
			if (version === 2 || !/^cpuset\.(cpus|mems)$/.test(name)) return undefined;
			const allowed = numbersIn(value);
			for (const child of childrenOf(pid, directory)) {
				const line = lineInside(pid, `${directory}/${child}/${name}`);
				if (line === undefined || [...numbersIn(line.text)].every(number => allowed.has(number))) continue;
				return {evidence: [line.evidence], facts: {name, child: `${directory}/${child}`, has: line.text}};
			}
			return undefined;
		}),
		sentence: {
			en: 'The {name} of {child} is {has}: its parent can’t have less.',
			zh: '{child} 的 {name} 为 {has}：父 cgroup 不能少于它。',
		},
		remedy: {en: 'Take it from the children first.', zh: '请先从子 cgroup 里去掉。'},
		source: `${legacySource}/cpusets.rst`,
	},
	{
		id: 'cgroup-quota-above-parent',
		calls,
		errnos: ['EINVAL'],
		test: withCgroupFile(({directory, name, version}, {pid}, value) => {
			if (version === 2 || name !== 'cpu.cfs_quota_us') return undefined;
			const quota = lineInside(pid, `${dirname(directory)}/cpu.cfs_quota_us`);
			const period = lineInside(pid, `${dirname(directory)}/cpu.cfs_period_us`);
			const own = lineInside(pid, `${directory}/cpu.cfs_period_us`);
			if (!quota || !period || !own || Number(quota.text) < 0) return undefined;
			const share = Number(value) / Number(own.text);
			const most = Number(quota.text) / Number(period.text);
			return share <= most
				? undefined
				: {evidence: [quota.evidence, period.evidence, own.evidence], facts: {share: round(share), most: round(most)}};
		}),
		sentence: {
			en: 'The quota asks for {share} CPU, and the parent has {most}.',
			zh: '该配额相当于 {share} 个 CPU，而父 cgroup 只有 {most} 个。',
		},
		remedy: {en: 'Raise the parent’s quota first, or ask for less.', zh: '先提高父 cgroup 的配额，或少要一些。'},
		source: 'Documentation/scheduler/sched-bwc.rst, Hierarchical considerations',
	},
	{
		id: 'cgroup-memory-in-use',
		calls,
		errnos: ['EBUSY'],
		test: withCgroupFile(({directory, name}, {pid}, value) => {
			const match = /^memory\.(memsw\.)?limit_in_bytes$/.exec(name);
			const usage = match && lineInside(pid, `${directory}/memory.${match[1] ?? ''}usage_in_bytes`);
			const limit = bytesOf(value);
			return usage && limit !== undefined && Number(usage.text) > limit
				? {evidence: [usage.evidence], facts: {directory, usage: usage.text, limit}}
				: undefined;
		}),
		sentence: {
			en: '{directory} uses {usage} bytes, and the kernel could not free enough of them for a limit of {limit}.',
			zh: '{directory} 正在使用 {usage} 字节，内核无法释放到上限 {limit} 以内。',
		},
		remedy: {
			en: 'Set the limit before processes start in it, or end some of them.',
			zh: '在进程启动之前设置上限，或结束其中的一些进程。',
		},
		source: `${legacySource}/memory.rst`,
	},
	{
		id: 'cgroup-memory-above-swap-limit',
		calls,
		errnos: ['EINVAL'],
		test: withCgroupFile(({directory, name}, {pid}, value) => {
			const limit = bytesOf(value);
			const isPlain = name === 'memory.limit_in_bytes';
			if ((!isPlain && name !== 'memory.memsw.limit_in_bytes') || limit === undefined) return undefined;
			const other = lineInside(pid, `${directory}/memory.${isPlain ? 'memsw.' : ''}limit_in_bytes`);
			if (other === undefined) return undefined;
			const isWrong = isPlain ? limit > Number(other.text) : limit < Number(other.text);
			return isWrong ? {evidence: [other.evidence], facts: {directory}} : undefined;
		}),
		sentence: {
			en: 'The limit on memory would stand above the limit on memory and swap together.',
			zh: '内存上限将会高于内存与交换空间合计的上限。',
		},
		remedy: {
			en: 'To raise, write memory.memsw.limit_in_bytes first; to lower, memory.limit_in_bytes first.',
			zh: '提高时先写 memory.memsw.limit_in_bytes；降低时先写 memory.limit_in_bytes。',
		},
		source: `${legacySource}/memory.rst`,
	},
	{
		id: 'cgroup-no-such-process',
		calls,
		errnos: ['ESRCH'],
		test: withCgroupFile(({name}, {pid}, value) => {
			if (!/^(cgroup\.(procs|threads)|tasks)$/.test(name) || !/^\d+$/.test(value)) return undefined;
			const isThere = eachProcess(each => (each === Number(value) ? each : undefined)).length > 0;
			return isThere || Number(value) === 0
				? undefined
				: {evidence: [`/proc: no directory ${value}`], facts: {number: value, writer: processName(pid)}};
		}),
		sentence: {
			en: 'There is no process {number}: it has ended, or has another number here.',
			zh: '没有 {number} 号进程：它已经结束，或在此处另有编号。',
		},
		remedy: {
			en: 'Write the number that the process has in the writer’s own PID namespace; 0 stands for the writer itself.',
			zh: '请写入该进程在写入者的 PID 命名空间里的编号；0 表示写入者自己。',
		},
		source: bothSources,
	},
];

/** Runs a test for writes below a cgroup's mount; others are none of its business. */
export function withCgroupFile(
	test: (file: CgroupFile, failure: Failure, value: string) => Found | undefined,
): Cause['test'] {
	return failure => {
		const file = cgroupFileOf(failure);
		return file && test(file, failure, textAt(failure, 1).trim());
	};
}

function named(numbers: string): Localized {
	const all = numbers.split(/\s+/).filter(number => number !== '0');
	return listed([...all.slice(0, 3).map(number => processName(Number(number))), ...(all.length > 3 ? ['…'] : [])]);
}

function numbersIn(list: string): ReadonlySet<number> {
	return new Set(
		list.split(',').flatMap(part => {
			const [first, last = first] = part.split('-').map(text => (text.trim() === '' ? Number.NaN : Number(text)));
			if (first === undefined || Number.isNaN(first)) return [];
			return Array.from({length: Math.min(last! - first + 1, 8192)}, (_, index) => first + index);
		}),
	);
}

function bytesOf(value: string): number | undefined {
	const match = /^(\d+)([kmgt]?)$/i.exec(value);
	return match === null ? undefined : Number(match[1]) * 1024 ** ' kmgt'.indexOf(match[2]!.toLowerCase() || ' ');
}

function round(number: number): number {
	return Math.round(number * 100) / 100;
}
