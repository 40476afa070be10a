/**
 * Why the maps of a user namespace can't be written.
 *
 * Source: user_namespaces(7).
 * @module
 */
import {type IdMapLine, parseIdMap} from '#kernel/idmap';
import {textAt} from '../arguments.ts';
import type {Cause, Failure, Found} from '../cause.ts';
import {evidenceOf, firstLine, linesOf, linkAt, linkEvidence, statusLine, statusWords} from '../look.ts';
import {hasCapability, lineageOf} from '../user-namespaces.ts';

const source = 'user_namespaces(7) Defining user and group ID mappings';

/** The causes of refused maps, in the kernel's order. */
export const idMapCauses: readonly Cause[] = [
	mapCause(
		'id-map-malformed',
		['EINVAL'],
		({text, file}) => {
			const lines = text.split('\n').filter(line => line.trim() !== '');
			const wrong = lines.find(line => !/^\s*\d+\s+\d+\s+[1-9]\d*\s*$/.test(line));
			return lines.length > 0 && wrong === undefined
				? undefined
				: {evidence: [evidenceOf(`write to ${file}`, JSON.stringify(wrong ?? ''))], facts: {line: wrong ?? ''}};
		},
		{
			sentence: {
				en: 'The line “{line}” is not a map: each is three numbers, inside, outside and how many, and the last is at least 1.',
				zh: '“{line}”这一行不是映射：每行是三个数字，依次为内部起始、外部起始和个数，个数至少为 1。',
			},
			remedy: {
				en: 'Write lines such as 0 100000 65536, all in one write.',
				zh: '写入形如 0 100000 65536 的行，并在一次写入里完成。',
			},
		},
	),
	mapCause(
		'id-map-too-many-lines',
		['EINVAL'],
		({text, file}) => {
			const count = text.split('\n').filter(line => line.trim() !== '').length;
			return count > MOST_LINES
				? {evidence: [evidenceOf(`write to ${file}`, `${count} lines`)], facts: {count, most: MOST_LINES}}
				: undefined;
		},
		{
			sentence: {
				en: 'The map has {count} lines, and the kernel takes {most} (5 before Linux 4.15).',
				zh: '映射有 {count} 行，而内核最多接受 {most} 行（Linux 4.15 之前为 5 行）。',
			},
			remedy: {en: 'Join neighbouring ranges into one line.', zh: '把相邻的范围合并成一行。'},
		},
	),
	mapCause(
		'id-map-overlaps',
		['EINVAL'],
		({lines, file}) => {
			const clash = lines?.flatMap((one, index) =>
				lines
					.slice(index + 1)
					.filter(other => overlap(one, other))
					.map(other => [one, other] as const),
			)[0];
			return (
				clash && {
					evidence: clash.map(line => evidenceOf(`write to ${file}`, shown(line))),
					facts: {one: shown(clash[0]), other: shown(clash[1])},
				}
			);
		},
		{
			sentence: {
				en: 'The lines {one} and {other} overlap: an id would have two numbers.',
				zh: '{one} 与 {other} 这两行重叠：同一个 id 会有两个编号。',
			},
			remedy: {en: 'Let no range touch another, inside or outside.', zh: '让各个范围在内部和外部都互不相交。'},
		},
	),
	mapCause(
		'id-map-written-already',
		['EPERM'],
		({file}) => {
			const lines = linesOf(file);
			return lines.length === 0 ? undefined : {evidence: lines.map(({evidence}) => evidence), facts: {file}};
		},
		{
			sentence: {
				en: '{file} has been written already, and each map is written once.',
				zh: '{file} 已经写过了，而每个映射只能写一次。',
			},
			remedy: {
				en: 'Write all lines in one write; for another map make another user namespace.',
				zh: '在一次写入里写完所有行；要换映射，就另建用户命名空间。',
			},
		},
	),
	mapCause(
		'id-map-from-elsewhere',
		['EPERM'],
		({target, pid}) => {
			const theirs = lineageOf(`/proc/${target}/ns/user`);
			const own = linkAt(`/proc/${pid}/ns/user`);
			return theirs.slice(0, 2).includes(own)
				? undefined
				: {evidence: [linkEvidence(`/proc/${pid}/ns/user`), linkEvidence(`/proc/${target}/ns/user`)]};
		},
		{
			sentence: {
				en: 'The writer is neither in that user namespace nor in the one right above it.',
				zh: '写入者既不在那个用户命名空间里，也不在它的直接上层里。',
			},
			remedy: {
				en: 'Write it from the user namespace in which the new one was made.',
				zh: '请从创建它的那个用户命名空间里写入。',
			},
		},
	),
	mapCause(
		'id-map-setgroups-not-denied',
		['EPERM'],
		({file, target, pid, lines}) => {
			if (!file.endsWith('gid_map') || hasCapabilityAbove(pid, target, 'CAP_SETGID')) return undefined;
			const setgroups = firstLine(`/proc/${target}/setgroups`);
			return setgroups?.text === 'allow' && isOnlyOwn(lines, pid, 'Gid')
				? {evidence: [setgroups.evidence, statusLine(pid, 'CapEff').evidence], facts: {target}}
				: undefined;
		},
		{
			sentence: {
				en: 'Without CAP_SETGID above, a group map is taken only after setgroups is given up; /proc/{target}/setgroups still says allow.',
				zh: '没有上层的 CAP_SETGID 时，必须先放弃 setgroups 才能写组映射；而 /proc/{target}/setgroups 仍为 allow。',
			},
			remedy: {
				en: 'First: echo deny > /proc/{target}/setgroups. Or let newgidmap write the map.',
				zh: '先执行 echo deny > /proc/{target}/setgroups；或让 newgidmap 来写映射。',
			},
		},
	),
	mapCause(
		'id-map-foreign-ids',
		['EPERM'],
		({file, target, pid, lines}) => {
			const kind = file.endsWith('uid_map') ? 'Uid' : 'Gid';
			const capability = kind === 'Uid' ? 'CAP_SETUID' : 'CAP_SETGID';
			if (hasCapabilityAbove(pid, target, capability) || isOnlyOwn(lines, pid, kind)) return undefined;
			return {
				evidence: [
					statusLine(pid, kind).evidence,
					statusLine(pid, 'CapEff').evidence,
					evidenceOf(`write to ${file}`, (lines ?? []).map(shown).join('; ')),
				],
				facts: {capability, id: statusWords(pid, kind)[1]!},
			};
		},
		{
			sentence: {
				en: 'The writer doesn’t have {capability} above, so it may map one id only, its own: {id}.',
				zh: '写入者在上层没有 {capability}，因此只能映射一个 id，即它自己的 {id}。',
			},
			remedy: {
				en: 'Map one id (unshare --map-root-user), or let newuidmap and newgidmap map those that /etc/subuid and /etc/subgid give to the user.',
				zh: '只映射一个 id（unshare --map-root-user）；或让 newuidmap 与 newgidmap 映射 /etc/subuid、/etc/subgid 分给该用户的 id。',
			},
		},
	),
	mapCause(
		'id-map-outside-unmapped',
		['EPERM'],
		({file, pid, lines}) => {
			const path = `/proc/${pid}/${file.split('/').at(-1)}`;
			const above = linesOf(path);
			const known = parseIdMap(above.map(({text}) => text).join('\n'));
			const wrong = lines?.find(
				line => !known.some(({inside, count}) => line.outside >= inside && line.outside + line.count <= inside + count),
			);
			return (
				wrong && {
					evidence: above.length === 0 ? [`${path}: (empty)`] : above.map(({evidence}) => evidence),
					facts: {line: shown(wrong)},
				}
			);
		},
		{
			sentence: {
				en: 'The line {line} names ids outside that the writer’s own user namespace doesn’t have.',
				zh: '{line} 这一行的外部 id 在写入者自己的用户命名空间里并不存在。',
			},
			remedy: {en: 'Map only ids that are mapped one level above.', zh: '只映射上一层已有映射的 id。'},
		},
	),
	{
		id: 'setgroups-switch-too-late',
		calls: ['write'],
		errnos: ['EPERM'],
		test: failure => {
			const target = targetOf(failure, 'setgroups');
			if (target === undefined) return undefined;
			const now = firstLine(`/proc/${target}/setgroups`);
			const map = linesOf(`/proc/${target}/gid_map`);
			const isLate = textAt(failure, 1).trim() === 'deny' && map.length > 0;
			const isBack = textAt(failure, 1).trim() === 'allow' && now?.text === 'deny';
			return now && (isLate || isBack)
				? {evidence: [now.evidence, ...map.map(({evidence}) => evidence)], facts: {target}}
				: undefined;
		},
		sentence: {
			en: 'It is settled whether setgroups is allowed there: deny can’t be taken back, and once /proc/{target}/gid_map is written nothing changes any more.',
			zh: '那里是否允许 setgroups 已成定局：deny 不能撤回，而 /proc/{target}/gid_map 一经写入便不能再改。',
		},
		remedy: {en: 'Write setgroups before gid_map.', zh: '先写 setgroups，再写 gid_map。'},
		source,
	},
];

const MOST_LINES = 340;

interface MapWrite {
	readonly pid: number;
	/** The process whose map it is, by its number here. */
	readonly target: number;
	/** Its path as we reach it: /proc/4711/uid_map. */
	readonly file: string;
	readonly text: string;
	/** Undefined if the text is no map. */
	readonly lines: readonly IdMapLine[] | undefined;
}

function mapCause(
	id: string,
	errnos: readonly string[],
	test: (write: MapWrite) => Found | undefined,
	texts: Pick<Cause, 'sentence' | 'remedy'>,
): Cause {
	return {
		...texts,
		id,
		calls: ['write'],
		errnos,
		test: failure => {
			const name = /\/(uid_map|gid_map)$/.exec(textAt(failure, 0))?.[1];
			const target = name === undefined ? undefined : targetOf(failure, name);
			if (target === undefined) return undefined;
			const text = textAt(failure, 1);
			return test({pid: failure.pid, target, file: `/proc/${target}/${name}`, text, lines: linesIn(text)});
		},
		source,
	};
}

/** Whose file it is: the path has the number of the writer's /proc, which is ours unless it is in another PID namespace. */
function targetOf(failure: Failure, name: string): number | undefined {
	const match = new RegExp(`^/proc/(self|thread-self|\\d+)(?:/task/\\d+)?/${name}$`).exec(textAt(failure, 0));
	if (match === null) return undefined;
	return /^\d+$/.test(match[1]!) ? Number(match[1]) : failure.pid;
}

function linesIn(text: string): readonly IdMapLine[] | undefined {
	return text.split('\n').every(line => line.trim() === '' || /^\s*\d+\s+\d+\s+\d+\s*$/.test(line))
		? parseIdMap(text)
		: undefined;
}

/** Whether the writer has a capability in the user namespace above the target's: being its owner isn't enough. */
function hasCapabilityAbove(pid: number, target: number, capability: 'CAP_SETUID' | 'CAP_SETGID'): boolean {
	const [, above] = lineageOf(`/proc/${target}/ns/user`);
	return above === linkAt(`/proc/${pid}/ns/user`) && hasCapability(pid, capability);
}

function isOnlyOwn(lines: readonly IdMapLine[] | undefined, pid: number, kind: 'Uid' | 'Gid'): boolean {
	return lines?.length === 1 && lines[0]!.count === 1 && lines[0]!.outside === Number(statusWords(pid, kind)[1]);
}

function overlap(one: IdMapLine, other: IdMapLine): boolean {
	const meet = (a: number, b: number): boolean => a < b + other.count && b < a + one.count;
	return meet(one.inside, other.inside) || meet(one.outside, other.outside);
}

function shown({inside, outside, count}: IdMapLine): string {
	return `${inside} ${outside} ${count}`;
}
