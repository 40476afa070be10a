/**
 * Why a file may not be changed: by its owner, its bits, its attributes, its directory's.
 *
 * Sources: path_resolution(7), unlink(2), chown(2), ioctl_iflags(2).
 * @module
 */
import {constants} from 'node:fs';
import {KernelName, tolerate} from '#kernel/error';
import {call} from '#kernel/libc';
import type {Localized} from '#words/language';
import type {Cause} from '../cause.ts';
import {statusLine, statusWords} from '../look.ts';
import {placeOf} from '../mounts.ts';
import {find, outsidePath, withFile} from '../paths.ts';
import {mayAccess, modeEvidence, READ, WRITE} from '../permissions.ts';
import {hasCapability} from '../user-namespaces.ts';
import {eachDirectory, everything, makers, removers, wantedBy} from './file-target.ts';

/** The causes that lie in who may do what. */
export const fileRightsCauses: readonly Cause[] = [
	{
		id: 'file-immutable',
		calls: everything,
		errnos: ['EPERM'],
		test: eachDirectory(({directory, path}, {pid, call}) => {
			const candidates = removers.includes(call) || makers.includes(call) ? [path, directory] : [path];
			for (const candidate of candidates) {
				const bits = find(pid, candidate, {keepLastLink: true}) && attributesOf(pid, candidate);
				if (bits === undefined || (bits & (FS_IMMUTABLE_FL | FS_APPEND_FL)) === 0) continue;
				const letter = bits & FS_IMMUTABLE_FL ? 'i' : 'a';
				return {
					evidence: [`ioctl(${candidate}, FS_IOC_GETFLAGS): 0x${bits.toString(16)}, ${letter} is set`],
					facts: {
						path: candidate,
						letter,
						kind: letter === 'i' ? {en: 'immutable', zh: '不可更改'} : {en: 'append-only', zh: '只可追加'},
					},
				};
			}
			return undefined;
		}),
		sentence: {
			en: '{path} is {kind} (attribute {letter}): not even root may change or remove it.',
			zh: '{path} 被设为{kind}（属性 {letter}）：连 root 也不能更改或删除它。',
		},
		remedy: {
			en: 'chattr -{letter} {path}, with CAP_LINUX_IMMUTABLE',
			zh: '以 CAP_LINUX_IMMUTABLE 执行 chattr -{letter} {path}',
		},
		source: 'ioctl_iflags(2), chattr(1)',
	},
	{
		id: 'sticky-directory',
		calls: removers,
		errnos: ['EPERM', 'EACCES'],
		test: eachDirectory(({directory, path}, {pid}) => {
			const above = find(pid, directory);
			const there = find(pid, path, {keepLastLink: true});
			const uid = Number(statusWords(pid, 'Uid')[3]);
			if (!above || !there || (above.stats.mode & S_ISVTX) === 0 || hasCapability(pid, 'CAP_FOWNER')) return undefined;
			return [above.stats.uid, there.stats.uid].includes(uid)
				? undefined
				: {
						evidence: [
							modeEvidence(above.path, above.stats),
							modeEvidence(there.path, there.stats),
							statusLine(pid, 'Uid').evidence,
						],
						facts: {directory, path, owner: there.stats.uid},
					};
		}),
		sentence: {
			en: '{directory} has the sticky bit: only its owner and that of {path} (user {owner}) may remove or rename it.',
			zh: '{directory} 设有粘滞位：只有目录的所有者和 {path} 的所有者（用户 {owner}）才能删除或改名。',
		},
		remedy: {en: 'Do it as user {owner}.', zh: '以用户 {owner} 的身份来做。'},
		source: 'unlink(2) ERRORS, inode(7)',
	},
	{
		id: 'file-not-owned',
		calls: ['chmod', 'fchmodat', 'chown', 'lchown', 'fchownat', 'utimensat'],
		errnos: ['EPERM'],
		test: eachDirectory(({path}, {pid, call}) => {
			const there = find(pid, path, {keepLastLink: true});
			const capability = call.includes('chown') ? 'CAP_CHOWN' : 'CAP_FOWNER';
			if (there === undefined || hasCapability(pid, capability)) return undefined;
			// Even the owner may not give a file away.
			const isOwner = there.stats.uid === Number(statusWords(pid, 'Uid')[3]);
			return isOwner && !call.includes('chown')
				? undefined
				: {
						evidence: [
							modeEvidence(there.path, there.stats),
							statusLine(pid, 'Uid').evidence,
							statusLine(pid, 'CapEff').evidence,
						],
						facts: {path: there.path, owner: there.stats.uid, capability},
					};
		}),
		sentence: {
			en: '{path} belongs to user {owner}; this change needs {capability}, or for chmod and times its owner.',
			zh: '{path} 属于用户 {owner}；这一改动需要 {capability}（修改权限和时间也可由其所有者进行）。',
		},
		remedy: {
			en: 'Do it as root, or let the process have {capability}.',
			zh: '以 root 身份进行，或授予进程 {capability}。',
		},
		source: 'chown(2), chmod(2) ERRORS',
	},
	{
		id: 'file-permission-denied',
		calls: everything,
		errnos: ['EACCES'],
		test: eachDirectory(({directory, path}, failure) => {
			const {pid, call} = failure;
			const there = find(pid, path);
			const needsDirectory =
				removers.includes(call) ||
				(makers.includes(call) && there === undefined) ||
				!/open|creat|write|truncate|xattr|utime/.test(call);
			const target = needsDirectory ? find(pid, directory) : there;
			const wanted = needsDirectory ? WRITE : wantedBy(failure);
			if (target === undefined || mayAccess(pid, target.stats, wanted, outsidePath(pid, target.path))) return undefined;
			return {
				evidence: [
					modeEvidence(target.path, target.stats),
					statusLine(pid, 'Uid').evidence,
					statusLine(pid, 'Gid').evidence,
				],
				facts: {
					path: target.path,
					what: wanted === READ ? {en: 'read', zh: '读取'} : {en: 'write to', zh: '写入'},
					uid: statusWords(pid, 'Uid')[3]!,
					remedy: placeOf(pid, target.path)?.mount.fileSystem === 'proc' ? asOwner(target.stats.uid) : changeOrAnother,
				},
			};
		}),
		sentence: {
			en: 'The mode of {path} doesn’t let user {uid} {what} it.',
			zh: '{path} 的权限位不允许用户 {uid} {what}它。',
		},
		remedy: {en: '{remedy}', zh: '{remedy}'},
		source: 'path_resolution(7) Permissions',
	},
];

const changeOrAnother: Localized = {
	en: 'chmod or chown it, or do it as another user.',
	zh: '用 chmod 或 chown 修改，或换个用户来做。',
};

/** The kernel lets nobody change the mode or the owner of what it shows in /proc. */
function asOwner(uid: number): Localized {
	return {
		en: `Do it as user ${uid}: files of proc keep the mode and the owner that the kernel gave them.`,
		zh: `以用户 ${uid} 的身份来做：proc 中文件的权限和所有者由内核决定，不能修改。`,
	};
}

function attributesOf(pid: number, path: string): number | undefined {
	return tolerate(['ENOTTY', 'ENOTSUP', 'EINVAL', 'ELOOP', 'ENXIO', 'EACCES', 'ENOENT'], () =>
		withFile(pid, path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW, fd => {
			const flags = new Uint32Array(2);
			call('ioctl', [fd, FS_IOC_GETFLAGS, new Uint8Array(flags.buffer)], {
				show: () => [fd, new KernelName('FS_IOC_GETFLAGS'), null],
			});
			return flags[0];
		}),
	);
}

const FS_IOC_GETFLAGS = 0x80086601;
const FS_IMMUTABLE_FL = 0x10;
const FS_APPEND_FL = 0x20;
const S_ISVTX = 0o1000;
