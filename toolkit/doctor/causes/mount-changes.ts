/**
 * Why mount(2) doesn't change, move or bind a mount that is there.
 *
 * Sources: mount(2), mount_namespaces(7).
 * @module
 */
import {flagsAt, textAt} from '../arguments.ts';
import type {Cause} from '../cause.ts';
import {writersOf} from '../holders.ts';
import {isInherited, lockedEvidence} from '../locked.ts';
import {processName} from '../look.ts';
import {isShared, mountsOf, noMountPoint, parentOf, placeOf} from '../mounts.ts';
import {find} from '../paths.ts';

const calls = ['mount'];
const source = 'mount(2) ERRORS';
const changers = ['MS_REMOUNT', 'MS_SHARED', 'MS_PRIVATE', 'MS_SLAVE', 'MS_UNBINDABLE'];

/** The causes of refused changes. */
export const mountChangeCauses: readonly Cause[] = [
	{
		id: 'mount-change-of-no-mount-point',
		calls,
		errnos: ['EINVAL'],
		test: failure => {
			const flags = flagsAt(failure, 3);
			const isMove = flags.has('MS_MOVE');
			if (!isMove && !changers.some(flag => flags.has(flag))) return undefined;
			const place = placeOf(failure.pid, textAt(failure, isMove ? 0 : 1));
			return place === undefined || place.isMountPoint
				? undefined
				: {
						evidence: noMountPoint(failure.pid, place.path, place.mount),
						facts: {path: place.path, mount: place.mount.mountPoint},
					};
		},
		sentence: {
			en: '{path} is no mount point, so there is no mount there to be changed: it lies on the one at {mount}.',
			zh: '{path} 不是挂载点，那里没有可供改动的挂载：它位于 {mount} 处的挂载之上。',
		},
		remedy: {
			en: 'Make it a mount of its own first: mount --bind {path} {path}',
			zh: '先让它自成挂载：mount --bind {path} {path}',
		},
		source,
	},
	{
		id: 'mount-move-from-shared-parent',
		calls,
		errnos: ['EINVAL'],
		test: failure => {
			const place = flagsAt(failure, 3).has('MS_MOVE') ? placeOf(failure.pid, textAt(failure, 0)) : undefined;
			const parent = place && parentOf(failure.pid, place.mount);
			return place?.isMountPoint && parent && isShared(parent)
				? {evidence: [place.mount.evidence, parent.evidence], facts: {path: place.path, parent: parent.mountPoint}}
				: undefined;
		},
		sentence: {
			en: 'The mount at {path} hangs from a shared one ({parent}): moving it would have to happen in all its peers at once.',
			zh: '{path} 处的挂载挂在共享挂载（{parent}）之上：移动它就必须在所有对等挂载里同时进行。',
		},
		remedy: {
			en: 'Make the parent private first: mount --make-private {parent}',
			zh: '先把父挂载设为私有：mount --make-private {parent}',
		},
		source,
	},
	{
		id: 'mount-move-into-itself',
		calls,
		errnos: ['ELOOP', 'EINVAL'],
		test: failure => {
			const flags = flagsAt(failure, 3);
			const from = flags.has('MS_MOVE') ? placeOf(failure.pid, textAt(failure, 0)) : undefined;
			const to = placeOf(failure.pid, textAt(failure, 1));
			return from && to && (to.path === from.path || to.path.startsWith(`${from.path}/`))
				? {evidence: [from.mount.evidence, to.mount.evidence], facts: {from: from.path, to: to.path}}
				: undefined;
		},
		sentence: {
			en: '{to} lies within the mount at {from}: a mount can’t hang from itself.',
			zh: '{to} 就在 {from} 处的挂载之内：挂载不能挂在自己身上。',
		},
		remedy: {en: 'Move it to a place outside of it.', zh: '请移动到它之外的位置。'},
		source,
	},
	{
		id: 'mount-bind-unbindable',
		calls: ['mount', 'open_tree'],
		errnos: ['EINVAL'],
		test: failure => {
			const isTree = failure.call === 'open_tree';
			if (!isTree && !flagsAt(failure, 3).has('MS_BIND')) return undefined;
			const place = placeOf(failure.pid, textAt(failure, isTree ? 1 : 0));
			return place?.mount.propagation === 'unbindable'
				? {evidence: [place.mount.evidence], facts: {path: place.path, mount: place.mount.mountPoint}}
				: undefined;
		},
		sentence: {
			en: '{path} lies on the mount at {mount}, which is unbindable.',
			zh: '{path} 位于 {mount} 处的挂载上，该挂载被设为不可绑定（unbindable）。',
		},
		remedy: {
			en: 'Take that back first: mount --make-private {mount}',
			zh: '先取消这一设置：mount --make-private {mount}',
		},
		source: 'mount_namespaces(7) MS_UNBINDABLE',
	},
	{
		id: 'mount-bind-leaves-locked-below',
		calls: ['mount', 'open_tree'],
		errnos: ['EINVAL'],
		test: failure => {
			const isTree = failure.call === 'open_tree';
			const flags = flagsAt(failure, isTree ? 2 : 3);
			const isAlone = isTree
				? flags.has('OPEN_TREE_CLONE') && !flags.has('AT_RECURSIVE')
				: flags.has('MS_BIND') && !flags.has('MS_REC') && !flags.has('MS_REMOUNT');
			const place = isAlone ? placeOf(failure.pid, textAt(failure, isTree ? 1 : 0)) : undefined;
			if (place === undefined) return undefined;
			const below = mountsOf(failure.pid).find(
				mount =>
					mount.parentId === place.mount.id &&
					`${mount.mountPoint}/`.startsWith(place.path === '/' ? '/' : `${place.path}/`) &&
					isInherited(failure.pid, mount),
			);
			return (
				below && {
					evidence: [place.mount.evidence, ...lockedEvidence(failure.pid, below)],
					facts: {path: place.path, below: below.mountPoint, target: isTree ? '…' : textAt(failure, 1)},
				}
			);
		},
		sentence: {
			en: 'Below {path} there are locked mounts, such as {below}: they came from a user namespace with more rights, and a bind of {path} alone would show what they hide.',
			zh: '{path} 之下有被锁定的挂载，例如 {below}：它们来自权限更高的用户命名空间，而只绑定 {path} 会暴露被它们遮住的内容。',
		},
		remedy: {
			en: 'Bind it with all that is mounted below: mount --rbind {path} {target}',
			zh: '连同其下的挂载一起绑定：mount --rbind {path} {target}',
		},
		source: 'mount_namespaces(7) Restrictions on mount namespaces',
	},
	{
		id: 'mount-read-only-with-writers',
		calls,
		errnos: ['EBUSY'],
		test: failure => {
			const flags = flagsAt(failure, 3);
			const place = placeOf(failure.pid, textAt(failure, 1));
			if (!flags.has('MS_REMOUNT') || !flags.has('MS_RDONLY') || place === undefined) return undefined;
			const device = find(failure.pid, place.path)?.stats.dev ?? -1;
			const writers = writersOf(flags.has('MS_BIND') ? {mount: place.mount.id} : {device});
			const [first] = writers;
			return (
				first && {
					evidence: [place.mount.evidence, ...writers.slice(0, 5).map(({evidence}) => evidence)],
					facts: {path: place.path, process: processName(first.pid)},
				}
			);
		},
		sentence: {
			en: 'Files of the mount at {path} are open for writing, one by process {process}, so it can’t become read-only.',
			zh: '{path} 处的挂载里有文件正以写方式打开（例如进程 {process}），因此不能改为只读。',
		},
		remedy: {
			en: 'Let the process close the file, or end it.',
			zh: '让该进程关闭文件，或结束它。',
		},
		source,
	},
];
