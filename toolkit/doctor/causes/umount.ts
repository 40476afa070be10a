/**
 * Why umount2(2) fails.
 *
 * Sources: umount(2), mount_namespaces(7).
 * @module
 */
import {readdirSync} from 'node:fs';
import type {Localized} from '#words/language';
import {textAt} from '../arguments.ts';
import type {Cause, Failure, Found} from '../cause.ts';
import {type Holder, holdersOfMount} from '../holders.ts';
import {isInherited, lockedEvidence} from '../locked.ts';
import {firstLine, processName} from '../look.ts';
import {mountsOf, noMountPoint, type Place, placeOf} from '../mounts.ts';
import {listed} from '../words.ts';
import {demands} from './capability.ts';

const calls = ['umount2'];
const source = 'umount(2) ERRORS';

/** All causes of umount's refusals. */
export const umountCauses: readonly Cause[] = [
	...demands({
		id: 'umount',
		calls,
		capability: 'CAP_SYS_ADMIN',
		over: 'mnt',
		remedy: {
			en: 'Run it as root, or let it have {capability} (drydock run --cap-add). A user namespace is no help: the mounts that it gets are locked.',
			zh: '以 root 身份运行，或授予它 {capability}（drydock run --cap-add）。用户命名空间无济于事：它得到的挂载都是锁定的。',
		},
		source,
	}),
	{
		id: 'umount-not-a-mount-point',
		calls,
		errnos: ['EINVAL'],
		test: withPlace(({path, mount, isMountPoint}, {pid}) =>
			isMountPoint ? undefined : {evidence: noMountPoint(pid, path, mount), facts: {path, mount: mount.mountPoint}},
		),
		sentence: {
			en: 'Nothing is mounted on {path} in this mount namespace: it is part of the mount at {mount}.',
			zh: '在这个挂载命名空间里，{path} 上没有挂载任何东西：它属于 {mount} 处的挂载。',
		},
		remedy: {
			en: 'Look at findmnt; if it was mounted in another mount namespace, detach it there.',
			zh: '请查看 findmnt；如果它是在另一个挂载命名空间里挂载的，请到那里卸载。',
		},
		source,
	},
	{
		id: 'umount-locked',
		calls,
		errnos: ['EINVAL'],
		test: withPlace(({path, mount, isMountPoint}, {pid}) =>
			isMountPoint && isInherited(pid, mount) ? {evidence: lockedEvidence(pid, mount), facts: {path}} : undefined,
		),
		sentence: {
			en: 'The mount at {path} came along from a mount namespace of a user namespace with more rights: it is locked, lest what it hides be seen.',
			zh: '{path} 处的挂载来自权限更高的用户命名空间所属的挂载命名空间：它被锁定，以免其下被遮住的内容暴露出来。',
		},
		remedy: {
			en: 'Detach it in the namespace that it came from, before the copy is made; inside, only the whole copied tree can be left (pivot_root and umount -l of the old root).',
			zh: '在复制之前，到它所来自的命名空间里卸载；在内部只能整棵离开（pivot_root 之后 umount -l 旧根）。',
		},
		source: 'mount_namespaces(7) Restrictions on mount namespaces',
	},
	{
		id: 'umount-mounts-below',
		calls,
		errnos: ['EBUSY'],
		test: withPlace(({path, mount}, {pid}) => {
			const below = mountsOf(pid).filter(({parentId}) => parentId === mount.id);
			return below.length === 0
				? undefined
				: {
						evidence: [mount.evidence, ...below.slice(0, MOST_SHOWN).map(({evidence}) => evidence)],
						facts: {path, below: listed(below.map(({mountPoint}) => mountPoint))},
					};
		}),
		sentence: {
			en: 'Other mounts hang from the one at {path}: {below}.',
			zh: '还有其他挂载挂在 {path} 处的挂载之上：{below}。',
		},
		remedy: {
			en: 'Detach them first, deepest first: umount --recursive {path}',
			zh: '先由深到浅卸载它们：umount --recursive {path}',
		},
		source,
	},
	{
		id: 'umount-in-use',
		calls,
		errnos: ['EBUSY'],
		test: withPlace(({path, mount}) => {
			const holders = holdersOfMount(mount.id, mount.device);
			const [first] = holders;
			if (first === undefined) return undefined;
			return {
				evidence: [mount.evidence, ...holders.slice(0, MOST_SHOWN).map(({evidence}) => evidence)],
				facts: {path, process: processName(first.pid), by: ways[first.by], more: moreThan(holders.length)},
			};
		}),
		sentence: {
			en: 'The mount at {path} is in use: process {process} {by}{more}.',
			zh: '{path} 处的挂载正在使用中：进程 {process} {by}{more}。',
		},
		remedy: {
			en: 'Let it go elsewhere or end it; or detach lazily (umount --lazy {path}): the mount goes when its last user does.',
			zh: '让它离开或结束它；或惰性卸载（umount --lazy {path}）：最后一个使用者离开时挂载才真正消失。',
		},
		source,
	},
	{
		id: 'umount-loop-device',
		calls,
		errnos: ['EBUSY'],
		test: withPlace(({path, mount}) => {
			const [loop] = readdirSync('/sys/block').flatMap(device => {
				const line = firstLine(`/sys/block/${device}/loop/backing_file`);
				return line?.text.startsWith(`${path}/`) ? [{device, line}] : [];
			});
			return (
				loop && {
					evidence: [mount.evidence, loop.line.evidence],
					facts: {path, device: `/dev/${loop.device}`, file: loop.line.text},
				}
			);
		}),
		sentence: {
			en: 'The loop device {device} has {file} open, which lies on the mount at {path}: the kernel holds it, no process.',
			zh: 'loop 设备 {device} 打开着 {file}，它位于 {path} 处的挂载上：占用它的是内核，而不是某个进程。',
		},
		remedy: {
			en: 'Unmount what is mounted from the device (findmnt {device}), then: losetup --detach {device}',
			zh: '先卸载从该设备挂载的文件系统（findmnt {device}），再执行：losetup --detach {device}',
		},
		source: 'losetup(8), Documentation/ABI/testing/sysfs-block-loop',
	},
];

const MOST_SHOWN = 5;

const ways: Readonly<Record<Holder['by'], Localized>> = {
	cwd: {en: 'has its working directory there', zh: '的工作目录在其中'},
	root: {en: 'has its root there', zh: '的根目录在其中'},
	exe: {en: 'runs a program from there', zh: '正在运行其中的程序'},
	'open file': {en: 'has a file of it open', zh: '打开着其中的文件'},
	'mapped file': {en: 'has a file of it in its memory', zh: '把其中的文件映射到了内存'},
};

function moreThan(count: number): Localized {
	return count === 1
		? {en: '', zh: ''}
		: {en: `; processes that use it besides: ${count - 1}`, zh: `，另有 ${count - 1} 个进程也在使用`};
}

function withPlace(test: (place: Place, failure: Failure) => Found | undefined): Cause['test'] {
	return failure => {
		const place = placeOf(failure.pid, textAt(failure, 0));
		return place && test(place, failure);
	};
}
