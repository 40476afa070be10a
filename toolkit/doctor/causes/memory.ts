/**
 * Why a process gets no more memory: what the kernel refuses at once. The rest it promises, and may not be able to give.
 *
 * Sources: mmap(2), getrlimit(2), proc_pid_status(5).
 * @module
 */
import {numberAt} from '../arguments.ts';
import type {Cause} from '../cause.ts';
import {linesOf, statusLine, statusWords} from '../look.ts';

/** The causes of ENOMEM where memory is asked for. */
export const memoryCauses: readonly Cause[] = [
	{
		id: 'address-space-limit',
		calls: ['mmap', 'mremap'],
		errnos: ['ENOMEM'],
		test: failure => {
			const {pid, call} = failure;
			const length = numberAt(failure, call === 'mmap' ? 1 : 2) ?? 0;
			const more = length - (call === 'mmap' ? 0 : (numberAt(failure, 1) ?? 0));
			const used = Number(statusWords(pid, 'VmSize')[0]) * KIB;
			const line = linesOf(`/proc/${pid}/limits`).find(({text}) => text.startsWith('Max address space'));
			const soft = Number(line?.text.slice('Max address space'.length).trim().split(/\s+/)[0]);
			return line === undefined || Number.isNaN(soft) || used + more <= soft
				? undefined
				: {evidence: [line.evidence, statusLine(pid, 'VmSize').evidence], facts: {used, more, soft}};
		},
		sentence: {
			en: 'The process’s memory spans {used} bytes and should grow by {more}; RLIMIT_AS allows {soft}. What is reserved counts, too, not only what is in use.',
			zh: '进程的地址空间已有 {used} 字节，还要增加 {more} 字节，而 RLIMIT_AS 只允许 {soft} 字节。仅保留而未使用的部分也计算在内。',
		},
		remedy: {
			en: 'Raise the limit where the process is started (ulimit -v unlimited), or limit its cgroup’s memory instead: that counts what is in use.',
			zh: '在启动该进程的地方提高上限（ulimit -v unlimited），或改为限制其 cgroup 的内存：后者只计入实际使用的部分。',
		},
		source: 'getrlimit(2) RLIMIT_AS, mmap(2) ERRORS',
	},
];

const KIB = 1024;
