/**
 * What refuses from behind: seccomp, no_new_privs, and what only the kernel's log tells. They may concern any call,
 * so they are looked for where no cause of the call itself holds.
 *
 * Sources: seccomp(2), prctl(2) PR_SET_NO_NEW_PRIVS, dmesg(1).
 * @module
 */
import {constants} from 'node:fs';
import {tolerate} from '#kernel/error';
import {readKernelFile} from '#kernel/file';
import {getXattr} from '#kernel/xattr';
import {flagsAt, textAt} from '../arguments.ts';
import type {Cause, Failure} from '../cause.ts';
import {kernelLog} from '../kernel-log.ts';
import {evidenceOf, firstLine, linesOf, linkAt, statusLine, statusWords} from '../look.ts';
import {placeOf} from '../mounts.ts';
import {find, outsidePath} from '../paths.ts';
import {modeEvidence} from '../permissions.ts';
import {fileSystemOf} from './mount-arguments.ts';

/** A program that should have got privileges when it was started, and didn't. Asked before the missing capability itself. */
export const lostPrivilegeCauses: readonly Cause[] = [
	lost(
		'privilege-lost-to-no-new-privs',
		({pid}) => {
			const line = statusLine(pid, 'NoNewPrivs');
			return statusWords(pid, 'NoNewPrivs')[0] === '1' ? line.evidence : undefined;
		},
		{
			sentence: {
				en: '{path} should run as {what}, and did not get that: the process has no_new_privs, which it inherits and can’t take off.',
				zh: '{path} 本应以{what}运行，却没有得到这一身份：该进程带有 no_new_privs，它由继承而来且无法取消。',
			},
			remedy: {
				en: 'Start it without no_new_privs (drydock run without --security-opt no-new-privileges), or do it as root from the beginning.',
				zh: '启动时不要设置 no_new_privs（drydock run 不加 --security-opt no-new-privileges），或一开始就以 root 来做。',
			},
			source: 'prctl(2) PR_SET_NO_NEW_PRIVS',
		},
	),
	lost(
		'privilege-lost-to-nosuid',
		({pid}, path) => {
			const mount = placeOf(pid, path)?.mount;
			return mount?.options.includes('nosuid') ? mount.evidence : undefined;
		},
		{
			sentence: {
				en: '{path} should run as {what}, and did not get that: it lies on a mount with nosuid.',
				zh: '{path} 本应以{what}运行，却没有得到这一身份：它位于带有 nosuid 的挂载上。',
			},
			remedy: {en: 'Put the program on a mount without nosuid.', zh: '把该程序放到不带 nosuid 的挂载上。'},
			source: 'mount(2) MS_NOSUID, execve(2)',
		},
	),
];

/** Last of all. */
export const invisibleCauses: readonly Cause[] = [
	{
		id: 'seccomp-hides-the-call',
		errnos: ['ENOSYS'],
		test: failure => {
			const filter = filterLine(failure);
			const symbol = linesOf('/proc/kallsyms').find(
				({text}) => text.endsWith(`_sys_${failure.call}`) && !/ia32|compat|__pfx_/.test(text),
			);
			return filter && symbol ? {evidence: [filter, symbol.evidence], facts: {call: failure.call}} : undefined;
		},
		sentence: {
			en: 'This kernel has {call}, yet it answers that it hasn’t: a seccomp filter of the process stands in between.',
			zh: '此内核其实有 {call}，却回答没有：是该进程的 seccomp 过滤器从中阻拦。',
		},
		remedy: {
			en: 'Allow the call in the profile (drydock run --security-opt seccomp=FILE, or seccomp=unconfined to try).',
			zh: '在配置里放行该调用（drydock run --security-opt seccomp=FILE，或用 seccomp=unconfined 试一试）。',
		},
		source: 'seccomp(2) SECCOMP_RET_ERRNO',
	},
	{
		id: 'kernel-lacks-the-call',
		errnos: ['ENOSYS'],
		test: failure => {
			const symbols = linesOf('/proc/kallsyms');
			if (
				symbols.length === 0 ||
				symbols.some(({text}) => text.endsWith(`_sys_${failure.call}`)) ||
				!symbols.some(({text}) => text.endsWith('_sys_read'))
			)
				return undefined;
			return {
				evidence: [
					`/proc/kallsyms: no …_sys_${failure.call}`,
					evidenceOf('/proc/sys/kernel/osrelease', readKernelFile('/proc/sys/kernel/osrelease')),
				],
				facts: {call: failure.call},
			};
		},
		sentence: {en: 'This kernel doesn’t have the call {call}.', zh: '此内核没有 {call} 这个调用。'},
		remedy: {en: 'It takes a newer kernel, or one built with it.', zh: '需要更新的内核，或编译时启用了它的内核。'},
		source: 'syscalls(2)',
	},
	{
		id: 'seccomp-refuses-the-call',
		errnos: ['EPERM', 'EACCES'],
		test: failure => {
			const filter = filterLine(failure);
			return filter === undefined
				? undefined
				: {evidence: [filter, statusLine(failure.pid, 'CapEff').evidence], facts: {call: failure.call}};
		},
		sentence: {
			en: 'The process has what {call} demands as far as can be seen, and it is under a seccomp filter: the filter answers in the kernel’s place.',
			zh: '就目前所见，进程具备 {call} 所需的一切，而它处于 seccomp 过滤器之下：是过滤器代替内核作出了回答。',
		},
		remedy: {
			en: 'Allow the call in the profile (drydock run --security-opt seccomp=FILE, or seccomp=unconfined to try).',
			zh: '在配置里放行该调用（drydock run --security-opt seccomp=FILE，或用 seccomp=unconfined 试一试）。',
		},
		source: 'seccomp(2) SECCOMP_RET_ERRNO',
	},
	{
		id: 'apparmor-confines',
		errnos: ['EACCES', 'EPERM'],
		test: ({pid, call}) => {
			const path = `/proc/${pid}/attr/apparmor/current`;
			// Without a module for security the file is there, and says EINVAL.
			const line = firstLine(path) ?? tolerate(['EINVAL'], () => firstLine(`/proc/${pid}/attr/current`));
			const profile = /^(.+) \((?:enforce|kill)\)$/.exec(line?.text ?? '')?.[1];
			return line && profile !== undefined
				? {evidence: [line.evidence, statusLine(pid, 'CapEff').evidence], facts: {profile, call}}
				: undefined;
		},
		sentence: {
			en: 'The process has what {call} demands as far as can be seen, and AppArmor’s profile {profile} confines it: the profile doesn’t allow this.',
			zh: '就目前所见，进程具备 {call} 所需的一切，而它受 AppArmor 配置 {profile} 约束：该配置不允许这样做。',
		},
		remedy: {
			en: 'See what it refused (dmesg has a line with apparmor="DENIED"), and allow it in the profile, or try with --security-opt apparmor=unconfined.',
			zh: '看看它拒绝了什么（dmesg 里有含 apparmor="DENIED" 的一行），在配置里放行，或用 --security-opt apparmor=unconfined 试一试。',
		},
		source: 'apparmor(7)',
	},
	{
		id: 'kernel-log-tells',
		calls: ['mount', 'fsconfig', 'fsmount'],
		errnos: ['EINVAL', 'ENOENT', 'EIO', 'EBUSY', 'EUCLEAN', 'ENOTSUP', 'EPERM', 'EROFS', 'ENOMEM'],
		test: failure => {
			const isRemount = flagsAt(failure, 3).has('MS_REMOUNT');
			const type = isRemount ? placeOf(failure.pid, textAt(failure, 1))?.mount.fileSystem : fileSystemOf(failure);
			const said = kernelLog().findLast(
				({text, ageMilliseconds}) =>
					ageMilliseconds < JUST_NOW &&
					type !== undefined &&
					new RegExp(`^(${type}|overlayfs|EXT4-fs|XFS|BTRFS)\\b`, 'i').test(text) &&
					concerns(text, type),
			);
			return said && {evidence: [`/dev/kmsg: ${said.text}`], facts: {said: said.text}};
		},
		sentence: {en: 'The kernel says why in its log: “{said}”.', zh: '内核在日志里说明了原因：“{said}”。'},
		remedy: {
			en: 'Mend what the line names; see dmesg for those before it.',
			zh: '修正该行所指出的问题；之前的日志可用 dmesg 查看。',
		},
		source: 'dmesg(1), mount(8)',
	},
];

/** A line counts if the kernel wrote it at the call's time: a failure is looked at right after it happens. */
const JUST_NOW = 2000;

function concerns(text: string, type: string): boolean {
	const name = /^[\w-]+/.exec(text)?.[0].toLowerCase().replace(/-fs$/, '') ?? '';
	return name === type.toLowerCase() || (type === 'overlay' && name === 'overlayfs');
}

/** The line that tells of a filter, unless the only one is the tracer's own. */
function filterLine({pid, tracerFilters = 0}: Failure): string | undefined {
	if (statusWords(pid, 'Seccomp')[0] !== '2') return undefined;
	const count = statusLine(pid, 'Seccomp_filters');
	return tracerFilters > 0 && Number(statusWords(pid, 'Seccomp_filters')[0]) <= tracerFilters
		? undefined
		: `${statusLine(pid, 'Seccomp').evidence}; ${count.text.replace('\t', ' ')}`;
}

function lost(
	id: string,
	reason: (failure: Failure, path: string) => string | undefined,
	texts: Pick<Cause, 'sentence' | 'remedy' | 'source'>,
): Cause {
	return {
		...texts,
		id,
		errnos: ['EPERM', 'EACCES'],
		test: failure => {
			const {pid} = failure;
			const program = find(pid, programOf(pid));
			if (program === undefined) return undefined;
			const euid = Number(statusWords(pid, 'Uid')[1]);
			const isSetUid =
				(program.stats.mode & constants.S_IXUSR) !== 0 &&
				(program.stats.mode & S_ISUID) !== 0 &&
				program.stats.uid !== euid;
			const hasCapabilities =
				tolerate(['EACCES', 'EPERM'], () => getXattr(outsidePath(pid, program.path), 'security.capability')) !==
					undefined && statusWords(pid, 'CapEff')[0] === '0000000000000000';
			const why = isSetUid || hasCapabilities ? reason(failure, program.path) : undefined;
			const what = isSetUid
				? {en: `its owner, user ${program.stats.uid}`, zh: `其所有者（用户 ${program.stats.uid}）的身份`}
				: {en: 'a holder of capabilities', zh: '拥有权能的身份'};
			return why === undefined
				? undefined
				: {
						evidence: [modeEvidence(program.path, program.stats), statusLine(pid, 'Uid').evidence, why],
						facts: {path: program.path, what},
					};
		},
	};
}

/** The program that the process runs, as it would write its path itself. */
function programOf(pid: number): string {
	const root = linkAt(`/proc/${pid}/root`);
	const path = linkAt(`/proc/${pid}/exe`);
	return root !== '/' && path.startsWith(`${root}/`) ? path.slice(root.length) : path;
}

const S_ISUID = 0o4000;
