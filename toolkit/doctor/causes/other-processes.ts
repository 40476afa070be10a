/**
 * Why a file of another process in /proc can't be opened: it has gone, or isn't ours to look into.
 *
 * Sources: proc(5), ptrace(2) "Ptrace access mode checking".
 * @module
 */
import type {Cause, Failure, Found} from '../cause.ts';
import {linkAt, processName, statusLine} from '../look.ts';
import {pathsOf} from '../path-arguments.ts';
import {find} from '../paths.ts';
import {verdictOver} from '../user-namespaces.ts';

/** The causes that lie in the process whose file it is. */
export const otherProcessCauses: readonly Cause[] = [
	{
		id: 'other-process-gone',
		errnos: ['ENOENT'],
		test: otherProcess((number, _, {pid}) =>
			find(pid, `/proc/${number}`) === undefined
				? {evidence: [`lstat /proc/${number}: ENOENT`, statusLine(pid, 'NSpid').evidence], facts: {number}}
				: undefined,
		),
		sentence: {
			en: 'There is no process {number} in the PID namespace that /proc shows here: it has ended, or has another number.',
			zh: '这里的 /proc 所展示的 PID 命名空间中没有 {number} 号进程：它已经结束，或另有编号。',
		},
		remedy: {en: 'Look for its number: ps, or pgrep NAME.', zh: '查一下它的编号：ps，或 pgrep 名称。'},
		source: 'proc(5) /proc/pid',
	},
	{
		id: 'other-process-not-ours',
		errnos: ['EACCES', 'EPERM'],
		test: otherProcess((number, file, {pid}) => {
			// Its number is ours too only where both are counted alike.
			if (!guarded.has(file) || linkAt(`/proc/${pid}/ns/pid`) !== linkAt('/proc/self/ns/pid')) return undefined;
			const verdict = verdictOver(pid, 'CAP_SYS_PTRACE', `/proc/${number}/ns/user`);
			return verdict.capable
				? undefined
				: {
						evidence: [...verdict.evidence, statusLine(pid, 'Uid').evidence, statusLine(number, 'Uid').evidence],
						facts: {target: processName(number), file},
					};
		}),
		sentence: {
			en: 'The {file} of process {target} is open only to those who may trace it: if it belongs to another user, or to a user namespace that isn’t below, that takes CAP_SYS_PTRACE over there, which the process doesn’t have.',
			zh: '进程 {target} 的 {file} 只对有权跟踪它的进程开放：若它属于其他用户，或不处在下层的用户命名空间里，就需要在它那里拥有 CAP_SYS_PTRACE，而该进程没有。',
		},
		remedy: {
			en: 'Do it as root of the host; if a user namespace is to be entered, before that.',
			zh: '以宿主机 root 的身份进行；若要进入用户命名空间，请在进入之前做。',
		},
		source: 'ptrace(2) Ptrace access mode checking, proc(5)',
	},
];

/** What of a process's directory is guarded like its memory. */
const guarded: ReadonlySet<string> = new Set(
	'ns root cwd exe fd fdinfo environ auxv maps smaps mem map_files io personality stack syscall'.split(' '),
);

/** Runs a test for a path below the directory of a process that is named by its number. */
function otherProcess(test: (number: number, file: string, failure: Failure) => Found | undefined): Cause['test'] {
	return failure => {
		for (const {path} of pathsOf(failure)) {
			const match = /^\/proc\/([1-9]\d*)(?:\/task\/\d+)?(?:\/(\w+)|\/?$)/.exec(path);
			const found = match === null ? undefined : test(Number(match[1]), match[2] ?? '', failure);
			if (found !== undefined) return found;
		}
		return undefined;
	};
}
