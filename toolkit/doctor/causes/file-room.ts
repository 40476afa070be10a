/**
 * Why there is no room: for bytes, for files, for descriptors; or no writing at all.
 *
 * Sources: statfs(2), write(2), getrlimit(2), mount(2).
 * @module
 */
import {readdirSync, statfsSync} from 'node:fs';
import type {Cause} from '../cause.ts';
import {linesOf} from '../look.ts';
import {placeOf} from '../mounts.ts';
import {withName} from '../paths.ts';
import {eachDirectory, everything} from './file-target.ts';

/** The causes that lie in a file system, or in the process's limits. */
export const fileRoomCauses: readonly Cause[] = [
	{
		id: 'read-only-mount',
		errnos: ['EROFS'],
		test: eachDirectory(({directory, path}, {pid}) => {
			const place = placeOf(pid, path) ?? placeOf(pid, directory);
			if (place === undefined) return undefined;
			const whole = place.mount.superOptions.includes('ro');
			if (!whole && !place.mount.options.includes('ro')) return undefined;
			const what = whole
				? {en: 'the file system itself is', zh: '整个文件系统都是'}
				: {en: 'that mount is', zh: '该挂载是'};
			return {
				evidence: [place.mount.evidence],
				facts: {path: placeOf(pid, path)?.path ?? path, mount: place.mount.mountPoint, what},
			};
		}),
		sentence: {
			en: '{path} lies on the mount at {mount}, and {what} read-only.',
			zh: '{path} 位于 {mount} 处的挂载上，而{what}只读的。',
		},
		remedy: {
			en: 'Write to another place (a volume, a tmpfs), or mount it writable: mount -o remount,rw {mount}',
			zh: '写到别处（卷或 tmpfs），或重新挂载为可写：mount -o remount,rw {mount}',
		},
		source: 'open(2) ERRORS, mount(2) MS_RDONLY',
	},
	...fullCauses(),
	{
		id: 'descriptors-used-up',
		errnos: ['EMFILE'],
		test: ({pid}) => {
			const line = linesOf(`/proc/${pid}/limits`).find(({text}) => text.startsWith('Max open files'));
			const soft = Number(line?.text.slice('Max open files'.length).trim().split(/\s+/)[0]);
			const count = readdirSync(`/proc/${pid}/fd`).length;
			return line && count >= soft
				? {evidence: [line.evidence, `readdir /proc/${pid}/fd: ${count} entries`], facts: {soft, count}}
				: undefined;
		},
		sentence: {
			en: 'The process has {count} descriptors open, and RLIMIT_NOFILE allows {soft}.',
			zh: '进程打开了 {count} 个描述符，而 RLIMIT_NOFILE 只允许 {soft} 个。',
		},
		remedy: {
			en: 'Look at what they are (ls -l /proc/PID/fd): a leak is mended, a real need gets a higher limit (ulimit -n).',
			zh: '看看它们是什么（ls -l /proc/PID/fd）：若是泄漏就修复，若确有需要就提高上限（ulimit -n）。',
		},
		source: 'getrlimit(2) RLIMIT_NOFILE',
	},
];

/** ENOSPC has two reasons that df shows in two ways. */
function fullCauses(): readonly Cause[] {
	const full = (
		id: string,
		isFull: (disk: ReturnType<typeof statfsSync>) => boolean,
		texts: Pick<Cause, 'sentence' | 'remedy'>,
	): Cause => ({
		...texts,
		id,
		calls: everything,
		errnos: ['ENOSPC'],
		test: eachDirectory(({directory}, {pid}) => {
			const place = placeOf(pid, directory);
			if (place === undefined) return undefined;
			const disk = withName(pid, place.path, fd => statfsSync(`/proc/self/fd/${fd}`));
			if (!isFull(disk)) return undefined;
			const size = (blocks: number): string => `${Math.round((blocks * disk.bsize) / 1024)} KiB`;
			return {
				evidence: [
					`statfs ${place.path}: ${size(disk.bavail)} free of ${size(disk.blocks)}; ${disk.ffree} inodes free of ${disk.files}`,
					place.mount.evidence,
				],
				facts: {mount: place.mount.mountPoint, files: disk.files},
			};
		}),
		source: 'statfs(2), write(2) ERRORS',
	});
	return [
		full('inodes-used-up', ({files, ffree}) => files > 0 && ffree === 0, {
			sentence: {
				en: 'The file system at {mount} has all of its {files} inodes in use: there may be free bytes, and yet no file can be made.',
				zh: '{mount} 处文件系统的 {files} 个 inode 已全部用完：即便还有剩余空间，也不能再创建文件。',
			},
			remedy: {
				en: 'Remove many small files (df -i tells); a tmpfs takes nr_inodes=.',
				zh: '删除大量小文件（用 df -i 查看）；tmpfs 可用 nr_inodes= 调整。',
			},
		}),
		full('disk-full', ({bavail}) => bavail === 0, {
			sentence: {en: 'The file system at {mount} is full.', zh: '{mount} 处的文件系统已满。'},
			remedy: {
				en: 'Make room there (du -x {mount}), or give it more: a tmpfs takes size=.',
				zh: '在那里腾出空间（du -x {mount}），或扩大它：tmpfs 可用 size= 调整。',
			},
		}),
	];
}
