/**
 * Why a file can't be made, opened or removed for what is there already.
 *
 * Sources: open(2), mkdir(2), unlink(2), rename(2).
 * @module
 */
import {readdirSync} from 'node:fs';
import type {Cause} from '../cause.ts';
import {runnersOf} from '../holders.ts';
import {processName} from '../look.ts';
import {placeOf} from '../mounts.ts';
import {pathsOf} from '../path-arguments.ts';
import {find, withName} from '../paths.ts';
import {modeEvidence} from '../permissions.ts';
import {directoryOf, eachDirectory, makers, removers} from './file-target.ts';

/** The causes that lie in what stands where a path leads. */
export const fileCauses: readonly Cause[] = [
	{
		id: 'open-of-a-directory',
		calls: ['open', 'openat', 'openat2', 'creat', 'write', 'unlink', 'unlinkat', 'truncate'],
		errnos: ['EISDIR'],
		test: eachDirectory(({path}, {pid}) => {
			const there = find(pid, path);
			return there?.stats.isDirectory()
				? {evidence: [modeEvidence(there.path, there.stats)], facts: {path: there.path}}
				: undefined;
		}),
		sentence: {en: '{path} is a directory.', zh: '{path} 是目录。'},
		remedy: {en: 'Name a file in it; to remove a directory use rmdir.', zh: '请指明其中的文件；要删除目录请用 rmdir。'},
		source: 'open(2) ERRORS',
	},
	{
		id: 'program-is-running',
		calls: ['open', 'openat', 'openat2', 'creat', 'truncate', 'write'],
		errnos: ['ETXTBSY'],
		test: eachDirectory(({path}, {pid}) => {
			const there = find(pid, path);
			const runners = there === undefined ? [] : runnersOf(there.stats);
			return (
				runners[0] && {
					evidence: runners.slice(0, 3).map(({evidence}) => evidence),
					facts: {path, process: processName(runners[0].pid)},
				}
			);
		}),
		sentence: {
			en: 'Process {process} is executing {path}, so it can’t be written to.',
			zh: '进程 {process} 正在执行 {path}，因此不能写它。',
		},
		remedy: {
			en: 'Write a new file and rename it over the old one: the running program keeps the old.',
			zh: '写成新文件再改名覆盖旧文件：正在运行的程序仍用旧的那份。',
		},
		source: 'open(2) ERRORS',
	},
	{
		id: 'exists-already',
		calls: makers,
		errnos: ['EEXIST'],
		test: eachDirectory(({path}, {pid}) => {
			const there = find(pid, path, {keepLastLink: true});
			return there && {evidence: [modeEvidence(there.path, there.stats)], facts: {path: there.path}};
		}),
		sentence: {en: '{path} is there already.', zh: '{path} 已经存在。'},
		remedy: {en: 'Use what is there, or remove it first.', zh: '使用已有的，或先删除它。'},
		source: 'mkdir(2), open(2) ERRORS',
	},
	{
		id: 'directory-not-empty',
		calls: removers,
		errnos: ['ENOTEMPTY', 'EEXIST'],
		test: eachDirectory(({path}, {pid}) => {
			const there = find(pid, path);
			const names = there?.stats.isDirectory()
				? withName(pid, there.path, fd => readdirSync(`/proc/self/fd/${fd}`))
				: [];
			return names.length === 0
				? undefined
				: {
						evidence: [
							`readdir ${there!.path}: ${names.slice(0, 8).join(' ')}${names.length > 8 ? ` … (${names.length})` : ''}`,
						],
						facts: {path: there!.path, count: names.length},
					};
		}),
		sentence: {
			en: '{path} is not empty (entries: {count}); those that begin with a dot count, too.',
			zh: '{path} 之中有 {count} 个条目（包括以点开头的）。',
		},
		remedy: {en: 'Remove them first.', zh: '请先删除它们。'},
		source: 'rmdir(2) ERRORS',
	},
	{
		id: 'directory-is-a-mount-point',
		calls: removers,
		errnos: ['EBUSY'],
		test: eachDirectory(({path}, {pid}) => {
			const place = placeOf(pid, path);
			return place?.isMountPoint ? {evidence: [place.mount.evidence], facts: {path: place.path}} : undefined;
		}),
		sentence: {en: 'Something is mounted on {path}.', zh: '{path} 上挂载着东西。'},
		remedy: {en: 'umount {path}', zh: 'umount {path}'},
		source: 'rmdir(2), rename(2) ERRORS',
	},
	{
		id: 'across-mounts',
		calls: ['rename', 'renameat', 'renameat2', 'link', 'linkat'],
		errnos: ['EXDEV'],
		test: failure => {
			const [from, to] = pathsOf(failure).map(argument => placeOf(failure.pid, directoryOf(failure.pid, argument)));
			return from && to && from.mount.id !== to.mount.id
				? {
						evidence: [from.mount.evidence, to.mount.evidence],
						facts: {from: from.mount.mountPoint, to: to.mount.mountPoint},
					}
				: undefined;
		},
		sentence: {
			en: 'The two places lie on two mounts ({from} and {to}): a file is renamed or linked within one mount only, even if both show the same file system.',
			zh: '两处位于不同的挂载上（{from} 与 {to}）：改名和硬链接都只能在同一个挂载之内进行，即便两个挂载展示的是同一个文件系统。',
		},
		remedy: {
			en: 'Copy it, then remove the old one, as mv does by itself; instead of a hard link make a symbolic one: ln -s',
			zh: '先复制再删除旧的，mv 会自动这样做；硬链接可改用符号链接：ln -s',
		},
		source: 'rename(2), link(2) ERRORS',
	},
	{
		id: 'rename-into-itself',
		calls: ['rename', 'renameat', 'renameat2'],
		errnos: ['EINVAL'],
		test: failure => {
			const [old, made] = pathsOf(failure);
			if (old === undefined || made === undefined) return undefined;
			const from = find(failure.pid, old.path, old);
			const to = find(failure.pid, directoryOf(failure.pid, made));
			return from && to && `${to.path}/`.startsWith(`${from.path}/`)
				? {
						evidence: [modeEvidence(from.path, from.stats), `${made.path} would lie in ${to.path}`],
						facts: {from: from.path, to: to.path},
					}
				: undefined;
		},
		sentence: {
			en: 'The directory {from} would come to lie in {to}: a directory can’t be moved into itself.',
			zh: '目录 {from} 将会位于 {to} 之中：目录不能移动到它自身之内。',
		},
		remedy: {en: 'Choose a place outside of {from}.', zh: '请选择 {from} 之外的位置。'},
		source: 'rename(2) ERRORS',
	},
];
