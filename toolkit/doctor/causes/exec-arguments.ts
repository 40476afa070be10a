/**
 * Why execve(2) says that there is too much to hand over.
 *
 * Source: execve(2) "Limits on size of arguments and environment", fs/exec.c.
 * @module
 */
import type {Cause} from '../cause.ts';
import {linesOf} from '../look.ts';
import {argumentsOf} from '../program-arguments.ts';

const calls = ['execve', 'execveat'];
const source = 'execve(2) Limits on size of arguments and environment';
/** MAX_ARG_STRLEN: 32 pages. ARG_MAX: what there is always room for. The most: three quarters of _STK_LIM, 8 MiB. */
const LONGEST = 131_072;
const LEAST_ROOM = 131_072;
const MOST_ROOM = 6_291_456;

/** The causes of E2BIG, in the kernel's order. */
export const execArgumentCauses: readonly Cause[] = [
	{
		id: 'exec-argument-too-long',
		calls,
		errnos: ['E2BIG'],
		test: ({pid}) => {
			const handed = argumentsOf(pid);
			return handed === undefined || handed.longest <= LONGEST
				? undefined
				: {
						evidence: [`process_vm_readv ${pid}: the longest argument or variable has ${handed.longest} bytes`],
						facts: {longest: handed.longest},
					};
		},
		sentence: {
			en: 'One argument or variable of the environment has {longest} bytes, and a single one has 131072 at most (with the zero byte at its end).',
			zh: '有一个参数或环境变量长达 {longest} 字节，而单个字符串最多 131072 字节（含末尾的零字节）。',
		},
		remedy: {
			en: 'Hand it over in a file, or through a pipe to the program’s standard input.',
			zh: '请通过文件，或经管道由程序的标准输入传递。',
		},
		source,
	},
	{
		id: 'exec-arguments-too-many',
		calls,
		errnos: ['E2BIG'],
		test: ({pid}) => {
			const handed = argumentsOf(pid);
			const line = linesOf(`/proc/${pid}/limits`).find(({text}) => text.startsWith('Max stack size'));
			const soft = line?.text.slice('Max stack size'.length).trim().split(/\s+/)[0];
			const quarter = soft === 'unlimited' ? MOST_ROOM : Math.floor(Number(soft) / 4);
			const room = Math.max(Math.min(quarter, MOST_ROOM), LEAST_ROOM);
			return handed === undefined || line === undefined || handed.bytes <= room
				? undefined
				: {
						evidence: [
							`process_vm_readv ${pid}: ${handed.count} arguments and variables take ${handed.bytes} bytes with their addresses`,
							line.evidence,
						],
						facts: {count: handed.count, bytes: handed.bytes, room},
					};
		},
		sentence: {
			en: 'The {count} arguments and variables take {bytes} bytes together, and there is room for {room}: a quarter of the limit on the stack (RLIMIT_STACK), but between 128 KiB and 6 MiB.',
			zh: '{count} 个参数和环境变量共占 {bytes} 字节，而最多只能有 {room} 字节：即栈上限（RLIMIT_STACK）的四分之一，但不低于 128 KiB、不高于 6 MiB。',
		},
		remedy: {
			en: 'Hand them over in portions (find … -exec … {} +, or xargs), or raise the limit: ulimit -s unlimited',
			zh: '分批传递（find … -exec … {} +，或 xargs），或提高上限：ulimit -s unlimited',
		},
		source,
	},
];
