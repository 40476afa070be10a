/**
 * Why mount(2) fails for what it was asked to mount, and where.
 *
 * Sources: mount(2), mount_namespaces(7).
 * @module
 */
import {majorMinor} from '#kernel/mknod';
import type {Localized} from '#words/language';
import {flagsAt, textAt} from '../arguments.ts';
import type {Cause} from '../cause.ts';
import {childrenOf, lineInside} from '../cgroups.ts';
import {evidenceOf, linesOf} from '../look.ts';
import {mountsOf, placeOf} from '../mounts.ts';
import {find} from '../paths.ts';
import {modeEvidence} from '../permissions.ts';
import {fileKindName, listed} from '../words.ts';
import {fileSystemOf} from './mount-arguments.ts';

const calls = ['mount'];
const source = 'mount(2) ERRORS';
/** How the other mount is, by what was asked for. */
const modes = {
	ro: {en: 'writable', zh: '可写'},
	rw: {en: 'read-only', zh: '只读'},
} as const;

/** The causes of mount's refusals that are not about rights. */
export const mountCauses: readonly Cause[] = [
	{
		id: 'mount-unknown-file-system',
		calls: ['mount', 'fsopen'],
		errnos: ['ENODEV'],
		test: failure => {
			const type = fileSystemOf(failure);
			const known = linesOf('/proc/filesystems').map(({text}) => text.split('\t')[1]!);
			return type === undefined || known.includes(type.split('.')[0]!)
				? undefined
				: {evidence: [evidenceOf('/proc/filesystems', `no ${type}; there are ${known.join(' ')}`)], facts: {type}};
		},
		sentence: {
			en: 'This kernel knows no file system called {type}, and could load no module for it.',
			zh: '此内核不认识名为 {type} 的文件系统，也没能为它加载模块。',
		},
		remedy: {
			en: 'Check the name; or load its module on the host (modprobe {type}), which no container may do.',
			zh: '检查名称；或在宿主机上加载它的模块（modprobe {type}），容器里无权这样做。',
		},
		source,
	},
	{
		id: 'mount-source-not-a-block-device',
		calls,
		errnos: ['ENOTBLK'],
		test: failure => {
			const found = find(failure.pid, textAt(failure, 0));
			return found === undefined || found.stats.isBlockDevice()
				? undefined
				: {
						evidence: [modeEvidence(found.path, found.stats)],
						facts: {
							path: found.path,
							kind: fileKindName(found.stats),
							type: fileSystemOf(failure) ?? '',
							instead: found.stats.isDirectory() ? toBind(found.path) : toLoop(found.path),
						},
					};
		},
		sentence: {
			en: '{path} is a {kind}, and a file system of type {type} is mounted from a block device.',
			zh: '{path} 是{kind}，而 {type} 类型的文件系统要从块设备挂载。',
		},
		remedy: {en: '{instead}', zh: '{instead}'},
		source,
	},
	{
		id: 'mount-no-such-device',
		calls,
		errnos: ['ENXIO', 'ENODEV'],
		test: failure => {
			const found = find(failure.pid, textAt(failure, 0));
			if (found === undefined || !found.stats.isBlockDevice()) return undefined;
			const {major, minor} = majorMinor(found.stats.rdev);
			const isThere = find(process.pid, `/sys/dev/block/${major}:${minor}`) !== undefined;
			return isThere
				? undefined
				: {
						evidence: [modeEvidence(found.path, found.stats), `/sys/dev/block: no ${major}:${minor}`],
						facts: {path: found.path, number: `${major}:${minor}`},
					};
		},
		sentence: {
			en: 'Behind the device file {path} ({number}) there is no device.',
			zh: '设备文件 {path}（{number}）背后没有设备。',
		},
		remedy: {en: 'See lsblk for the devices that are there.', zh: '用 lsblk 查看现有的设备。'},
		source,
	},
	{
		id: 'mount-directory-on-file',
		calls,
		errnos: ['ENOTDIR'],
		test: failure => {
			const target = find(failure.pid, textAt(failure, 1));
			if (target === undefined) return undefined;
			const isBind = flagsAt(failure, 3).has('MS_BIND') || flagsAt(failure, 3).has('MS_MOVE');
			const from = isBind ? find(failure.pid, textAt(failure, 0)) : undefined;
			if (isBind && from === undefined) return undefined;
			const isDirectory = from === undefined || from.stats.isDirectory();
			return isDirectory === target.stats.isDirectory()
				? undefined
				: {
						evidence: [...(from ? [modeEvidence(from.path, from.stats)] : []), modeEvidence(target.path, target.stats)],
						facts: {
							what: isDirectory ? {en: 'A directory', zh: '目录'} : {en: 'A file', zh: '文件'},
							target: target.path,
							kind: fileKindName(target.stats),
						},
					};
		},
		sentence: {
			en: '{what} can’t be mounted on {target}, which is a {kind}: directories go on directories, files on files.',
			zh: '{what}不能挂载到{kind} {target} 上：目录只能挂到目录上，文件只能挂到文件上。',
		},
		remedy: {
			en: 'Make an empty directory, or for a file an empty file (touch), and mount on that.',
			zh: '创建空目录（若挂载的是文件，则用 touch 创建空文件），再挂载到它上面。',
		},
		source,
	},
	{
		id: 'mount-same-file-system-there-already',
		calls: ['mount', 'move_mount'],
		errnos: ['EBUSY'],
		test: failure => {
			const type = fileSystemOf(failure);
			const place = placeOf(failure.pid, textAt(failure, 1));
			if (type === undefined || !place?.isMountPoint || place.mount.fileSystem !== type || place.mount.root !== '/')
				return undefined;
			// Each mount of these makes a file system of its own; of the others there is one, by device or namespace.
			if (['tmpfs', 'ramfs', 'overlay', 'devpts', 'proc'].includes(type)) return undefined;
			return {evidence: [place.mount.evidence], facts: {path: place.path, type}};
		},
		sentence: {
			en: 'The very same {type} is mounted on {path} already.',
			zh: '{path} 上已经挂载了同一个 {type}。',
		},
		remedy: {
			en: 'Use the one that is there, or detach it first.',
			zh: '直接使用已有的挂载，或先卸载它。',
		},
		source,
	},
	{
		id: 'mount-device-mounted-otherwise',
		calls,
		errnos: ['EBUSY'],
		test: failure => {
			const found = fileSystemOf(failure) === undefined ? undefined : find(failure.pid, textAt(failure, 0));
			if (!found?.stats.isBlockDevice()) return undefined;
			const {major, minor} = majorMinor(found.stats.rdev);
			const wanted = flagsAt(failure, 3).has('MS_RDONLY') ? 'ro' : 'rw';
			const other = mountsOf(failure.pid).find(
				({device, superOptions}) => device === `${major}:${minor}` && !superOptions.includes(wanted),
			);
			return (
				other && {evidence: [other.evidence], facts: {path: found.path, mount: other.mountPoint, how: modes[wanted]}}
			);
		},
		sentence: {
			en: '{path} is mounted {how} at {mount}: a device has one file system in the kernel, and its first mount decides whether that is written.',
			zh: '{path} 已以{how}方式挂载在 {mount}：一个设备在内核里只有一个文件系统，能否写入由首个挂载决定。',
		},
		remedy: {
			en: 'Bind that mount and make the bind read-only (mount --bind, then -o remount,bind,ro), or mount it the same way.',
			zh: '绑定已有的挂载并把绑定设为只读（mount --bind，再 -o remount,bind,ro），或以相同方式挂载。',
		},
		source,
	},
	{
		id: 'mount-controller-elsewhere',
		calls,
		errnos: ['EBUSY', 'EINVAL', 'ENODEV'],
		test: failure => {
			if (fileSystemOf(failure) !== 'cgroup') return undefined;
			const wanted = textAt(failure, 4)
				.split(',')
				.filter(word => word !== '');
			const rows = linesOf('/proc/cgroups').filter(({text}) => wanted.includes(text.split('\t')[0]!));
			const hierarchies = new Set(rows.map(({text}) => text.split('\t')[1]!));
			const mounted = mountsOf(failure.pid).filter(
				({fileSystem, superOptions}) => fileSystem === 'cgroup' && wanted.some(name => superOptions.includes(name)),
			);
			const isSplit =
				hierarchies.size > 1 || mounted.some(({superOptions}) => !wanted.every(name => superOptions.includes(name)));
			return rows.length === 0 || !isSplit
				? undefined
				: {evidence: [...rows, ...mounted].map(({evidence}) => evidence), facts: {wanted: listed(wanted)}};
		},
		sentence: {
			en: 'The controllers {wanted} are in use in hierarchies that are put together otherwise, and a controller is in one hierarchy only.',
			zh: '控制器 {wanted} 已用于组合方式不同的层级，而一个控制器只能属于一个层级。',
		},
		remedy: {
			en: 'Mount with exactly the controllers that the hierarchy has (see /proc/cgroups): the same number, the same hierarchy.',
			zh: '挂载时给出该层级恰好拥有的控制器（见 /proc/cgroups）：编号相同者即同一层级。',
		},
		source: 'cgroups(7) Cgroups version 1',
	},
	{
		id: 'mount-controller-in-v2',
		calls,
		errnos: ['EBUSY'],
		test: failure => {
			if (fileSystemOf(failure) !== 'cgroup') return undefined;
			const {pid} = failure;
			const wanted = textAt(failure, 4).split(',');
			const top = mountsOf(pid).find(({fileSystem, root}) => fileSystem === 'cgroup2' && root === '/')?.mountPoint;
			for (const child of top === undefined ? [] : childrenOf(pid, top)) {
				const line = lineInside(pid, `${top}/${child}/cgroup.controllers`);
				const name = line?.text.split(' ').find(name => wanted.includes(name));
				if (line && name) return {evidence: [line.evidence], facts: {name, cgroup: `${top}/${child}`}};
			}
			return undefined;
		},
		sentence: {
			en: 'The controller {name} is at work in cgroup v2 ({cgroup} has it), and a controller is in one hierarchy only.',
			zh: '控制器 {name} 正在 cgroup v2 中使用（{cgroup} 拥有它），而一个控制器只能属于一个层级。',
		},
		remedy: {
			en: 'Use its files in v2; v1 gets a controller only while no v2 cgroup below the root has it.',
			zh: '使用 v2 里的相应文件；只有根之下没有任何 v2 cgroup 拥有该控制器时，v1 才能得到它。',
		},
		source: 'cgroups(7) Cgroups version 2',
	},
];

function toBind(path: string): Localized {
	return {
		en: `To show a directory in another place, bind it: mount --bind ${path} …`,
		zh: `若要让目录出现在另一处，请绑定它：mount --bind ${path} …`,
	};
}

function toLoop(path: string): Localized {
	return {
		en: `For an image in a file: mount -o loop ${path} …, which makes a loop device of it.`,
		zh: `若是文件里的映像：mount -o loop ${path} …，它会为其建立 loop 设备。`,
	};
}
