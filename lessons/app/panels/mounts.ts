/**
 * The mount tables: the shell's whole, and of its family's other namespaces what is different there.
 * @module
 */
import type {ObservedMount, ObservedMountNamespace, ObservedProcess, Snapshot} from '#observe/types';
import {padLine, run} from '../text/line.ts';
import {ACCENT, FAINT, HEADING, WARNING} from '../text/theme.ts';
import {type Change, numberHere, type PanelInput, type Row, styleOfChange} from './panel.ts';

/** The panel `mounts`. */
export function mountRows(input: PanelInput): readonly Row[] {
	const [own, ...others] = tables(input);
	if (own === undefined) return [{line: [run(input.strings.panel.nothing, FAINT)]}];
	return [...ownTable(own, input), ...others.flatMap(other => otherTable(other, own, input))];
}

/** The shell's table first, then those of its descendants; the sandbox's first one if the shell's can't be read. */
function tables({now, shell, family}: PanelInput): readonly ObservedMountNamespace[] {
	const wanted = [shell, ...family].flatMap(process => process?.namespaces.mnt ?? []);
	const found = [...new Set(wanted)].flatMap(id => now.mountNamespaces.find(namespace => namespace.id === id) ?? []);
	return found.length > 0 ? found : now.mountNamespaces.slice(0, 1);
}

function ownTable(table: ObservedMountNamespace, input: PanelInput): readonly Row[] {
	const then = tableOf(input.since, table)?.mounts;
	const gone = (then ?? []).filter(mount => !table.mounts.some(isSame(mount)));
	const rows = table.mounts.map(mount => {
		const old = then?.find(isSame(mount));
		const change =
			then === undefined ? undefined : old === undefined ? 'new' : isEqual(old, mount) ? undefined : 'changed';
		return mountRow(mount, change, input);
	});
	return [header(table, input), ...rows, ...gone.map(mount => mountRow(mount, 'gone', input))];
}

function otherTable(table: ObservedMountNamespace, own: ObservedMountNamespace, input: PanelInput): readonly Row[] {
	const then = tableOf(input.since, table)?.mounts ?? [];
	const different = table.mounts.filter(
		mount => !own.mounts.some(other => isSame(mount)(other) && isEqual(mount, other)),
	);
	const moved = (mount: ObservedMount): boolean => isCarried(mount, different, own.mounts);
	// A copied table is often made private as a whole: that is said once, unless it is what the last command did.
	const isQuiet = (mount: ObservedMount): boolean =>
		mount.mountPoint !== '/' &&
		own.mounts.some(other => isSame(mount)(other) && other.options.join() === mount.options.join()) &&
		(then.length === 0 || then.some(old => isSame(mount)(old) && isEqual(old, mount)));
	const quiet = different.filter(isQuiet).length;
	const told = different.filter(mount => !isQuiet(mount) && !moved(mount));
	const rows = told.map(mount => mountRow(mount, then.some(isSame(mount)) ? undefined : 'new', input, true));
	const gone = then.filter(
		mount =>
			!table.mounts.some(isSame(mount)) && !own.mounts.some(isSame(mount)) && !isCarried(mount, then, own.mounts),
	);
	const carried = different.length - quiet - told.length;
	const equal = table.mounts.length - different.length;
	const absent = own.mounts.filter(mount => !table.mounts.some(isSame(mount))).length;
	const {carriedMounts, quietMounts, sameMounts} = input.strings.panel;
	const counts = [
		...(carried === 0 ? [] : [carriedMounts(carried)]),
		...(quiet === 0 ? [] : [quietMounts(quiet)]),
		...(equal === 0 && quiet > 0 ? [] : [sameMounts(equal, absent)]),
	];
	return [
		header(table, input),
		...rows,
		...gone.map(mount => mountRow(mount, 'gone', input, true)),
		...counts.map(count => ({line: [run(count, FAINT)], important: true})),
	];
}

/** Whether it stands below another one just as it does in the shell’s table: who moves a mount moves all below it. */
function isCarried(mount: ObservedMount, among: readonly ObservedMount[], own: readonly ObservedMount[]): boolean {
	const base = among.find(({id}) => id === mount.parentId);
	if (base === undefined || base === mount) return false;
	return own.some(other => {
		const ownBase = own.find(({id}) => id === other.parentId);
		return (
			ownBase !== undefined &&
			isCopy(other, mount) &&
			isCopy(ownBase, base) &&
			pathBelow(ownBase, other) === pathBelow(base, mount)
		);
	});
}

/** The same files, wherever they are mounted. */
function isCopy(one: ObservedMount, other: ObservedMount): boolean {
	return one.device === other.device && one.root === other.root;
}

function pathBelow(base: ObservedMount, {mountPoint}: ObservedMount): string {
	return base.mountPoint === '/' ? mountPoint : mountPoint.slice(base.mountPoint.length);
}

function header(table: ObservedMountNamespace, {now, since, shell, strings}: PanelInput): Row {
	const members = now.processes.filter(({namespaces}) => namespaces.mnt === table.id);
	const first: ObservedProcess | undefined = members.find(({pid}) => pid === shell?.pid) ?? members[0];
	const isNew = since !== undefined && tableOf(since, table) === undefined;
	const who = first === undefined ? '' : ` ${first.comm} (${numberHere(first, shell)})`;
	return {
		line: [run(strings.panel.mountsOf, HEADING), run(who, ACCENT), run(`  mnt:[${table.id}]`, FAINT)],
		change: isNew ? 'new' : undefined,
		important: true,
		heads: 1,
	};
}

function mountRow(mount: ObservedMount, change: Change | undefined, {width}: PanelInput, important = false): Row {
	const room = Math.max(16, width - 34);
	const point = padLine([run(mount.mountPoint, styleOfChange(change))], room);
	const kind = padLine([run(mount.fileSystem, styleOfChange(change, FAINT))], 11);
	const access = mount.options.includes('ro') ? 'ro ' : 'rw ';
	const travels = mount.propagation === 'private' ? FAINT : WARNING;
	const line = [
		...point,
		run(' '),
		...kind,
		run(access, FAINT),
		run(mount.propagation, styleOfChange(change, travels)),
	];
	return {line, change, important: important || mount.mountPoint === '/'};
}

function tableOf(snapshot: Snapshot | undefined, {id}: ObservedMountNamespace): ObservedMountNamespace | undefined {
	return snapshot?.mountNamespaces.find(namespace => namespace.id === id);
}

/** The same thing in the same place. Ids differ between namespaces: a copied table's mounts get new ones. */
export function isSame(mount: ObservedMount): (other: ObservedMount) => boolean {
	return other =>
		other.mountPoint === mount.mountPoint &&
		other.device === mount.device &&
		other.root === mount.root &&
		other.fileSystem === mount.fileSystem;
}

/** Whether it also behaves the same. */
export function isEqual(one: ObservedMount, other: ObservedMount): boolean {
	return one.propagation === other.propagation && one.options.join() === other.options.join();
}
