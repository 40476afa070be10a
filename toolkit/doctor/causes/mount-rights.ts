/**
 * Why mount(2) says EPERM or EACCES.
 *
 * Sources: mount(2), mount_namespaces(7), user_namespaces(7).
 * @module
 */
import type {NamespaceKind} from '#kernel/namespace';
import {namespacePath} from '#kernel/namespace';
import {flagsAt, textAt} from '../arguments.ts';
import type {Cause} from '../cause.ts';
import {linesOf, linkEvidence} from '../look.ts';
import {type Mount, mountsOf, placeOf} from '../mounts.ts';
import {pathsOf} from '../path-arguments.ts';
import {find} from '../paths.ts';
import {modeEvidence} from '../permissions.ts';
import {isInUserNamespace, ownerOf, verdictOverOwn} from '../user-namespaces.ts';
import {aNamespace, listed, unshareOption} from '../words.ts';
import {demands, foundBy} from './capability.ts';
import {fileSystemOf, mountCalls} from './mount-arguments.ts';

const source = 'mount(2) ERRORS';

/** The causes of EPERM and EACCES of mount, in the kernel's order. */
export const mountRightsCauses: readonly Cause[] = [
	...demands({id: 'mount', calls: mountCalls, capability: 'CAP_SYS_ADMIN', over: 'mnt', source}),
	{
		id: 'mount-flags-locked',
		calls: ['mount', 'mount_setattr'],
		errnos: ['EPERM'],
		test: failure => {
			const flags = flagsAt(failure, 3);
			const place = placeOf(failure.pid, textAt(failure, 1));
			if (
				failure.call !== 'mount' ||
				!flags.has('MS_REMOUNT') ||
				place === undefined ||
				!isInUserNamespace(failure.pid)
			)
				return undefined;
			const dropped = lockable.filter(([option, flag]) => place.mount.options.includes(option) && !flags.has(flag));
			return dropped.length === 0
				? undefined
				: {
						evidence: [place.mount.evidence],
						facts: {
							path: place.path,
							dropped: listed(dropped.map(([option]) => option)),
							options: dropped.map(([option]) => option).join(','),
						},
					};
		},
		sentence: {
			en: 'The mount at {path} has {dropped}, and these options are locked: it came from a user namespace with more rights, and none below may take them off.',
			zh: '{path} 处的挂载带有 {dropped}，这些选项已被锁定：它来自权限更高的用户命名空间，下层不得去掉它们。',
		},
		remedy: {
			en: 'Name the locked options again in the remount: mount -o remount,bind,{options},… {path}',
			zh: '重新挂载时把被锁定的选项再写一遍：mount -o remount,bind,{options},… {path}',
		},
		source: 'mount_namespaces(7) Restrictions on mount namespaces',
	},
	{
		id: 'mount-needs-own-namespace',
		calls: mountCalls,
		errnos: ['EPERM'],
		test: failure => {
			const type = fileSystemOf(failure);
			const kind = type === undefined ? undefined : windows[type];
			const found = kind && foundBy(verdictOverOwn(failure.pid, 'CAP_SYS_ADMIN', kind), 'foreign', {});
			return found && {...found, facts: {type: type!, space: aNamespace(kind!), option: unshareOption(kind!)}};
		},
		sentence: {
			en: 'What {type} shows is {space}, and the process’s own belongs to another user namespace: it may not mount a view of it.',
			zh: '{type} 展示的是{space}，而进程所在的那个属于另一个用户命名空间：它无权挂载其视图。',
		},
		remedy: {
			en: 'Make one along with the user namespace (unshare --user --map-root-user --mount {option}), and mount from inside it. Or bind the view that is there.',
			zh: '在创建用户命名空间时一并创建（unshare --user --map-root-user --mount {option}），并在其中挂载；或者绑定已有的那个。',
		},
		source: 'user_namespaces(7) Effect of capabilities within a user namespace',
	},
	{
		id: 'mount-view-obstructed',
		calls: mountCalls,
		errnos: ['EPERM'],
		test: failure => {
			const type = fileSystemOf(failure);
			if ((type !== 'proc' && type !== 'sysfs') || !isInUserNamespace(failure.pid)) return undefined;
			const all = mountsOf(failure.pid);
			const views = all.filter(({fileSystem, root}) => fileSystem === type && root === '/');
			const covers = views.map(view => all.filter(cover => cover.parentId === view.id && covered(cover)));
			if (covers.some(each => each.length === 0)) return undefined;
			const lines = covers
				.flat()
				.slice(0, 5)
				.map(({evidence}) => evidence);
			return {
				evidence: lines.length > 0 ? lines : [`/proc/${failure.pid}/mountinfo: no whole ${type} is mounted`],
				facts: {type},
			};
		},
		sentence: {
			en: 'In this mount namespace no {type} can be seen whole: parts of it are covered by mounts, and a new one would show what they hide.',
			zh: '在这个挂载命名空间里看不到完整的 {type}：它的一部分被其他挂载遮住，而新的挂载会把被遮住的内容暴露出来。',
		},
		remedy: {
			en: 'Bind the covered one as it is; or start the outer container without masked paths (podman: --security-opt unmask=ALL).',
			zh: '按原样绑定被遮住的那个；或让外层容器不遮蔽路径（podman：--security-opt unmask=ALL）。',
		},
		source: 'mount_namespaces(7) Restrictions on mount namespaces',
	},
	{
		id: 'mount-file-system-not-for-user-namespaces',
		calls: mountCalls,
		errnos: ['EPERM'],
		test: failure => {
			const type = fileSystemOf(failure);
			if (type === undefined || forUserNamespaces.has(type) || !isInUserNamespace(failure.pid)) return undefined;
			const line = linesOf('/proc/filesystems').find(({text}) => text.split('\t')[1] === type);
			return (
				line && {
					evidence: [
						line.evidence,
						linkEvidence(namespacePath(failure.pid, 'user')),
						`${linkEvidence(namespacePath(failure.pid, 'mnt'))}, owned by ${ownerOf(namespacePath(failure.pid, 'mnt'))}`,
					],
					facts: {type},
				}
			);
		},
		sentence: {
			en: 'The process is in a user namespace, and the kernel lets only root of the machine mount {type}: its code was not written for data from somebody hostile.',
			zh: '进程身处用户命名空间，而内核只允许本机的 root 挂载 {type}：它的代码并非为处理恶意数据而写。',
		},
		remedy: {
			en: 'Mount it outside and bind it inside; or use one that is allowed there: tmpfs, overlay, proc, sysfs, fuse.',
			zh: '在外面挂载，再绑定进去；或改用那里允许的：tmpfs、overlay、proc、sysfs、fuse。',
		},
		source: 'user_namespaces(7) Effect of capabilities within a user namespace',
	},
	{
		id: 'mount-device-on-nodev',
		calls: ['mount', 'open', 'openat', 'openat2', 'creat'],
		errnos: ['EACCES'],
		test: failure => {
			const {path, from} = (failure.call === 'mount' ? undefined : pathsOf(failure)[0]) ?? {path: textAt(failure, 0)};
			const device = find(failure.pid, path, {from});
			if (device === undefined || !(device.stats.isBlockDevice() || device.stats.isCharacterDevice())) return undefined;
			const place = placeOf(failure.pid, device.path);
			return place?.mount.options.includes('nodev')
				? {
						evidence: [modeEvidence(device.path, device.stats), place.mount.evidence],
						facts: {path: device.path, mount: place.mount.mountPoint},
					}
				: undefined;
		},
		sentence: {
			en: 'The device file {path} lies on the mount at {mount}, which has nodev: device files there do nothing.',
			zh: '设备文件 {path} 位于 {mount} 处的挂载上，而该挂载带有 nodev：那里的设备文件不起作用。',
		},
		remedy: {en: 'Use the device file in /dev.', zh: '请使用 /dev 里的设备文件。'},
		source,
	},
	{
		id: 'mount-device-read-only',
		calls: ['mount'],
		errnos: ['EACCES', 'EROFS'],
		test: failure => {
			const device = find(failure.pid, textAt(failure, 0));
			if (device === undefined || !device.stats.isBlockDevice() || flagsAt(failure, 3).has('MS_RDONLY'))
				return undefined;
			const number = `${(device.stats.rdev >> 8) & 0xfff}:${(device.stats.rdev & 0xff) | ((device.stats.rdev >> 12) & 0xfff00)}`;
			const [line] = linesOf(`/sys/dev/block/${number}/ro`);
			return line?.text === '1' ? {evidence: [line.evidence], facts: {path: device.path}} : undefined;
		},
		sentence: {en: 'The device {path} is read-only.', zh: '设备 {path} 是只读的。'},
		remedy: {en: 'Mount it read-only: mount -o ro', zh: '以只读方式挂载：mount -o ro'},
		source,
	},
];

/** What each of these file systems is a window into. */
const windows: Readonly<Record<string, NamespaceKind>> = {
	proc: 'pid',
	sysfs: 'net',
	mqueue: 'ipc',
	cgroup: 'cgroup',
	cgroup2: 'cgroup',
};

/** FS_USERNS_MOUNT in the kernel's source: file systems that root of a user namespace may mount. */
const forUserNamespaces: ReadonlySet<string> = new Set([
	'proc',
	'sysfs',
	'tmpfs',
	'ramfs',
	'devpts',
	'mqueue',
	'overlay',
	'cgroup',
	'cgroup2',
	'fuse',
	'binfmt_misc',
	'bpf',
]);

const lockable = [
	['ro', 'MS_RDONLY'],
	['nosuid', 'MS_NOSUID'],
	['nodev', 'MS_NODEV'],
	['noexec', 'MS_NOEXEC'],
] as const;

/** An empty directory of the kernel's may be mounted on: /proc/sys/fs/binfmt_misc and its like hide nothing. */
function covered({mountPoint}: Mount): boolean {
	return !/\/(sys\/fs\/binfmt_misc|fs\/(cgroup|bpf|fuse\/connections|pstore|selinux|smackfs)|kernel\/(debug|tracing|config|security))$/.test(
		mountPoint,
	);
}
