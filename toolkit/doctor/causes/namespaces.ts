/**
 * Why unshare(2) and clone(2) make no namespace.
 *
 * Sources: unshare(2), namespaces(7), user_namespaces(7), pid_namespaces(7).
 * @module
 */
import {namespacePath} from '#kernel/namespace';
import type {Cause} from '../cause.ts';
import {firstLine, linesOf, linkAt, linkEvidence, statusLine, statusWords} from '../look.ts';
import {namespaceUse} from '../namespace-limits.ts';
import {isMapped} from '../permissions.ts';
import {hasCapability, isInUserNamespace, lineageOf} from '../user-namespaces.ts';
import {listed, namespaceName} from '../words.ts';
import {kindsOf} from './namespace-flags.ts';

const makers = ['unshare', 'clone', 'clone3'];
/** All causes of unshare's and clone's refusals to make a namespace. */
export const unshareCauses: readonly Cause[] = [
	{
		id: 'unshare-user-with-threads',
		// A child of clone(2) begins with one thread, however many its parent has.
		calls: ['unshare'],
		errnos: ['EINVAL'],
		test: failure => {
			const threads = statusLine(failure.pid, 'Threads');
			const count = Number(statusWords(failure.pid, 'Threads')[0]);
			return kindsOf(failure).includes('user') && count > 1
				? {evidence: [threads.evidence], facts: {count}}
				: undefined;
		},
		sentence: {
			en: 'The process has {count} threads, and only a process with a single one may make a user namespace for itself.',
			zh: '进程有 {count} 个线程，而只有单线程的进程才能为自己创建用户命名空间。',
		},
		remedy: {
			en: 'Let a small single-threaded program do it and start the other from there: unshare --user PROGRAM.',
			zh: '让单线程的小程序来做这件事，再由它启动真正的程序：unshare --user PROGRAM。',
		},
		source: 'unshare(2) ERRORS',
	},
	{
		id: 'unshare-user-in-chroot',
		calls: makers,
		errnos: ['EPERM'],
		test: failure => {
			const root = linkAt(`/proc/${failure.pid}/root`);
			return kindsOf(failure).includes('user') && root !== '/'
				? {evidence: [linkEvidence(`/proc/${failure.pid}/root`)], facts: {root}}
				: undefined;
		},
		sentence: {
			en: 'The process is in a chroot ({root}): a user namespace would let it out, so none is made there.',
			zh: '进程身处 chroot（{root}）之中：用户命名空间会让它得以逃出，因此不允许创建。',
		},
		remedy: {
			en: 'Change the root by pivot_root in a mount namespace instead of chroot.',
			zh: '在挂载命名空间里用 pivot_root 更换根目录，而不是用 chroot。',
		},
		source: 'user_namespaces(7), unshare(2) ERRORS',
	},
	{
		id: 'unshare-user-unmapped',
		calls: makers,
		errnos: ['EPERM'],
		test: failure => {
			const {pid} = failure;
			if (!kindsOf(failure).includes('user')) return undefined;
			const unmapped = (['uid', 'gid'] as const).find(
				id => !isMapped(pid, `${id}_map`, Number(statusWords(pid, id === 'uid' ? 'Uid' : 'Gid')[1])),
			);
			if (unmapped === undefined) return undefined;
			const lines = linesOf(`/proc/${pid}/${unmapped}_map`).map(({evidence}) => evidence);
			return {
				evidence: [
					statusLine(pid, unmapped === 'uid' ? 'Uid' : 'Gid').evidence,
					...(lines.length === 0 ? [`/proc/${pid}/${unmapped}_map: (empty)`] : lines),
				],
				facts: {map: `${unmapped}_map`},
			};
		},
		sentence: {
			en: 'The process’s own user has no number in the user namespace that it is in ({map} has no line for it), so it can’t own another one.',
			zh: '进程自己的用户在它所处的用户命名空间里没有编号（{map} 里没有对应的行），因此它不能拥有另一个用户命名空间。',
		},
		remedy: {
			en: 'Write the maps of the first user namespace before making the next: unshare --user --map-root-user.',
			zh: '先写好第一个用户命名空间的映射，再创建下一个：unshare --user --map-root-user。',
		},
		source: 'user_namespaces(7), unshare(2) ERRORS',
	},
	{
		id: 'unshare-user-switched-off',
		calls: makers,
		errnos: ['EPERM'],
		test: failure => {
			const {pid} = failure;
			const line = firstLine('/proc/sys/kernel/unprivileged_userns_clone');
			// What counts is the capability in the first user namespace, which root of another one doesn't have.
			const isRoot = hasCapability(pid, 'CAP_SYS_ADMIN') && !isInUserNamespace(pid);
			return kindsOf(failure).includes('user') && line?.text === '0' && !isRoot
				? {
						evidence: [line.evidence, statusLine(pid, 'CapEff').evidence, linkEvidence(namespacePath(pid, 'user'))],
					}
				: undefined;
		},
		sentence: {
			en: 'Only root of the machine may make user namespaces here: kernel.unprivileged_userns_clone is 0.',
			zh: '本机只允许最初的用户命名空间里的 root 创建用户命名空间：kernel.unprivileged_userns_clone 为 0。',
		},
		remedy: {
			en: 'As root: sysctl kernel.unprivileged_userns_clone=1',
			zh: '以 root 身份执行：sysctl kernel.unprivileged_userns_clone=1',
		},
		source: 'Debian’s kernel, /proc/sys/kernel/unprivileged_userns_clone',
	},
	{
		id: 'unshare-without-capability',
		calls: makers,
		errnos: ['EPERM'],
		test: failure => {
			const kinds = kindsOf(failure);
			// With CLONE_NEWUSER the others are made with the rights of the new user namespace.
			if (kinds.length === 0 || kinds.includes('user') || hasCapability(failure.pid, 'CAP_SYS_ADMIN')) return undefined;
			return {
				evidence: [statusLine(failure.pid, 'CapEff').evidence, statusLine(failure.pid, 'Uid').evidence],
				facts: {spaces: listed(kinds)},
			};
		},
		sentence: {
			en: 'The process doesn’t have CAP_SYS_ADMIN, which making a namespace ({spaces}) demands; only a user namespace can be made without it.',
			zh: '进程没有 CAP_SYS_ADMIN，而创建命名空间（{spaces}）需要它；只有用户命名空间不需要。',
		},
		remedy: {
			en: 'Make a user namespace along with it (unshare --user --map-root-user …), or run it as root.',
			zh: '同时创建用户命名空间（unshare --user --map-root-user …），或以 root 身份运行。',
		},
		source: 'unshare(2) ERRORS',
	},
	{
		id: 'unshare-namespaces-forbidden',
		calls: makers,
		errnos: ['ENOSPC', 'EUSERS'],
		test: failure => {
			for (const kind of kindsOf(failure)) {
				const {limit, used, evidence} = namespaceUse(failure.pid, kind);
				if (limit === 0 || used >= limit) return {evidence, facts: {kind, space: namespaceName(kind), limit, used}};
			}
			return undefined;
		},
		sentence: {
			en: 'The limit on {space}s is {limit} for this user (user.max_{kind}_namespaces); there already: {used}.',
			zh: '该用户的{space}数量上限为 {limit}（user.max_{kind}_namespaces），现有 {used} 个。',
		},
		remedy: {
			en: 'Raise it: sysctl user.max_{kind}_namespaces=1000, in the user namespace whose limit it is.',
			zh: '提高上限：sysctl user.max_{kind}_namespaces=1000，要在该上限所属的用户命名空间里执行。',
		},
		source: 'namespaces(7) The /proc/sys/user directory',
	},
	{
		id: 'unshare-nested-too-deep',
		calls: makers,
		errnos: ['ENOSPC', 'EUSERS'],
		test: failure => {
			const kinds = kindsOf(failure);
			if (kinds.includes('user')) {
				const lineage = lineageOf(namespacePath(failure.pid, 'user'));
				if (lineage.length > DEEPEST)
					return {
						evidence: [
							`${linkEvidence(namespacePath(failure.pid, 'user'))}, ${lineage.length - 1} levels below ${lineage.at(-1)}`,
						],
						facts: {space: namespaceName('user'), depth: lineage.length - 1},
					};
			}
			const levels = statusWords(failure.pid, 'NSpid').length;
			return kinds.includes('pid') && levels > DEEPEST
				? {
						evidence: [statusLine(failure.pid, 'NSpid').evidence],
						facts: {space: namespaceName('pid'), depth: levels - 1},
					}
				: undefined;
		},
		sentence: {
			en: 'The process’s {space} lies {depth} levels below the first one, and the kernel nests no more than 32.',
			zh: '进程所在的{space}位于最初那个之下第 {depth} 层，而内核最多嵌套 32 层。',
		},
		remedy: {
			en: 'Look for the loop that makes one in the other.',
			zh: '请查找是哪段循环在不断地层层创建。',
		},
		source: 'user_namespaces(7) Nested user namespaces, pid_namespaces(7)',
	},
];

/** user.max_… namespaces nest 32 deep below the first one. */
const DEEPEST = 32;
