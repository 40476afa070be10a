/**
 * Why a path leads nowhere: the part of it that is missing, no directory, shut, or a link in a circle.
 *
 * Sources: path_resolution(7), the ERRORS of every call that takes a path.
 * @module
 */
import {readdirSync} from 'node:fs';
import {basename, dirname} from 'node:path';
import {tolerate} from '#kernel/error';
import {readKernelFile} from '#kernel/file';
import type {Cause, Failure, Found} from '../cause.ts';
import {evidenceOf, linkAt, linkEvidence, statusLine} from '../look.ts';
import {mountsOf} from '../mounts.ts';
import {type PathArgument, pathsOf} from '../path-arguments.ts';
import {find, removedDirectory, type Walk, walk, withName} from '../paths.ts';
import {modeEvidence} from '../permissions.ts';
import {fileKindName} from '../words.ts';
import {directoryOf, wholePath} from './file-target.ts';

const source = 'path_resolution(7)';

/** The causes that any call with a path can meet. */
export const pathCauses: readonly Cause[] = [
	{
		id: 'program-not-in-path',
		calls: ['execve', 'stat', 'newfstatat', 'access', 'faccessat'],
		errnos: ['ENOENT'],
		test: failure => {
			const [asked] = pathsOf(failure);
			const variables = readKernelFile(`/proc/${failure.pid}/environ`).split('\0');
			const variable = variables.find(text => text.startsWith('PATH='));
			if (asked === undefined || variable === undefined) return undefined;
			const [directory, name] = [dirname(asked.path), basename(asked.path)];
			const directories = variable.slice('PATH='.length).split(':');
			// Whoever was given the whole path hasn't searched for it.
			const isGiven = readKernelFile(`/proc/${failure.pid}/cmdline`).split('\0').includes(asked.path);
			if (isGiven || !directories.includes(directory)) return undefined;
			return directories.some(each => find(failure.pid, `${each}/${name}`) !== undefined)
				? undefined
				: {
						evidence: [
							evidenceOf(`/proc/${failure.pid}/environ`, variable),
							`lstat: no ${name} in any of these directories`,
						],
						facts: {name},
					};
		},
		sentence: {
			en: 'No directory of the process’s PATH has a program called {name}.',
			zh: '进程的 PATH 中没有哪个目录里有名为 {name} 的程序。',
		},
		remedy: {
			en: 'Check the spelling; install it where this process sees it; or name it by its whole path.',
			zh: '检查拼写；把它安装到该进程能看到的位置；或写出它的完整路径。',
		},
		source: 'execvp(3), environ(7)',
	},
	{
		id: 'working-directory-removed',
		errnos: ['ENOENT'],
		test: failure => {
			const {pid, call} = failure;
			const removed = removedDirectory(pid);
			const isMeant =
				call === 'getcwd' || pathsOf(failure).some(each => walk(pid, each.path, each).outcome === 'removed');
			return removed === undefined || !isMeant
				? undefined
				: {
						evidence: [
							linkEvidence(`/proc/${pid}/cwd`),
							...(removed.stats.nlink === 0 ? [`stat /proc/${pid}/cwd: directory, links 0`] : []),
						],
						facts: {path: removed.path},
					};
		},
		sentence: {
			en: 'The process’s working directory, {path}, has been removed: there is nothing in it any more, and nothing can be made in it.',
			zh: '进程的工作目录 {path} 已被删除：其中已没有任何文件，也不能再创建文件。',
		},
		remedy: {
			en: 'Go elsewhere (cd /), or, if a directory of that name has been made again: cd {path}',
			zh: '换到别的目录（cd /）；若同名目录已重新创建：cd {path}',
		},
		source: 'getcwd(2), rmdir(2)',
	},
	pathCause(
		'path-parent-missing',
		['ENOENT'],
		(end, {pid}, argument) =>
			end.outcome === 'missing' && !end.isLast
				? {
						evidence: missingEvidence(pid, end),
						facts: {path: end.path, directory: argument.enters ? wholePath(pid, argument) : directoryOf(pid, argument)},
					}
				: undefined,
		{
			sentence: {
				en: 'A directory on the way is missing: {path}.',
				zh: '路径中途缺少目录：{path}。',
			},
			remedy: {
				en: 'Check the path; or make the directories: mkdir -p {directory}',
				zh: '检查路径；或逐级创建目录：mkdir -p {directory}',
			},
		},
	),
	pathCause(
		'path-missing',
		['ENOENT'],
		(end, {pid}, {makes}) =>
			end.outcome === 'missing' && end.isLast && !makes
				? {evidence: missingEvidence(pid, end), facts: {path: end.path, parent: end.parent}}
				: undefined,
		{
			sentence: {
				en: '{path} isn’t there, as this process sees the files; the directory {parent} is.',
				zh: '在该进程看到的文件里没有 {path}；目录 {parent} 是存在的。',
			},
			remedy: {
				en: 'Check the name; the process may have another root than you (see the evidence).',
				zh: '请检查名称；该进程的根目录可能与你的不同（见证据）。',
			},
		},
	),
	pathCause(
		'path-not-a-directory',
		['ENOTDIR'],
		end =>
			end.outcome === 'not-directory'
				? {evidence: [modeEvidence(end.path, end.stats)], facts: {path: end.path, kind: fileKindName(end.stats)}}
				: undefined,
		{
			sentence: {
				en: '{path} is a {kind}, where only a directory will do.',
				zh: '{path} 是{kind}，而那里必须是目录。',
			},
			remedy: {
				en: 'Name a directory there, or remove what stands in its place.',
				zh: '那里应是目录；请改用别的路径，或移走占位的文件。',
			},
		},
	),
	pathCause(
		'path-search-denied',
		['EACCES'],
		(end, {pid}) =>
			end.outcome === 'denied'
				? {
						evidence: [
							modeEvidence(end.path, end.stats),
							statusLine(pid, 'Uid').evidence,
							statusLine(pid, 'Gid').evidence,
						],
						facts: {path: end.path},
					}
				: undefined,
		{
			sentence: {
				en: 'The process may not enter the directory {path}, nor pass through it: the x bit is missing for it.',
				zh: '进程无权进入或穿过目录 {path}：对它而言缺少 x 权限位。',
			},
			remedy: {
				en: 'Do it as another user; or, as the directory’s owner: chmod o+x {path}',
				zh: '换个用户来做；或由目录的所有者执行：chmod o+x {path}',
			},
		},
	),
	pathCause(
		'path-links-in-a-circle',
		['ELOOP'],
		end =>
			end.outcome === 'loop'
				? {evidence: [`${end.path} -> ${end.target}`], facts: {path: end.path, target: end.target}}
				: undefined,
		{
			sentence: {
				en: 'The way leads over more than 40 symbolic links, the last from {path} to {target}: they form a circle.',
				zh: '路径经过了 40 个以上的符号链接，最后一个从 {path} 指向 {target}：它们形成了循环。',
			},
			remedy: {en: 'Look where it leads: namei -l PATH', zh: '看看它通向哪里：namei -l PATH'},
		},
	),
	{
		id: 'path-last-link-not-followed',
		calls: ['open', 'openat', 'openat2'],
		errnos: ['ELOOP'],
		test: failure => {
			const [argument] = pathsOf(failure);
			const found = argument?.keepLastLink ? find(failure.pid, argument.path, argument) : undefined;
			return found?.stats.isSymbolicLink()
				? {evidence: [modeEvidence(found.path, found.stats)], facts: {path: found.path}}
				: undefined;
		},
		sentence: {
			en: '{path} is a symbolic link, and the call forbids following one there (O_NOFOLLOW).',
			zh: '{path} 是符号链接，而该调用禁止在此处跟随链接（O_NOFOLLOW）。',
		},
		remedy: {en: 'Name the file itself.', zh: '请直接指明文件本身。'},
		source: 'open(2) O_NOFOLLOW',
	},
	pathCause(
		'path-name-too-long',
		['ENAMETOOLONG'],
		end =>
			end.outcome === 'too-long'
				? {
						evidence: [`${Buffer.byteLength(end.path)} bytes: ${end.path.slice(0, 60)}…`],
						facts: {count: Buffer.byteLength(end.path)},
					}
				: undefined,
		{
			sentence: {
				en: 'A name in the path has {count} bytes, and 255 is the most.',
				zh: '路径里有一个名称长达 {count} 字节，而上限是 255 字节。',
			},
			remedy: {en: 'Shorten it. A Chinese character takes 3 bytes.', zh: '请缩短它。一个汉字占 3 个字节。'},
		},
	),
];

function pathCause(
	id: string,
	errnos: readonly string[],
	test: (end: Walk, failure: Failure, argument: PathArgument) => Found | undefined,
	texts: Pick<Cause, 'sentence' | 'remedy'>,
): Cause {
	return {
		...texts,
		id,
		errnos,
		test: failure => {
			for (const argument of pathsOf(failure)) {
				const found = test(walk(failure.pid, argument.path, argument), failure, argument);
				if (found !== undefined) return found;
			}
			return undefined;
		},
		source,
	};
}

/** The place where the walk ended, what is there instead, and the root that all of it is seen from. */
function missingEvidence(
	pid: number,
	{path, parent}: {readonly path: string; readonly parent: string},
): readonly string[] {
	const names =
		tolerate(['EACCES', 'EPERM', 'ENOENT'], () => withName(pid, parent, fd => readdirSync(`/proc/self/fd/${fd}`))) ??
		[];
	const shown = names.toSorted().slice(0, 8).join(' ');
	const isChanged = linkAt(`/proc/${pid}/root`) !== '/';
	const root = mountsOf(pid).find(({mountPoint}) => mountPoint === '/');
	return [
		`lstat ${path}: ENOENT`,
		`readdir ${parent}: ${names.length === 0 ? '(empty)' : shown}${names.length > 8 ? ` … (${names.length})` : ''}`,
		...(isChanged ? [linkEvidence(`/proc/${pid}/root`)] : []),
		...(root === undefined ? [] : [root.evidence]),
	];
}
