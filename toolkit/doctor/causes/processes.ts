/**
 * Why no process is born: fork, vfork, clone.
 *
 * Sources: fork(2), clone(2), pid_namespaces(7), cgroup v2's pids controller, getrlimit(2).
 * @module
 */
import {namespacePath} from '#kernel/namespace';
import type {Cause} from '../cause.ts';
import {cgroupsAbove} from '../cgroups.ts';
import {eachProcess, firstLine, linesOf, linkAt, linkEvidence, statusLine, statusWords} from '../look.ts';
import {hasCapability} from '../user-namespaces.ts';

const calls = ['clone', 'clone3', 'fork', 'vfork'];

/** All causes of a birth's refusal. */
export const forkCauses: readonly Cause[] = [
	{
		id: 'fork-in-dead-pid-namespace',
		calls,
		errnos: ['ENOMEM'],
		test: ({pid}) => {
			const forChildren = `/proc/${pid}/ns/pid_for_children`;
			const link = linkAt(forChildren);
			const own = namespacePath(pid, 'pid');
			if (link === linkAt(own)) return undefined;
			const inhabitants = eachProcess(other => (linkAt(namespacePath(other, 'pid')) === link ? other : undefined));
			return inhabitants.length > 0
				? undefined
				: {
						evidence: [linkEvidence(forChildren), linkEvidence(own), `/proc/*/ns/pid: no process is in ${link}`],
						facts: {link},
					};
		},
		sentence: {
			en: 'The children’s PID namespace ({link}) is dead: its process 1 has ended, and nobody can be born there any more.',
			zh: '子进程所属的 PID 命名空间（{link}）已经死亡：其中的 1 号进程已经结束，此后不能再有进程在那里诞生。',
		},
		remedy: {
			en: 'Make a new PID namespace, and keep its first child alive: it should reap the others and end last.',
			zh: '创建新的 PID 命名空间，并让它的第一个子进程一直存活：由它回收其他进程，并且最后结束。',
		},
		source: 'pid_namespaces(7) The namespace init process',
	},
	{
		id: 'fork-pids-max',
		calls,
		errnos: ['EAGAIN'],
		test: ({pid}) => {
			for (const {directory} of cgroupsAbove(pid, 'pids')) {
				const max = firstLine(`${directory}/pids.max`);
				const current = firstLine(`${directory}/pids.current`);
				if (!max || !current || max.text === 'max' || Number(current.text) < Number(max.text)) continue;
				const events = firstLine(`${directory}/pids.events`);
				return {
					evidence: [max.evidence, current.evidence, ...(events === undefined ? [] : [events.evidence])],
					facts: {max: max.text, current: current.text, directory},
				};
			}
			return undefined;
		},
		sentence: {
			en: 'The cgroup {directory} is full: pids.max is {max}, pids.current is {current}. Threads count, too.',
			zh: 'cgroup {directory} 已满：pids.max 为 {max}，pids.current 为 {current}，线程也计算在内。',
		},
		remedy: {
			en: 'Raise pids.max of that cgroup (drydock run --pids-limit), or end processes in it.',
			zh: '提高该 cgroup 的 pids.max（drydock run --pids-limit），或结束其中的一些进程。',
		},
		source: 'Documentation/admin-guide/cgroup-v2.rst, PID',
	},
	{
		id: 'fork-rlimit-nproc',
		calls,
		errnos: ['EAGAIN'],
		test: ({pid}) => {
			const line = linesOf(`/proc/${pid}/limits`).find(({text}) => text.startsWith('Max processes'));
			const soft = Number(line?.text.slice('Max processes'.length).trim().split(/\s+/)[0]);
			const uid = statusWords(pid, 'Uid')[0]!;
			if (line === undefined || Number.isNaN(soft)) return undefined;
			if (hasCapability(pid, 'CAP_SYS_RESOURCE') || hasCapability(pid, 'CAP_SYS_ADMIN')) return undefined;
			const tasks = eachProcess(other =>
				statusWords(other, 'Uid')[0] === uid ? Number(statusWords(other, 'Threads')[0]) : undefined,
			).reduce((sum, count) => sum + count, 0);
			return tasks < soft
				? undefined
				: {
						evidence: [
							line.evidence,
							statusLine(pid, 'Uid').evidence,
							`/proc/*/status: ${tasks} processes and threads of user ${uid}`,
						],
						facts: {soft, uid, tasks},
					};
		},
		sentence: {
			en: 'Processes and threads of user {uid} on this machine: {tasks}; RLIMIT_NPROC of this process allows {soft}. The limit counts all of the user’s, also those in other containers.',
			zh: '用户 {uid} 在本机上有 {tasks} 个进程和线程，而该进程的 RLIMIT_NPROC 只允许 {soft} 个：此限制计入该用户的全部进程，包括其他容器里的。',
		},
		remedy: {
			en: 'Raise the limit (ulimit -u, prlimit --nproc), or limit the container by pids.max, which counts its own only.',
			zh: '提高该限制（ulimit -u、prlimit --nproc），或改用 pids.max 限制容器，它只计入容器自己的进程。',
		},
		source: 'getrlimit(2) RLIMIT_NPROC, fork(2) ERRORS',
	},
];
