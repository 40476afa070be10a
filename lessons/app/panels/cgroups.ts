/**
 * Cgroups as meters: what is used of what is allowed.
 * @module
 */
import type {ObservedCgroup} from '#observe/types';
import {type Line, padLine, run} from '../text/line.ts';
import {BAD, FAINT, GOOD, HEADING, WARNING} from '../text/theme.ts';
import {type Change, type PanelInput, type Row, styleOfChange} from './panel.ts';
import {isNoKernelThread} from './processes.ts';

/** The panel `cgroups`. */
export function cgroupRows(input: PanelInput): readonly Row[] {
	const rows = relevant(input).flatMap(cgroup => [header(cgroup, input), ...meters(cgroup, input)]);
	return rows.length > 0 ? rows : [{line: [run(input.strings.panel.nothing, FAINT)]}];
}

/** Those that hold a process of the family, and those made since the step began. */
function relevant({now, before, family}: PanelInput): readonly ObservedCgroup[] {
	const pids = new Set(family.map(({pid}) => pid));
	const old = new Set(before?.cgroups.map(keyOf));
	const wanted = now.cgroups.filter(
		cgroup => cgroup.processes.some(pid => pids.has(pid)) || (before !== undefined && !old.has(keyOf(cgroup))),
	);
	return wanted.filter(({limits, usage, version}) => version === 2 || Object.keys({...limits, ...usage}).length > 0);
}

function header(cgroup: ObservedCgroup, input: PanelInput): Row {
	const {strings} = input;
	const change = cgroupChange(cgroup, input);
	const kernels = new Set(input.now.processes.filter(process => !isNoKernelThread(process)).map(({pid}) => pid));
	const count = cgroup.processes.filter(pid => !kernels.has(pid)).length;
	const what = `  v${cgroup.version} ${cgroup.controllers.join(',')}  ${strings.panel.processCount(count)}`;
	const frozen = cgroup.frozen ? [run(` ${strings.panel.frozen}`, WARNING)] : [];
	return {
		line: [run(shortIds(cgroup.path), styleOfChange(change, HEADING)), run(what, FAINT), ...frozen],
		change,
		important: true,
	};
}

interface Meter {
	readonly name: string;
	readonly usage: readonly string[];
	readonly limit: readonly string[];
	readonly unit: 'bytes' | 'count';
}

/** The kernel's file names, version 2's first. */
const METERS: readonly Meter[] = [
	{
		name: 'memory',
		usage: ['memory.current', 'memory.usage_in_bytes'],
		limit: ['memory.max', 'memory.limit_in_bytes'],
		unit: 'bytes',
	},
	{name: 'pids', usage: ['pids.current'], limit: ['pids.max'], unit: 'count'},
];

const CPU_USED = [
	{file: 'cpu.stat usage_usec', perSecond: 1e6},
	{file: 'cpuacct.usage', perSecond: 1e9},
];

/** What a cgroup's processes use, and may use. */
export function meters(
	cgroup: ObservedCgroup,
	{strings, width}: Pick<PanelInput, 'strings' | 'width'>,
): readonly Row[] {
	const bars = METERS.flatMap(({name, usage, limit, unit}): Row[] => {
		const used = firstOf(cgroup.usage, usage);
		const allowed = Number(firstOf(cgroup.limits, limit));
		if (used === undefined) return [];
		const amount = (value: number) => (unit === 'bytes' ? bytes(value) : String(value));
		const hasLimit = Number.isFinite(allowed) && allowed > 0;
		const bar = hasLimit ? meter(used / allowed, Math.max(8, Math.min(30, width - 44))) : [];
		const text = hasLimit ? strings.panel.usedOf(amount(used), amount(allowed)) : amount(used);
		return [{line: [...label(name), ...bar, run(` ${text}`)]}];
	});
	const cpu = CPU_USED.find(({file}) => cgroup.usage[file] !== undefined);
	const seconds = cpu === undefined ? [] : [strings.panel.cpuSeconds(cgroup.usage[cpu.file]! / cpu.perSecond)];
	const quota = cgroup.limits['cpu.max'] ?? cgroup.limits['cpu.cfs_quota_us'];
	const texts = [...seconds, ...(quota === undefined ? [] : [strings.panel.cpuQuota(quota)])];
	return texts.length === 0 ? bars : [...bars, {line: [...label('cpu'), run(` ${texts.join('  ')}`)]}];
}

function label(name: string): Line {
	return padLine([run(`  ${name}`, FAINT)], 10);
}

/** Full blocks for what is used; the colour warns before the kernel acts. */
function meter(share: number, width: number): Line {
	const full = Math.max(0, Math.min(width, Math.round(share * width)));
	const style = share > 0.9 ? BAD : share > 0.7 ? WARNING : GOOD;
	return [run('█'.repeat(full), style), run('░'.repeat(width - full), FAINT)];
}

/** What became of a cgroup. Its use changes all the time and counts for nothing, and so does who is in the first one. */
export function cgroupChange(cgroup: ObservedCgroup, {since}: Pick<PanelInput, 'since'>): Change | undefined {
	if (since === undefined) return undefined;
	const then = since.cgroups.find(other => keyOf(other) === keyOf(cgroup));
	if (then === undefined) return 'new';
	const sight = ({path, limits, processes, frozen}: ObservedCgroup) =>
		JSON.stringify([limits, path === '/' ? [] : processes, frozen]);
	return sight(then) === sight(cgroup) ? undefined : 'changed';
}

/** Of an id the first twelve digits say who it is. */
export function shortIds(path: string): string {
	return path.replaceAll(/[0-9a-f]{64}/g, id => `${id.slice(0, 12)}…`);
}

function keyOf({version, controllers, path}: ObservedCgroup): string {
	return version === 2 ? `2:${path}` : `1:${controllers.join()}:${path}`;
}

function firstOf<Value>(values: Readonly<Record<string, Value>>, names: readonly string[]): Value | undefined {
	return names.map(name => values[name]).find(value => value !== undefined);
}

/** `64.0 MiB` */
export function bytes(value: number): string {
	if (value >= 1024 ** 3) return `${(value / 1024 ** 3).toFixed(1)} GiB`;
	if (value >= 1024 ** 2) return `${(value / 1024 ** 2).toFixed(1)} MiB`;
	return `${Math.round(value / 1024)} KiB`;
}
