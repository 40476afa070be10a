/**
 * Why pivot_root(2) fails. In the kernel's order of asking: it answers for the first thing that doesn't fit.
 *
 * Source: pivot_root(2).
 * @module
 */
import {textAt} from '../arguments.ts';
import type {Cause, Failure, Found} from '../cause.ts';
import {isInherited, lockedEvidence} from '../locked.ts';
import {linkEvidence} from '../look.ts';
import {isShared, type Mount, mountsOf, noMountPoint, type Place, parentOf, placeOf} from '../mounts.ts';
import {demands} from './capability.ts';

const calls = ['pivot_root'];
const source = 'pivot_root(2) ERRORS';

/** All causes of pivot_root's refusals. */
export const pivotRootCauses: readonly Cause[] = [
	...demands({id: 'pivot-root', calls, capability: 'CAP_SYS_ADMIN', over: 'mnt', source}),
	{
		id: 'pivot-root-shared',
		calls,
		errnos: ['EINVAL'],
		test: withPlaces(({newRoot, putOld, root}, {pid}) => {
			const candidates = [
				[{en: 'the place for the old root lies on it', zh: '安放旧根的位置在其上'}, putOld.mount],
				[{en: 'the new root hangs from it', zh: '新根挂在其上'}, parentOf(pid, newRoot.mount)],
				[{en: 'the root hangs from it', zh: '当前的根挂在其上'}, parentOf(pid, root.mount)],
			] as const;
			const found = candidates.find(([, mount]) => mount !== undefined && isShared(mount));
			return found && {evidence: [found[1]!.evidence], facts: {which: found[0], mount: found[1]!.mountPoint}};
		}),
		sentence: {
			en: 'The mount at {mount} is shared ({which}): the change would travel to other mount namespaces, so the kernel refuses.',
			zh: '{mount} 处的挂载（{which}）是共享的：这一改动会传播到其他挂载命名空间，因此内核拒绝。',
		},
		remedy: {
			en: 'Make the whole tree private first: mount --make-rprivate /',
			zh: '先把整棵挂载树设为私有：mount --make-rprivate /',
		},
		source,
	},
	{
		id: 'pivot-root-locked',
		calls,
		errnos: ['EINVAL'],
		test: withPlaces(({newRoot}, {pid}) =>
			newRoot.isMountPoint && isInherited(pid, newRoot.mount)
				? {evidence: lockedEvidence(pid, newRoot.mount), facts: {path: newRoot.path}}
				: undefined,
		),
		sentence: {
			en: 'The mount at {path} came along from a user namespace with more rights: it is locked in its place.',
			zh: '{path} 处的挂载是从权限更高的用户命名空间带来的：它被锁定在原处。',
		},
		remedy: {
			en: 'Bind the new root onto itself, with its submounts: mount --rbind {path} {path}',
			zh: '把新的根目录连同其子挂载绑定到自身：mount --rbind {path} {path}',
		},
		source: 'mount_namespaces(7) Restrictions on mount namespaces',
	},
	{
		id: 'pivot-root-new-root-is-the-root',
		calls,
		errnos: ['EBUSY'],
		test: withPlaces(({newRoot, root}) => (newRoot.path === '/' ? {evidence: [root.mount.evidence]} : undefined)),
		sentence: {
			en: 'The new root is the current root already.',
			zh: '新的根目录就是当前的根目录。',
		},
		remedy: {
			en: 'Name another directory, one that is a mount point.',
			zh: '请指定另一个目录，并且它自身必须是挂载点。',
		},
		source,
	},
	{
		id: 'pivot-root-new-root-not-a-mount-point',
		calls,
		errnos: ['EBUSY', 'EINVAL'],
		test: withPlaces(({newRoot}, {pid}) =>
			newRoot.isMountPoint
				? undefined
				: {
						evidence: noMountPoint(pid, newRoot.path, newRoot.mount),
						facts: {path: newRoot.path, mount: newRoot.mount.mountPoint},
					},
		),
		sentence: {
			en: '{path} is a directory, and not a mount point: it lies on the mount at {mount}, and only a mount can become the root.',
			zh: '{path} 只是目录，不是挂载点：它位于 {mount} 处的挂载之上，而只有挂载才能成为根。',
		},
		remedy: {
			en: 'Make it a mount point by binding it onto itself: mount --bind {path} {path}',
			zh: '把它绑定到自身，使之成为挂载点：mount --bind {path} {path}',
		},
		source,
	},
	{
		id: 'pivot-root-put-old-on-the-root',
		calls,
		errnos: ['EBUSY'],
		test: withPlaces(({putOld, root}) =>
			putOld.mount.id === root.mount.id ? {evidence: [putOld.mount.evidence], facts: {path: putOld.path}} : undefined,
		),
		sentence: {
			en: 'The place for the old root, {path}, lies on the old root itself.',
			zh: '安放旧根的位置 {path} 就在旧根之上。',
		},
		remedy: {
			en: 'Put the old root into a directory inside the new root.',
			zh: '把旧根放到新根之内的目录里。',
		},
		source,
	},
	{
		id: 'pivot-root-root-not-a-mount-point',
		calls,
		errnos: ['EINVAL'],
		test: ({pid}) => {
			// After chroot into an ordinary directory no mount that the process can see begins at its root.
			const hasRoot = mountsOf(pid).some(({mountPoint}) => mountPoint === '/');
			return hasRoot
				? undefined
				: {evidence: [linkEvidence(`/proc/${pid}/root`), `/proc/${pid}/mountinfo: no line has the mount point /`]};
		},
		sentence: {
			en: 'The process’s own root is no mount point: it has been changed by chroot(2) to an ordinary directory.',
			zh: '进程自己的根不是挂载点：它被 chroot(2) 改成了普通目录。',
		},
		remedy: {
			en: 'Call pivot_root before chroot, or bind the directory onto itself before the chroot.',
			zh: '请在 chroot 之前调用 pivot_root，或在 chroot 之前把该目录绑定到自身。',
		},
		source,
	},
	{
		id: 'pivot-root-put-old-outside',
		calls,
		errnos: ['EINVAL'],
		test: withPlaces(({newRoot, putOld}) =>
			isBelow(putOld.path, newRoot.path)
				? undefined
				: {
						evidence: [newRoot.mount.evidence, putOld.mount.evidence],
						facts: {path: putOld.path, root: newRoot.path},
					},
		),
		sentence: {
			en: 'The place for the old root, {path}, is not below the new root, {root}.',
			zh: '安放旧根的位置 {path} 不在新根 {root} 之下。',
		},
		remedy: {
			en: 'Make a directory inside {root} and name that.',
			zh: '在 {root} 里创建一个目录，并指定它。',
		},
		source,
	},
];

interface Places {
	readonly newRoot: Place;
	readonly putOld: Place;
	readonly root: {readonly mount: Mount};
}

/** Finds the three places that pivot_root speaks of; without one of them the cause is another's. */
function withPlaces(test: (places: Places, failure: Failure) => Found | undefined): Cause['test'] {
	return failure => {
		const newRoot = placeOf(failure.pid, textAt(failure, 0));
		const putOld = placeOf(failure.pid, textAt(failure, 1));
		const root = placeOf(failure.pid, '/');
		return newRoot && putOld && root && test({newRoot, putOld, root}, failure);
	};
}

function isBelow(path: string, directory: string): boolean {
	return path === directory || path.startsWith(`${directory}/`);
}
