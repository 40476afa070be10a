/**
 * Why a file that is the kernel's own can't be made, removed or written.
 *
 * The surprise: such a file is a question that the kernel answers when it is read, or an order that it takes when it is
 * written. It looks like a file, and nobody keeps it on a disk.
 *
 * Sources: proc(5), sysfs(5), cgroups(7), syslog(2).
 * @module
 */
import type {Localized} from '#words/language';
import {numberAt, textAt} from '../arguments.ts';
import type {Cause} from '../cause.ts';
import {lineInside} from '../cgroups.ts';
import {evidenceOf, firstLine, linkEvidence, statusLine} from '../look.ts';
import {placeOf} from '../mounts.ts';
import {insideNetwork} from '../network.ts';
import {pathsOf} from '../path-arguments.ts';
import {find} from '../paths.ts';
import {modeEvidence, WRITE} from '../permissions.ts';
import {hasCapability, isInUserNamespace} from '../user-namespaces.ts';
import {eachDirectory, makers, removers, wantedBy} from './file-target.ts';

/** File systems whose files and directories only the kernel makes. */
const kernelsOwn: readonly string[] = ['proc', 'sysfs', 'debugfs', 'tracefs', 'securityfs', 'devpts'];
/** In these anybody may make directories, and the kernel fills them. */
const cgroups: readonly string[] = ['cgroup', 'cgroup2'];

/** The causes that lie in files of the kernel's. */
export const kernelFileCauses: readonly Cause[] = [
	{
		id: 'kernel-makes-these-files',
		calls: makers,
		errnos: ['ENOENT', 'EACCES', 'EPERM'],
		test: eachDirectory(({directory, path}, {pid}) => {
			const place = placeOf(pid, directory);
			if (place === undefined || !kernelsOwn.includes(place.mount.fileSystem) || find(pid, path) !== undefined)
				return undefined;
			return {evidence: [place.mount.evidence], facts: {path, type: place.mount.fileSystem}};
		}),
		sentence: {
			en: '{path} isn’t there, and can’t be made: the files of {type} are the kernel’s own.',
			zh: '{path} 不存在，也不能创建：{type} 里的文件是内核自己的。',
		},
		remedy: {
			en: 'Check the name; a switch that is missing belongs to a feature that this kernel doesn’t have, or to another namespace.',
			zh: '检查名称；若缺少某个开关，则是此内核没有相应功能，或它属于另一个命名空间。',
		},
		source: 'proc(5), sysfs(5)',
	},
	{
		id: 'kernel-keeps-these-files',
		calls: removers,
		errnos: ['EPERM', 'EACCES'],
		test: eachDirectory(({directory, path}, {pid}) => {
			const place = placeOf(pid, directory);
			const there = find(pid, path, {keepLastLink: true});
			if (place === undefined || there === undefined) return undefined;
			const type = place.mount.fileSystem;
			const isCgroup = cgroups.includes(type) && !there.stats.isDirectory();
			return isCgroup || kernelsOwn.includes(type)
				? {
						evidence: [place.mount.evidence, modeEvidence(there.path, there.stats)],
						facts: {path, type, instead: isCgroup ? wholeCgroup(place.path) : leaveIt},
					}
				: undefined;
		}),
		sentence: {
			en: '{path} can’t be removed or renamed, not even by root: the files of {type} are the kernel’s own.',
			zh: '{path} 不能删除或改名，连 root 也不行：{type} 里的文件是内核自己的。',
		},
		remedy: {en: '{instead}', zh: '{instead}'},
		source: 'proc(5), cgroups(7)',
	},
	{
		id: 'kernel-file-read-only',
		calls: ['write', 'open', 'openat', 'openat2', 'creat', 'truncate'],
		errnos: ['EACCES', 'EPERM', 'EINVAL', 'EIO'],
		test: eachDirectory(({directory, path}, failure) => {
			const there = wantedBy(failure) === WRITE ? find(failure.pid, path) : undefined;
			const mount = there?.stats.isFile() ? placeOf(failure.pid, there.path)?.mount : undefined;
			return there &&
				mount &&
				(there.stats.mode & 0o222) === 0 &&
				[...kernelsOwn, ...cgroups].includes(mount.fileSystem)
				? {evidence: [modeEvidence(there.path, there.stats), mount.evidence], facts: {path: there.path, directory}}
				: undefined;
		}),
		sentence: {
			en: 'The kernel made {path} for reading: it has no w bit for anybody, and takes nothing from root either.',
			zh: '内核提供的 {path} 只供读取：任何人都没有 w 权限位，即便是 root 写入也不会被接受。',
		},
		remedy: {
			en: 'See which files beside it can be written: ls -l {directory}',
			zh: '看看旁边哪些文件可写：ls -l {directory}',
		},
		source: 'proc(5), sysfs(5), cgroups(7)',
	},
	{
		id: 'sysctl-value-not-taken',
		calls: ['write'],
		errnos: ['EINVAL', 'ERANGE'],
		test: failure => {
			const [argument] = pathsOf(failure);
			if (!argument?.path.startsWith('/proc/sys/')) return undefined;
			const value = textAt(failure, 1).trim();
			// What stands below net is another in each network namespace.
			const now = insideNetwork(failure.pid, () => lineInside(failure.pid, argument.path));
			return (
				now && {
					evidence: [evidenceOf(`write to ${argument.path}`, JSON.stringify(value)), now.evidence],
					facts: {path: argument.path, value, why: isNumber(now.text) && !isNumber(value) ? noNumber : notAllowed},
				}
			);
		},
		sentence: {en: '{path} doesn’t take “{value}”: {why}.', zh: '{path} 不接受“{value}”：{why}。'},
		remedy: {
			en: 'Write a value like the one that is there: cat {path}',
			zh: '请参照现有的值来写：cat {path}',
		},
		source: 'proc(5) /proc/sys, Documentation/admin-guide/sysctl/',
	},
	{
		id: 'kernel-log-restricted',
		calls: ['syslog', 'open', 'openat'],
		errnos: ['EPERM'],
		test: failure => {
			const {pid, call} = failure;
			if (call !== 'syslog' && pathsOf(failure)[0]?.path !== '/dev/kmsg') return undefined;
			const line = firstLine('/proc/sys/kernel/dmesg_restrict');
			const isFree = call !== 'syslog' || freeActions.includes(numberAt(failure, 0) ?? -1);
			if (line === undefined || (isFree && line.text === '0')) return undefined;
			const isInside = isInUserNamespace(pid);
			return hasCapability(pid, 'CAP_SYSLOG') && !isInside
				? undefined
				: {
						evidence: [
							...(isFree ? [line.evidence] : []),
							statusLine(pid, 'CapEff').evidence,
							...(isInside ? [linkEvidence(`/proc/${pid}/ns/user`)] : []),
						],
					};
		},
		sentence: {
			en: 'The kernel’s log tells of the whole machine: this takes CAP_SYSLOG of the machine’s first user namespace, which the process doesn’t have.',
			zh: '内核日志涉及整台机器：这需要在本机最初的用户命名空间里拥有 CAP_SYSLOG，而该进程没有。',
		},
		remedy: {
			en: 'Do it as root of the host. Whether others may read the log is the host’s to say: sysctl kernel.dmesg_restrict',
			zh: '以宿主机 root 的身份进行。其他用户能否读取日志由宿主机决定：sysctl kernel.dmesg_restrict',
		},
		source: 'syslog(2), Documentation/admin-guide/sysctl/kernel.rst dmesg_restrict',
	},
];

/** SYSLOG_ACTION_READ_ALL and SYSLOG_ACTION_SIZE_BUFFER: anybody's, unless dmesg_restrict is set. */
const freeActions: readonly number[] = [3, 10];

const leaveIt: Localized = {
	en: 'Leave it: it goes by itself, with what it shows.',
	zh: '不必理会：它所展示的对象消失时，它也随之消失。',
};
const noNumber: Localized = {en: 'it takes whole numbers', zh: '它接受的是整数'};
const notAllowed: Localized = {
	en: 'this kernel allows other values there',
	zh: '此内核在那里允许的是别的值',
};

function wholeCgroup(directory: string): Localized {
	return {
		en: `Remove the cgroup as a whole, once no process and no cgroup is in it: rmdir ${directory}`,
		zh: `待其中没有进程和子 cgroup 之后，整个删除该 cgroup：rmdir ${directory}`,
	};
}

/** Several may stand in one file, as in kernel/printk. */
function isNumber(text: string): boolean {
	return /^-?\d+(\s+-?\d+)*$/.test(text);
}
