/**
 * A container's namespaces beside the host's: a row for each kind.
 * @module
 */
import type {NamespaceKind} from '#kernel/namespace';
import {type Change, type Row, styleOfChange} from '../app/panels/panel.ts';
import {findProcess} from '../app/panels/processes.ts';
import {type Line, padLine, run} from '../app/text/line.ts';
import {ACCENT, FAINT, HEADING} from '../app/text/theme.ts';
import {KINDS} from './chart.ts';
import {type Group, groupsOf, nameOf} from './groups.ts';
import type {MapView, Section} from './section.ts';

/** The section `namespaces`. */
export function namespaceSection(group: Group, view: MapView): Section {
	const {words, now} = view;
	const titles = [words.columns.kind, words.columns.host, nameOf(group)];
	const head: Row = {
		line: titles.flatMap((title, index) => cell(title, COLUMNS[index]!, HEADING)),
		important: true,
		heads: 2,
	};
	const kinds = KINDS.filter(kind => group.first.namespaces[kind] !== undefined || now.home[kind] !== undefined);
	return {name: 'namespaces', rows: [head, ...kinds.map(kind => kindRow(kind, group, view))]};
}

const COLUMNS = [9, 13, 13];

function kindRow(kind: NamespaceKind, group: Group, view: MapView): Row {
	const {now, words} = view;
	const id = group.first.namespaces[kind];
	const isOwn = group.own[kind] !== undefined;
	const others = groupsOf(now).filter(other => other.key !== group.key && other.own[kind] === id);
	const also = isOwn && others.length > 0 ? ` ${words.alsoIn(others.map(nameOf).join(', '))}` : '';
	const change = changeOf(kind, group, view);
	return {
		change,
		important: isOwn,
		line: [
			...cell(kind, COLUMNS[0]!, {}),
			...cell(String(now.home[kind] ?? ''), COLUMNS[1]!, FAINT),
			...cell(id === undefined ? '' : String(id), COLUMNS[2]!, styleOfChange(change, isOwn ? ACCENT : FAINT)),
			run(isOwn ? words.own : words.shared, isOwn ? ACCENT : FAINT),
			run(also, FAINT),
		],
	};
}

function changeOf(kind: NamespaceKind, {first}: Group, {since}: MapView): Change | undefined {
	const id = first.namespaces[kind];
	if (since === undefined || id === undefined) return undefined;
	const then = findProcess(since.snapshot, first);
	if (then !== undefined) return then.namespaces[kind] === id ? undefined : 'changed';
	return since.snapshot.processes.some(({namespaces}) => namespaces[kind] === id) ? undefined : 'new';
}

function cell(text: string, width: number, style: Parameters<typeof run>[1]): Line {
	return padLine([run(text, style)], width);
}
