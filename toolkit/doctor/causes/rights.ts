/**
 * Single calls that demand one capability, and what else they refuse for.
 *
 * Sources: capabilities(7), sethostname(2), chroot(2), mknod(2), kill(2), prlimit(2), seccomp(2).
 * @module
 */
import {type ResourceName, resourceNumber} from '#kernel/resource';
import {numberAt, textAt} from '../arguments.ts';
import type {Cause} from '../cause.ts';
import {eachProcess, linesOf, linkAt, linkEvidence, processName, statusLine, statusWords} from '../look.ts';
import {hasCapability, isInUserNamespace, verdictOver} from '../user-namespaces.ts';
import {demands} from './capability.ts';

const nodes = ['mknod', 'mknodat'];

/** The causes of these calls. */
export const rightsCauses: readonly Cause[] = [
	...demands({
		id: 'sethostname',
		calls: ['sethostname', 'setdomainname'],
		capability: 'CAP_SYS_ADMIN',
		over: 'uts',
		source: 'sethostname(2) ERRORS',
	}),
	{
		id: 'hostname-too-long',
		calls: ['sethostname', 'setdomainname'],
		errnos: ['EINVAL'],
		test: failure => {
			const length = numberAt(failure, 1) ?? Buffer.byteLength(textAt(failure, 0));
			return length > 64 ? {evidence: [`${length} bytes: ${textAt(failure, 0)}`], facts: {length}} : undefined;
		},
		sentence: {
			en: 'The name has {length} bytes, and 64 is the most.',
			zh: '该名称有 {length} 字节，而上限是 64 字节。',
		},
		remedy: {en: 'Use a shorter one.', zh: '请用更短的名称。'},
		source: 'sethostname(2) ERRORS',
	},
	...demands({
		id: 'chroot',
		calls: ['chroot'],
		capability: 'CAP_SYS_CHROOT',
		over: 'user',
		source: 'chroot(2) ERRORS',
	}).filter(({id}) => !id.endsWith('foreign-namespace')),
	{
		id: 'mknod-in-user-namespace',
		calls: nodes,
		errnos: ['EPERM'],
		test: failure =>
			isDevice(textAt(failure, failure.call === 'mknod' ? 1 : 2)) && isInUserNamespace(failure.pid)
				? {
						evidence: [
							linkEvidence(`/proc/${failure.pid}/ns/user`),
							...linesOf(`/proc/${failure.pid}/uid_map`).map(({evidence}) => evidence),
						],
					}
				: undefined,
		sentence: {
			en: 'The process is in a user namespace, and device files are made by root of the machine only: a file with two numbers would reach any hardware.',
			zh: '进程身处用户命名空间，而设备文件只能由本机的 root 创建：只凭两个编号，这样的文件就能触及任何硬件。',
		},
		remedy: {
			en: 'Bind the host’s device file: mount --bind /dev/null …',
			zh: '绑定宿主机上的设备文件：mount --bind /dev/null …',
		},
		source: 'mknod(2) ERRORS, user_namespaces(7)',
	},
	{
		id: 'mknod-without-capability',
		calls: nodes,
		errnos: ['EPERM'],
		test: failure =>
			isDevice(textAt(failure, failure.call === 'mknod' ? 1 : 2)) && !hasCapability(failure.pid, 'CAP_MKNOD')
				? {evidence: [statusLine(failure.pid, 'CapEff').evidence]}
				: undefined,
		sentence: {
			en: 'The process doesn’t have CAP_MKNOD, which making a device file demands.',
			zh: '进程没有 CAP_MKNOD，而创建设备文件需要它。',
		},
		remedy: {
			en: 'Let it have CAP_MKNOD, or bind a device file that is there.',
			zh: '授予它 CAP_MKNOD，或绑定已有的设备文件。',
		},
		source: 'mknod(2) ERRORS',
	},
	{
		id: 'kill-of-another-user',
		calls: ['kill', 'tkill', 'tgkill', 'pidfd_send_signal'],
		errnos: ['EPERM'],
		test: failure => {
			const target = signalled(failure.pid, numberAt(failure, 0));
			if (target === undefined || failure.call === 'pidfd_send_signal') return undefined;
			const verdict = verdictOver(failure.pid, 'CAP_KILL', `/proc/${target}/ns/user`);
			const [real, effective] = statusWords(failure.pid, 'Uid');
			const [theirs, , saved] = statusWords(target, 'Uid');
			const isSame = [real, effective].some(uid => uid === theirs || uid === saved);
			return isSame || verdict.capable
				? undefined
				: {
						evidence: [
							statusLine(failure.pid, 'Uid').evidence,
							statusLine(target, 'Uid').evidence,
							statusLine(failure.pid, 'CapEff').evidence,
						],
						facts: {target: processName(target), uid: effective!, theirs: theirs!},
					};
		},
		sentence: {
			en: 'Process {target} belongs to user {theirs}, the sender is user {uid} and has no CAP_KILL there.',
			zh: '进程 {target} 属于用户 {theirs}，而发送者是用户 {uid}，且在那里没有 CAP_KILL。',
		},
		remedy: {en: 'Send it as user {theirs}, or as root.', zh: '以用户 {theirs} 或 root 的身份发送。'},
		source: 'kill(2) DESCRIPTION',
	},
	{
		id: 'kill-no-such-process',
		calls: ['kill', 'tkill', 'tgkill', 'pidfd_open'],
		errnos: ['ESRCH'],
		test: failure => {
			const number = numberAt(failure, 0);
			if (number === undefined || number <= 0 || signalled(failure.pid, number) !== undefined) return undefined;
			const space = linkAt(`/proc/${failure.pid}/ns/pid`);
			return {
				evidence: [`/proc/*/status: no NSpid ${number} in ${space}`, statusLine(failure.pid, 'NSpid').evidence],
				facts: {
					number,
					where:
						space !== FIRST_PID_NAMESPACE
							? {
									en: 'in the process’s PID namespace; the host’s numbers mean nothing there',
									zh: '在该进程的 PID 命名空间里（宿主机上的编号在那里没有意义），',
								}
							: {en: 'on this machine', zh: '本机上'},
				},
			};
		},
		sentence: {en: 'There is no process {number} {where}.', zh: '{where}没有 {number} 号进程。'},
		remedy: {
			en: 'It has ended, or has another number: see ps in the same PID namespace.',
			zh: '它已结束，或另有编号：请在同一 PID 命名空间里用 ps 查看。',
		},
		source: 'kill(2) ERRORS',
	},
	{
		id: 'rlimit-above-hard',
		calls: ['prlimit64', 'setrlimit'],
		errnos: ['EPERM'],
		test: failure => {
			const name = failure.args.map(String).find((text): text is ResourceName => text in resourceNumber);
			const asked = /(\d+|unlimited):(\d+|unlimited)/.exec(failure.args.map(String).join(' '))?.[2];
			const line =
				name && linesOf(`/proc/${failure.pid}/limits`).find(({text}) => text.startsWith(titles[name] ?? '-'));
			const hard = line?.text.slice(titles[name!]!.length).trim().split(/\s+/)[1];
			if (name === undefined || asked === undefined || line === undefined || hard === 'unlimited') return undefined;
			const isAbove = asked === 'unlimited' || BigInt(asked) > BigInt(hard!);
			return isAbove && !hasCapability(failure.pid, 'CAP_SYS_RESOURCE')
				? {evidence: [line.evidence, statusLine(failure.pid, 'CapEff').evidence], facts: {name, asked, hard: hard!}}
				: undefined;
		},
		sentence: {
			en: 'The hard value of {name} is {hard}; to raise it to {asked} one needs CAP_SYS_RESOURCE.',
			zh: '{name} 的硬上限为 {hard}；要提高到 {asked} 需要 CAP_SYS_RESOURCE。',
		},
		remedy: {
			en: 'Ask for no more than the hard value, or raise it where the process is started.',
			zh: '不要超过硬上限，或在启动该进程的地方提高它。',
		},
		source: 'prlimit(2) ERRORS',
	},
	{
		id: 'capability-to-become-another-user',
		calls: ['setresuid', 'setresgid', 'setuid', 'setgid', 'setreuid', 'setregid', 'setgroups'],
		errnos: ['EPERM'],
		test: ({pid, call}) => {
			const capability = call.includes('uid') ? 'CAP_SETUID' : 'CAP_SETGID';
			return hasCapability(pid, capability)
				? undefined
				: {
						evidence: [
							statusLine(pid, 'CapEff').evidence,
							statusLine(pid, call.includes('uid') ? 'Uid' : 'Gid').evidence,
						],
						facts: {capability},
					};
		},
		sentence: {
			en: 'The process doesn’t have {capability}, so it can’t become somebody else.',
			zh: '进程没有 {capability}，因此不能变成其他用户或组。',
		},
		remedy: {
			en: 'Start it as root, or as that user from the beginning.',
			zh: '以 root 身份启动，或一开始就以目标用户启动。',
		},
		source: 'setresuid(2), setgroups(2) ERRORS',
	},
	{
		id: 'seccomp-needs-no-new-privs',
		calls: ['seccomp', 'prctl'],
		errnos: ['EACCES'],
		test: ({pid}) => {
			const line = statusLine(pid, 'NoNewPrivs');
			return statusWords(pid, 'NoNewPrivs')[0] === '0' && !hasCapability(pid, 'CAP_SYS_ADMIN')
				? {evidence: [line.evidence, statusLine(pid, 'CapEff').evidence]}
				: undefined;
		},
		sentence: {
			en: 'A filter is taken from a process with CAP_SYS_ADMIN, or from one that gave up new privileges first (NoNewPrivs is 0): else it could fool a set-user-id program.',
			zh: '只有拥有 CAP_SYS_ADMIN，或已放弃获取新特权（NoNewPrivs 目前为 0）的进程才能装载过滤器：否则便可用它欺骗 set-user-ID 程序。',
		},
		remedy: {en: 'Call prctl(PR_SET_NO_NEW_PRIVS, 1) before.', zh: '先调用 prctl(PR_SET_NO_NEW_PRIVS, 1)。'},
		source: 'seccomp(2) ERRORS',
	},
];

const titles: Readonly<Partial<Record<ResourceName, string>>> = {
	RLIMIT_CPU: 'Max cpu time',
	RLIMIT_FSIZE: 'Max file size',
	RLIMIT_DATA: 'Max data size',
	RLIMIT_STACK: 'Max stack size',
	RLIMIT_CORE: 'Max core file size',
	RLIMIT_RSS: 'Max resident set',
	RLIMIT_NPROC: 'Max processes',
	RLIMIT_NOFILE: 'Max open files',
	RLIMIT_MEMLOCK: 'Max locked memory',
	RLIMIT_AS: 'Max address space',
	RLIMIT_NICE: 'Max nice priority',
	RLIMIT_RTPRIO: 'Max realtime priority',
};

/** The kernel numbers the machine’s own, PROC_PID_INIT_INO. */
const FIRST_PID_NAMESPACE = 'pid:[4026531836]';

function isDevice(mode: string): boolean {
	return /S_IFCHR|S_IFBLK/.test(mode);
}

/** Whom the process means by a number: the one that has it in the process's own PID namespace. */
function signalled(pid: number, number: number | undefined): number | undefined {
	const levels = statusWords(pid, 'NSpid').length;
	const [found] = eachProcess(other => {
		const numbers = statusWords(other, 'NSpid');
		return numbers[levels - 1] === `${number}` ? other : undefined;
	});
	return found;
}
