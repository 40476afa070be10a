/**
 * Where a group's processes stand in the cgroup trees, with meters, and what they see of it themselves.
 *
 *     /                                 the machine
 *     └─ drydock
 *        └─ 4f2a8c01b7d3…               2 processes
 *           memory  ███░░░  1.2 MiB of 64.0 MiB
 *
 * On version 1 each controller has a tree of its own; engines make the same path in all of them, so these are drawn as one.
 * @module
 */
import type {ObservedCgroup} from '#observe/types';
import {cgroupChange, meters, shortIds} from '../app/panels/cgroups.ts';
import {type Row, styleOfChange} from '../app/panels/panel.ts';
import {type Line, run} from '../app/text/line.ts';
import {FAINT, HEADING, WARNING} from '../app/text/theme.ts';
import type {Chart} from './chart.ts';
import {type Group, hostProcesses} from './groups.ts';
import {formerly, type MapView, remark, type Section} from './section.ts';

/** The section `cgroups`. */
export function cgroupSection(group: Group, view: MapView): Section {
	const {now, words} = view;
	const all = cgroupsOf(group, now).filter(({path}) => path !== '/');
	const own = all.filter(cgroup => !isHosts(cgroup, now));
	const shared = new Set(all.filter(cgroup => isHosts(cgroup, now)).map(({path}) => shortIds(path)));
	const then = formerly(view, group);
	const gone = then === undefined ? [] : cgroupsOf(then, view.since!).filter(isGone(now));
	const host = [
		...[...own, ...gone].flatMap(cgroup => branch(cgroup, gone.includes(cgroup), view)),
		...[...shared].map(path => remark(words.sharedCgroup(path))),
	];
	return {
		name: 'cgroups',
		host: host.length > 0 ? host : [remark(words.noCgroup)],
		inside: insideRows(all, group, view),
	};
}

/** Whether the host’s own processes are in it too, and it limits nobody: it tells nothing of the group. */
function isHosts({processes, limits}: ObservedCgroup, now: Chart): boolean {
	const home = new Set(hostProcesses(now).map(({pid}) => pid));
	return processes.some(pid => home.has(pid)) && Object.keys(limits).every(file => file === 'devices.list');
}

/** The cgroups that the processes of a group are in, those of one path in several version 1 trees as one. */
export function cgroupsOf({members}: Group, {snapshot}: Chart): readonly ObservedCgroup[] {
	const pids = new Set(members.map(({pid}) => pid));
	const inhabited = snapshot.cgroups.filter(({processes}) => processes.some(pid => pids.has(pid)));
	const byPath = Map.groupBy(inhabited, ({version, path}) => `${version} ${path}`);
	return [...byPath.values()].map(same => ({
		...same[0]!,
		controllers: same.flatMap(({controllers}) => controllers),
		limits: Object.assign({}, ...same.map(({limits}) => limits)) as ObservedCgroup['limits'],
		usage: Object.assign({}, ...same.map(({usage}) => usage)) as ObservedCgroup['usage'],
		frozen: same.some(({frozen}) => frozen),
	}));
}

function isGone({snapshot}: Chart): (cgroup: ObservedCgroup) => boolean {
	return ({version, path}) => !snapshot.cgroups.some(other => other.version === version && other.path === path);
}

/** The path as a tree, and below its last name what is used and allowed there. */
function branch(cgroup: ObservedCgroup, isGone: boolean, view: MapView): readonly Row[] {
	const {strings, halfWidth} = view;
	const names = cgroup.path.split('/').filter(name => name !== '');
	const change = isGone ? 'gone' : changeOf(cgroup, view);
	const kind = `  v${cgroup.version} ${cgroup.controllers.join(',')}`;
	const top: Row = {line: [run('/'), run(kind, FAINT)]};
	const steps = names.map((name, depth): Row => {
		const isLast = depth === names.length - 1;
		const stem = run(`${'   '.repeat(depth)}└─ `, FAINT);
		if (!isLast) return {line: [stem, run(name)]};
		const count = run(`  ${strings.panel.processCount(cgroup.processes.length)}`, FAINT);
		const frozen = cgroup.frozen ? [run(` ${strings.panel.frozen}`, WARNING)] : [];
		return {
			change,
			important: true,
			line: [stem, run(shortIds(name), styleOfChange(change, HEADING)), count, ...frozen],
		};
	});
	if (isGone) return [top, ...steps];
	const indent = '   '.repeat(names.length);
	const details = [
		...meters(cgroup, {strings, width: halfWidth}),
		...otherLimits(cgroup).map((line): Row => ({line: [run('  '), ...line]})),
	];
	return [top, ...steps, ...details.map(row => ({...row, important: true, line: [run(indent), ...row.line]}))];
}

/** Limits that no meter shows. */
function otherLimits({limits}: ObservedCgroup): readonly Line[] {
	const shown = /^(memory\.(max|limit_in_bytes)|pids\.max|cpu\.(max|cfs_quota_us|cfs_period_us)|devices\.list)$/;
	return Object.entries(limits)
		.filter(([file]) => !shown.test(file))
		.map(([file, value]) => [run(file, FAINT), run(` ${value.replaceAll('\n', '; ')}`)]);
}

/** A merged one has changed if any of those that it stands for has. */
function changeOf({version, path}: ObservedCgroup, {now, since}: MapView): Row['change'] {
	if (since === undefined) return undefined;
	const same = now.snapshot.cgroups.filter(other => other.version === version && other.path === path);
	const changes = same.map(cgroup => cgroupChange(cgroup, {since: since.snapshot}));
	return changes.find(change => change === 'new') ?? changes.find(change => change !== undefined);
}

/** A namespace of its own shows it the part of the tree where it began as the whole. */
function insideRows(own: readonly ObservedCgroup[], group: Group, {now, words}: MapView): readonly Row[] {
	const paths = new Set(own.map(({path}) => (group.own.cgroup === undefined ? path : '/')));
	const table = now.snapshot.mountNamespaces.find(({id}) => id === group.first.namespaces.mnt)?.mounts ?? [];
	const mounted = table.filter(({fileSystem}) => fileSystem === 'cgroup' || fileSystem === 'cgroup2');
	const places = new Map(mounted.map(({mountPoint, options}) => [mountPoint, options.includes('ro') ? 'ro' : 'rw']));
	return [
		...[...paths].map(path => remark(words.seesItselfAt(path))),
		...(places.size === 0 ? [remark(words.noCgroupMount)] : []),
		...common(places).map(([path, access]) => remark(words.cgroupMountedOn(path, access))),
	];
}

/** `/sys/fs/cgroup/memory`, `…/pids` and so on as `/sys/fs/cgroup/*`. */
function common(places: ReadonlyMap<string, string>): readonly (readonly [string, string])[] {
	const byParent = Map.groupBy(places, ([path, access]) => `${path.slice(0, path.lastIndexOf('/'))} ${access}`);
	return [...byParent].flatMap(([, same]) => {
		const [path, access] = same[0]!;
		return same.length === 1
			? [[path, access] as const]
			: [[`${path.slice(0, path.lastIndexOf('/'))}/*`, access] as const];
	});
}
