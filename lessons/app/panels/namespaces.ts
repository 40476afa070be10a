/**
 * Who is in which namespace: a row for each kind, a column for each process of the family that differs from the others.
 * @module
 */
import type {NamespaceKind} from '#kernel/namespace';
import type {ObservedProcess} from '#observe/types';
import {type Line, padLine, run} from '../text/line.ts';
import {ACCENT, FAINT, HEADING} from '../text/theme.ts';
import {type Change, numberHere, type PanelInput, type Row, styleOfChange} from './panel.ts';

const KINDS: readonly NamespaceKind[] = ['pid', 'mnt', 'uts', 'ipc', 'net', 'user', 'cgroup', 'time'];
const COLUMN = 15;

/** The panel `namespaces`. */
export function namespaceRows(input: PanelInput): readonly Row[] {
	const members = columns(input, Math.max(1, Math.floor((input.width - 9) / COLUMN)));
	const first = members[0];
	if (first === undefined) return [{line: [run(input.strings.panel.nothing, FAINT)]}];
	const names: Row = {
		line: [
			run('       ', HEADING),
			...members.flatMap(member => cell(`${member.comm} ${numberHere(member, input.shell)}`, HEADING)),
		],
		important: true,
	};
	return [names, ...KINDS.map(kind => kindRow(kind, members, first, input))];
}

function kindRow(
	kind: NamespaceKind,
	members: readonly ObservedProcess[],
	first: ObservedProcess,
	input: PanelInput,
): Row {
	const changes = members.map(member => changeOf(kind, member, input));
	const cells = members.flatMap((member, index) => {
		const id = member.namespaces[kind];
		const differs = id !== undefined && id !== first.namespaces[kind];
		return cell(id === undefined ? '·' : String(id), styleOfChange(changes[index], differs ? ACCENT : FAINT));
	});
	return {line: [...padLine([run(kind)], 7), ...cells], change: changes.find(change => change !== undefined)};
}

/** The sandbox's first process, the shell, and then those that live somewhere else than anyone before them. */
function columns({now, shell, family}: PanelInput, most: number): readonly ObservedProcess[] {
	const root = now.processes.find(({pid}) => pid === 1);
	const candidates = [root, shell, ...family].filter(process => process !== undefined);
	const seen = new Set<string>();
	return candidates
		.filter(process => {
			const key = JSON.stringify(KINDS.map(kind => process.namespaces[kind] ?? 0));
			const isNew = !seen.has(key) && Object.keys(process.namespaces).length > 0;
			seen.add(key);
			return isNew || process === shell;
		})
		.filter((process, index, all) => all.findIndex(({pid}) => pid === process.pid) === index)
		.slice(0, most);
}

function changeOf(
	kind: NamespaceKind,
	{pid, startTicks, namespaces}: ObservedProcess,
	{since}: PanelInput,
): Change | undefined {
	const id = namespaces[kind];
	if (since === undefined || id === undefined) return undefined;
	const then = since.processes.find(process => process.pid === pid && process.startTicks === startTicks);
	if (then !== undefined) return then.namespaces[kind] === id ? undefined : 'changed';
	return since.processes.some(process => process.namespaces[kind] === id) ? undefined : 'new';
}

function cell(text: string, style: Parameters<typeof run>[1]): Line {
	return padLine([run(text.slice(0, COLUMN - 1), style)], COLUMN);
}
