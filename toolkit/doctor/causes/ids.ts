/**
 * Why an id can't be taken on or given: the user namespace has no such number, or forbids groups.
 *
 * Sources: user_namespaces(7), setgroups(2), setresuid(2), chown(2).
 * @module
 */
import {parseIdMap} from '#kernel/idmap';
import type {Cause, Failure} from '../cause.ts';
import {firstLine, linesOf} from '../look.ts';

/** The causes of refused ids. */
export const idCauses: readonly Cause[] = [
	{
		id: 'setgroups-denied',
		calls: ['setgroups'],
		errnos: ['EPERM'],
		test: ({pid}) => {
			const setgroups = firstLine(`/proc/${pid}/setgroups`);
			const map = linesOf(`/proc/${pid}/gid_map`);
			if (setgroups?.text === 'deny')
				return {
					evidence: [setgroups.evidence],
					facts: {why: {en: 'setgroups was denied when it was made', zh: '创建它时已禁用 setgroups'}},
				};
			return map.length === 0
				? {
						evidence: [`/proc/${pid}/gid_map: (empty)`],
						facts: {why: {en: 'its group map has not been written', zh: '它的组映射还没有写入'}},
					}
				: undefined;
		},
		sentence: {
			en: 'In this user namespace groups can’t be set: {why}. Otherwise one could drop a group that is shut out by a file’s mode.',
			zh: '在这个用户命名空间里不能设置附加组：{why}。否则就可以借此丢掉被文件权限拒之门外的组。',
		},
		remedy: {
			en: 'Have the map written by newgidmap (a range of /etc/subgid), which needs no deny; or don’t call setgroups.',
			zh: '由 newgidmap 写入映射（/etc/subgid 的范围），这样无需 deny；或不调用 setgroups。',
		},
		source: 'user_namespaces(7) The /proc/pid/setgroups file',
	},
	{
		id: 'id-not-mapped',
		calls: [
			'setresuid',
			'setresgid',
			'setuid',
			'setgid',
			'setreuid',
			'setregid',
			'setgroups',
			'setfsuid',
			'chown',
			'lchown',
			'fchown',
			'fchownat',
		],
		errnos: ['EINVAL'],
		test: failure => {
			const {pid} = failure;
			const ids = idsAsked(failure);
			for (const {map, id} of ids) {
				const lines = linesOf(`/proc/${pid}/${map}`);
				const known = parseIdMap(lines.map(({text}) => text).join('\n'));
				if (known.some(({inside, count}) => id >= inside && id < inside + count)) continue;
				return {
					evidence: lines.length === 0 ? [`/proc/${pid}/${map}: (empty)`] : lines.map(({evidence}) => evidence),
					facts: {id, map},
				};
			}
			return undefined;
		},
		sentence: {
			en: 'The id {id} doesn’t exist in the process’s user namespace: no line of its {map} has it.',
			zh: '进程所处的用户命名空间里没有 id {id}：其 {map} 中没有哪一行包含它。',
		},
		remedy: {
			en: 'Map more ids: give the user a range of 65536 in /etc/subuid and /etc/subgid, and make the container again.',
			zh: '映射更多的 id：在 /etc/subuid 和 /etc/subgid 里给该用户分配 65536 个，然后重新创建容器。',
		},
		source: 'user_namespaces(7), chown(2) ERRORS, setresuid(2) ERRORS',
	},
];

/** The ids that a call names; -1 leaves one as it is. */
function idsAsked(failure: Failure): readonly {readonly map: 'uid_map' | 'gid_map'; readonly id: number}[] {
	const {call, args} = failure;
	const numbers = (from: number, to = args.length): readonly number[] =>
		args
			.slice(from, to)
			.flatMap(value => String(value).match(/-?\d+/g) ?? [])
			.map(Number)
			.filter(id => id >= 0 && id < LEAVE);
	const as = (map: 'uid_map' | 'gid_map', ids: readonly number[]) => ids.map(id => ({map, id}));
	if (call === 'setgroups') return as('gid_map', numbers(1));
	if (call.includes('chown')) {
		const at = call === 'fchownat' ? 2 : 1;
		return [...as('uid_map', numbers(at, at + 1)), ...as('gid_map', numbers(at + 1, at + 2))];
	}
	return as(call.includes('gid') ? 'gid_map' : 'uid_map', numbers(0));
}

const LEAVE = 0xffff_ffff;
