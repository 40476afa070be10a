/**
 * The processes of a group, with all that stand above them, by every number that each has.
 * @module
 */
import type {ObservedProcess} from '#observe/types';
import type {Row} from '../app/panels/panel.ts';
import {styleOfChange} from '../app/panels/panel.ts';
import {findProcess, numbers, processChange, processRuns, treeOf} from '../app/panels/processes.ts';
import {run} from '../app/text/line.ts';
import {FAINT, HEADING} from '../app/text/theme.ts';
import type {Chart} from './chart.ts';
import {type Group, levelOfHome} from './groups.ts';
import {formerly, type MapView, type Section} from './section.ts';

/** The section `processes`. */
export function processSection(group: Group, view: MapView): Section {
	const {now, since} = view;
	const gone = (formerly(view, group)?.members ?? []).filter(process => !findProcess(now.snapshot, process));
	const members = [...withDescendants(now, group.members), ...gone];
	const isMember = new Set(members.map(({pid}) => pid));
	const {shown, omitted} = ancestorsOf(now, members);
	const all = [...shown, ...members];
	const level = levelOfHome(now);
	const rows = (processes: readonly ObservedProcess[], columns: (process: ObservedProcess) => readonly string[]) =>
		treeOf(processes).map(({process, stem}): Row => {
			const change = processChange(process, now.snapshot, since?.snapshot);
			const texts = columns(process);
			return {
				change,
				important: isMember.has(process.pid),
				line: [
					run(numbers(texts, texts.length), styleOfChange(change, FAINT)),
					run(stem, FAINT),
					...(omitted.has(process.pid) ? [run(view.words.between(omitted.get(process.pid)!), FAINT)] : []),
					...processRuns(process, change, {shell: undefined, strings: view.strings}),
				],
			};
		});
	const {words} = view;
	const deepest = Math.max(level + 1, ...all.map(({pids}) => pids.length));
	if (view.halfWidth === view.width) {
		const names = Array.from({length: deepest}, (_, depth) =>
			depth <= level ? words.columns.host : words.columns.inside,
		);
		const outside = names.slice(level);
		return {
			name: 'processes',
			rows: [
				header(outside, words.columns.process),
				...rows(all, ({pids}) => outside.map((_, depth) => pids[level + depth] ?? '').map(String)),
			],
		};
	}
	return {
		name: 'processes',
		isHeaded: true,
		host: [header([words.columns.host], words.columns.process), ...rows(all, ({pids}) => [String(pids[level])])],
		inside: [
			header([words.columns.inside], words.columns.process),
			...rows(members, ({pids}) => [String(pids[level + 1] ?? pids.at(-1))]),
		],
	};
}

function header(names: readonly string[], process: string): Row {
	return {line: [run(numbers(names, names.length), HEADING), run(process, HEADING)], important: true, heads: 2};
}

/** Children that went into namespaces of their own are still children. */
function withDescendants({snapshot}: Chart, members: readonly ObservedProcess[]): readonly ObservedProcess[] {
	const found = new Set(members.map(({pid}) => pid));
	for (let size = 0; size !== found.size; ) {
		size = found.size;
		for (const {pid, ppid} of snapshot.processes) if (found.has(ppid)) found.add(pid);
	}
	return snapshot.processes.filter(({pid}) => found.has(pid));
}

/** The processes above some others, and how many were left out above one. */
interface Ancestors {
	readonly shown: readonly ObservedProcess[];
	readonly omitted: ReadonlyMap<number, number>;
}

/** Of a long line of ancestors only the ends tell something: the first process, and the nearest two. */
const LONGEST_LINE = 4;
const NEAREST = 2;

function ancestorsOf({snapshot}: Chart, processes: readonly ObservedProcess[]): Ancestors {
	const byPid = new Map(snapshot.processes.map(process => [process.pid, process]));
	const inside = new Set(processes.map(({pid}) => pid));
	const shown = new Map<number, ObservedProcess>();
	const omitted = new Map<number, number>();
	for (const {ppid} of processes) {
		const above: ObservedProcess[] = [];
		for (
			let up = byPid.get(ppid);
			up !== undefined && !inside.has(up.pid) && !shown.has(up.pid);
			up = byPid.get(up.ppid)
		)
			above.push(up);
		const [lowest, top] = [above[NEAREST - 1], above.at(-1)];
		const isLong = above.length > LONGEST_LINE && lowest !== undefined && top !== undefined;
		for (const each of isLong ? [...above.slice(0, NEAREST), top] : above) shown.set(each.pid, each);
		if (!isLong) continue;
		shown.set(lowest.pid, {...lowest, ppid: top.pid});
		omitted.set(lowest.pid, above.length - NEAREST - 1);
	}
	return {shown: [...shown.values()], omitted};
}
