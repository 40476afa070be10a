/**
 * All groups at a glance: who, and in which namespaces they differ from the host, or whether in their root directory.
 * @module
 */

import {bytes} from '../app/panels/cgroups.ts';
import type {Row} from '../app/panels/panel.ts';
import {styleOfChange} from '../app/panels/panel.ts';
import {processRuns} from '../app/panels/processes.ts';
import {cutLine} from '../app/text/cells.ts';
import {type Line, padLine, run} from '../app/text/line.ts';
import {ACCENT, FAINT, HEADING, STRONG} from '../app/text/theme.ts';
import {cgroupsOf} from './cgroups.ts';
import {KINDS} from './chart.ts';
import {type Group, groupsOf, hostProcesses, unseenProcesses} from './groups.ts';
import {formerly, type MapView, remarks, type Section} from './section.ts';

/** The section `overview`. */
export function overviewSection(view: MapView): Section {
	const {now, since, words} = view;
	const groups = groupsOf(now);
	const gone = since === undefined ? [] : groupsOf(since).filter(old => !groups.some(({key}) => key === old.key));
	const home = hostProcesses(now);
	const unseen = unseenProcesses(now);
	const host: Row = {
		important: true,
		line: [
			...padLine([run(words.host, STRONG)], NAME),
			...padLine([run(words.processes(home.length), FAINT)], firstWidth(view)),
			...KINDS.flatMap(kind => column(now.home[kind] === undefined ? '' : kind, kind.length, FAINT)),
			...(someHaveRoots(view) ? column(ROOT, ROOT.length, FAINT) : []),
		],
	};
	return {
		name: 'overview',
		rows: [
			host,
			...groups.map(group => groupRow(group, changeOf(group, view), view)),
			...gone.map(group => groupRow(group, 'gone', view)),
			...(groups.length + gone.length === 0 ? remarks(words.nobodyElse, view.width) : []),
			...(unseen === 0 ? [] : remarks(words.unseen(unseen), view.width)),
		],
	};
}

const NAME = 19;

/** The column of those whose root directory is their own. It is there if there are any. */
const ROOT = 'root';

function someHaveRoots({now, since}: MapView): boolean {
	return [now, since].some(chart => chart !== undefined && groupsOf(chart).some(({root}) => root !== undefined));
}

function firstWidth(view: MapView): number {
	const {width} = view;
	const kinds = [...KINDS, ...(someHaveRoots(view) ? [ROOT] : [])].reduce((sum, kind) => sum + kind.length + 1, 0);
	return Math.max(16, Math.min(48, width - NAME - kinds - (width >= WITH_METERS ? METERS : 0)));
}

function column(text: string, width: number, style: Parameters<typeof run>[1]): Line {
	return padLine([run(text, style)], width + 1);
}

const WITH_METERS = 110;
const METERS = 34;

function groupRow(group: Group, change: Row['change'], view: MapView): Row {
	const {strings} = view;
	const name = group.container?.name ?? group.label ?? view.words.nameless;
	const isNamed = group.container !== undefined || group.label !== undefined;
	const width = firstWidth(view);
	const mark = (name: string, isOwn: boolean): Line =>
		column(isOwn ? name : '·', name.length, isOwn ? styleOfChange(change, ACCENT) : FAINT);
	const first: Line = [
		run(`${group.number} `, FAINT),
		// Its root has a column of its own, and is told in full among the mounts.
		...processRuns({...group.first, root: undefined}, change, {shell: undefined, strings}),
	];
	return {
		change,
		important: group.container !== undefined,
		line: [
			...padLine(cutLine([run(name, styleOfChange(change, isNamed ? HEADING : FAINT))], NAME - 1), NAME),
			...padLine(cutLine(first, width - 1), width),
			...KINDS.flatMap(kind => mark(kind, group.own[kind] !== undefined)),
			...(someHaveRoots(view) ? mark(ROOT, group.root !== undefined) : []),
			...(view.width >= WITH_METERS && change !== 'gone' ? uses(group, view) : []),
		],
	};
}

/** What it uses of memory and processes, with the limits. */
function uses(group: Group, {now}: MapView): Line {
	const host = new Set(hostProcesses(now).map(({pid}) => pid));
	// What it shares with the host tells nothing of itself.
	const own = cgroupsOf(group, now).filter(({processes}) => !processes.some(pid => host.has(pid)));
	const pick = (names: readonly string[], values: Readonly<Record<string, string | number>>) =>
		names.map(name => values[name]).find(value => value !== undefined);
	const [usage, limits] = [
		Object.assign({}, ...own.map(cgroup => cgroup.usage)),
		Object.assign({}, ...own.map(cgroup => cgroup.limits)),
	];
	const memory = pick(['memory.current', 'memory.usage_in_bytes'], usage);
	const most = pick(['memory.max', 'memory.limit_in_bytes'], limits);
	const pids = pick(['pids.current'], usage);
	const mostPids = pick(['pids.max'], limits);
	return [
		run(memory === undefined ? '' : ` ${bytes(Number(memory))}${most === undefined ? '' : `/${bytes(Number(most))}`}`),
		run(pids === undefined ? '' : `  pids ${pids}${mostPids === undefined ? '' : `/${mostPids}`}`, FAINT),
	];
}

/** A group is other than before if somebody came or went. */
function changeOf(group: Group, view: MapView): Row['change'] {
	if (view.since === undefined) return undefined;
	const then = formerly(view, group);
	if (then === undefined) return 'new';
	const pids = ({members}: Group) => members.map(({pid, startTicks}) => `${pid}/${startTicks}`).join();
	return pids(then) === pids(group) ? undefined : 'changed';
}
