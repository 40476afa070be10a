/**
 * Why setns(2) fails.
 *
 * Sources: setns(2), namespaces(7), user_namespaces(7), pid_namespaces(7).
 * @module
 */
import {type NamespaceKind, namespacePath} from '#kernel/namespace';
import {numberAt} from '../arguments.ts';
import type {Cause, Failure} from '../cause.ts';
import {linkAt, linkEvidence, statusLine, statusWords} from '../look.ts';
import {descriptorTarget} from '../paths.ts';
import {hasCapability, lineageOf, verdictOver} from '../user-namespaces.ts';
import {aNamespace, namespaceName} from '../words.ts';
import {foundBy} from './capability.ts';
import {kindsOf, namespaceFlags} from './namespace-flags.ts';

/** All causes of setns's refusals. */
export const setnsCauses: readonly Cause[] = [
	{
		id: 'setns-not-a-namespace',
		calls: ['setns'],
		errnos: ['EINVAL'],
		test: failure => {
			const {path, target} = descriptor(failure);
			return /^(\w+:\[\d+\]|anon_inode:\[pidfd\]|pidfd:.*)$/.test(target) && !/^(socket|pipe):/.test(target)
				? undefined
				: {evidence: [linkEvidence(path)], facts: {target}};
		},
		sentence: {
			en: 'The descriptor is open on {target}, which is no namespace.',
			zh: '该描述符打开的是 {target}，它不是命名空间。',
		},
		remedy: {
			en: 'Open a file of /proc/PID/ns, and pass its descriptor.',
			zh: '打开 /proc/PID/ns 下的文件，传入它的描述符。',
		},
		source: 'setns(2) ERRORS',
	},
	{
		id: 'setns-wrong-kind',
		calls: ['setns'],
		errnos: ['EINVAL'],
		test: failure => {
			const {path, kind} = descriptor(failure);
			const [wanted] = kindsOf(failure, 1);
			return wanted !== undefined && kind !== undefined && kind !== wanted
				? {evidence: [linkEvidence(path)], facts: {space: aNamespace(kind), other: aNamespace(wanted), wanted}}
				: undefined;
		},
		sentence: {
			en: 'The descriptor stands for {space}, and the call asks for {other}.',
			zh: '该描述符对应的是{space}，而调用要求的是{other}。',
		},
		remedy: {
			en: 'Open /proc/PID/ns/{wanted}, or pass 0 for any kind.',
			zh: '打开 /proc/PID/ns/{wanted}，或传入 0 表示任意种类。',
		},
		source: 'setns(2) ERRORS',
	},
	{
		id: 'setns-user-with-threads',
		calls: ['setns'],
		errnos: ['EINVAL'],
		test: failure => {
			const count = Number(statusWords(failure.pid, 'Threads')[0]);
			return descriptor(failure).kind === 'user' && count > 1
				? {evidence: [statusLine(failure.pid, 'Threads').evidence], facts: {count}}
				: undefined;
		},
		sentence: {
			en: 'The process has {count} threads, and only a process with a single one may enter a user namespace.',
			zh: '进程有 {count} 个线程，而只有单线程的进程才能进入用户命名空间。',
		},
		remedy: {
			en: 'Let a single-threaded program enter: nsenter --user --target PID PROGRAM.',
			zh: '让单线程的程序进入：nsenter --user --target PID PROGRAM。',
		},
		source: 'setns(2) ERRORS',
	},
	{
		id: 'setns-own-user-namespace',
		calls: ['setns'],
		errnos: ['EINVAL'],
		test: failure => {
			const {path, target, kind} = descriptor(failure);
			const own = namespacePath(failure.pid, 'user');
			return kind === 'user' && target === linkAt(own)
				? {evidence: [linkEvidence(path), linkEvidence(own)]}
				: undefined;
		},
		sentence: {
			en: 'It is the user namespace that the process is in already: entering it again would give it back the capabilities that it gave up.',
			zh: '这正是进程已经身处的用户命名空间：再次进入会让它重新获得已放弃的权能。',
		},
		remedy: {en: 'Leave this call out.', zh: '去掉这个调用即可。'},
		source: 'setns(2) ERRORS',
	},
	{
		id: 'setns-mount-with-shared-root',
		calls: ['setns'],
		errnos: ['EINVAL'],
		test: failure => {
			const count = Number(statusWords(failure.pid, 'Threads')[0]);
			return descriptor(failure).kind === 'mnt' && count > 1
				? {evidence: [statusLine(failure.pid, 'Threads').evidence], facts: {count}}
				: undefined;
		},
		sentence: {
			en: 'The thread shares its root and working directory with others of the process ({count} threads), and they can’t be in two mount tables.',
			zh: '该线程与进程中的其他线程（共 {count} 个）共用根目录和工作目录，而它们不能同时属于两张挂载表。',
		},
		remedy: {en: 'Call unshare(CLONE_FS) in the thread first.', zh: '先在该线程里调用 unshare(CLONE_FS)。'},
		source: 'setns(2) ERRORS',
	},
	{
		id: 'setns-pid-not-below',
		calls: ['setns'],
		errnos: ['EINVAL'],
		test: failure => {
			const {path, kind} = descriptor(failure);
			const own = namespacePath(failure.pid, 'pid');
			return kind === 'pid' && !lineageOf(path).includes(linkAt(own))
				? {evidence: [linkEvidence(path), linkEvidence(own), statusLine(failure.pid, 'NSpid').evidence]}
				: undefined;
		},
		sentence: {
			en: 'The PID namespace does not lie below the one that the process is in: the way leads down only.',
			zh: '该 PID 命名空间不在进程所处的 PID 命名空间之下：只能向下进入。',
		},
		remedy: {
			en: 'Enter it from the host, or from a PID namespace above it.',
			zh: '从宿主机上，或从它上层的 PID 命名空间进入。',
		},
		source: 'setns(2), pid_namespaces(7)',
	},
	setnsRefused('foreign', {
		id: 'setns-in-foreign-user-namespace',
		sentence: {
			en: 'The {space} belongs to a user namespace that does not lie below the process’s own: its CAP_SYS_ADMIN counts for nothing there.',
			zh: '该{space}所属的用户命名空间不在进程自己的用户命名空间之下：它的 CAP_SYS_ADMIN 在那里不起作用。',
		},
		remedy: {
			en: 'Enter from outside: from the user namespace that owns it, or one above.',
			zh: '请从外部进入：从拥有它的用户命名空间，或更上层的用户命名空间。',
		},
	}),
	setnsRefused('lacking', {
		id: 'setns-without-capability',
		sentence: {
			en: 'The process doesn’t have CAP_SYS_ADMIN in the user namespace that owns the {space}.',
			zh: '进程在拥有该{space}的用户命名空间里没有 CAP_SYS_ADMIN。',
		},
		remedy: {
			en: 'Run it as root, or let it have CAP_SYS_ADMIN; if another user namespace owns it, enter that first (nsenter --user).',
			zh: '以 root 身份运行，或授予它 CAP_SYS_ADMIN；若它归另一个用户命名空间所有，则先进入那个（nsenter --user）。',
		},
	}),
	{
		id: 'setns-without-own-capability',
		calls: ['setns'],
		errnos: ['EPERM'],
		test: failure => {
			const {kind, path} = descriptor(failure);
			const needed = kind === 'mnt' ? (['CAP_SYS_CHROOT', 'CAP_SYS_ADMIN'] as const) : (['CAP_SYS_ADMIN'] as const);
			const missing = kind === 'user' ? undefined : needed.find(capability => !hasCapability(failure.pid, capability));
			return missing === undefined
				? undefined
				: {
						evidence: [statusLine(failure.pid, 'CapEff').evidence, linkEvidence(path)],
						facts: {capability: missing, space: aNamespace(kind ?? 'user')},
					};
		},
		sentence: {
			en: 'The process doesn’t have {capability} in its own user namespace, which entering {space} demands too.',
			zh: '进程在自己的用户命名空间里没有 {capability}，而进入{space}也需要它。',
		},
		remedy: {en: 'Let it have {capability}.', zh: '授予它 {capability}。'},
		source: 'setns(2)',
	},
];

/** What setns was given: where its descriptor leads, and the kind of namespace that this is. */
function descriptor(failure: Failure): {
	readonly path: string;
	readonly target: string;
	readonly kind: NamespaceKind | undefined;
} {
	const fd = numberAt(failure, 0) ?? -1;
	const target = descriptorTarget(failure.pid, fd);
	const name = /^(\w+):\[\d+\]$/.exec(target)?.[1];
	const kind = Object.values(namespaceFlags).find(kind => kind === name);
	return {path: `/proc/${failure.pid}/fd/${fd}`, target, kind};
}

function setnsRefused(because: 'lacking' | 'foreign', texts: Pick<Cause, 'id' | 'sentence' | 'remedy'>): Cause {
	return {
		...texts,
		calls: ['setns'],
		errnos: ['EPERM'],
		test: failure => {
			const {path, kind} = descriptor(failure);
			return kind && foundBy(verdictOver(failure.pid, 'CAP_SYS_ADMIN', path), because, {space: namespaceName(kind)});
		},
		source: 'setns(2) DESCRIPTION',
	};
}
