/**
 * Two mount tables: the container's whole as a tree, and of the host's the mounts that it has something of.
 *
 *     /                  overlay   rw  private
 *     ├─ /proc           proc      rw  private
 *     └─ /data           ext4      rw  slave:3      ← /srv/data        what the host mounts there arrives here
 *
 * @module
 */
import {dirname} from 'node:path';
import type {ObservedMount} from '#observe/types';
import {isEqual, isSame} from '../app/panels/mounts.ts';
import {type Row, styleOfChange} from '../app/panels/panel.ts';
import {cutLine} from '../app/text/cells.ts';
import {padLine, run} from '../app/text/line.ts';
import {FAINT, WARNING} from '../app/text/theme.ts';
import type {Chart} from './chart.ts';
import type {Group} from './groups.ts';
import {changeBetween, type MapView, remark, remarks, type Section} from './section.ts';

/** The section `mounts`. */
export function mountSection(group: Group, view: MapView): Section {
	const {now, since, words} = view;
	const inside = tableOf(now, group.first.namespaces.mnt);
	const host = tableOf(now, now.home.mnt);
	const unreadable = [remark(words.unreadable)];
	if (inside === undefined) return {name: 'mounts', rows: unreadable};
	const begins = group.root === undefined ? [] : remarks(words.beginsAt(group.root), view.halfWidth);
	if (inside === host) return {name: 'mounts', rows: [remark(words.shared), ...begins]};
	const isOfInterest = (mount: ObservedMount): boolean => inside.some(other => isRelated(mount, other));
	const related = (host ?? []).filter(isOfInterest);
	// A new table began as a copy of its maker’s.
	const [thenHost, thenInside] = [since?.home.mnt, group.first.namespaces.mnt].map(id => since && tableOf(since, id));
	return {
		name: 'mounts',
		host:
			host === undefined
				? unreadable
				: [
						...tree(
							{
								shown: related,
								whole: host,
								former: thenHost?.filter(isOfInterest),
								mother: undefined,
								others: inside,
								origins: [],
							},
							view,
						),
						...(host.length === related.length ? [] : [remark(words.otherMounts(host.length - related.length))]),
					],
		inside: [
			...begins,
			...tree(
				{
					shown: inside,
					whole: inside,
					former: thenInside,
					mother: since === undefined ? undefined : host,
					others: host ?? [],
					origins: host ?? [],
				},
				view,
			),
		],
	};
}

type Table = readonly ObservedMount[];

function tableOf({snapshot}: Chart, id: number | undefined): Table | undefined {
	return snapshot.mountNamespaces.find(namespace => namespace.id === id)?.mounts;
}

/** The same file system, or one of them hears of what is mounted in the other. */
function isRelated(one: ObservedMount, other: ObservedMount): boolean {
	return one.device === other.device || isConnected(one, other);
}

/** What is mounted at one of them is heard of at the other. */
function isConnected(one: ObservedMount, other: ObservedMount): boolean {
	const groups = [one.peerGroup, one.master].filter(group => group !== undefined);
	return groups.some(group => group === other.peerGroup || group === other.master);
}

interface Node {
	readonly mount: ObservedMount;
	readonly stem: string;
	/** How many more stand beside it that differ in their last name only. */
	readonly alike: number;
	/** How many stood on it that have gone with it. */
	readonly lost: number;
}

/** The tables that a tree is drawn from. */
interface Tables {
	readonly shown: Table;
	/** All mounts, also those that are not shown but may stand between two that are. */
	readonly whole: Table;
	readonly former: Table | undefined;
	/** Of a table that there was not before: what it is a copy of. */
	readonly mother: Table | undefined;
	/** The other half's. */
	readonly others: Table;
	/** Where the shown ones may come from. */
	readonly origins: Table;
}

/** Each mount below the one that it stands on. What has gone stands where it stood. */
function tree({shown, whole, former, mother, others, origins}: Tables, view: MapView): readonly Row[] {
	const gone = goneFrom(whole, former ?? []);
	const all = [...shown, ...gone];
	const known = new Set(all.map(({id}) => id));
	const byId = new Map([...gone, ...whole].map(mount => [mount.id, mount]));
	const baseOf = ({id, parentId}: ObservedMount): number => {
		if (parentId === id) return NOWHERE;
		if (known.has(parentId)) return parentId;
		const parent = byId.get(parentId);
		return parent === undefined ? NOWHERE : baseOf(parent);
	};
	const children = Map.groupBy(all, baseOf);
	const below = (base: number, lead: string): readonly Node[] =>
		folded(children.get(base) ?? [], children).flatMap(({mount, alike}, index, siblings) => {
			const isLast = index === siblings.length - 1;
			const isTop = base === NOWHERE;
			const stem = isTop ? '' : lead + (isLast ? '└─ ' : '├─ ');
			const further = below(mount.id, isTop ? '' : lead + (isLast ? '   ' : '│  '));
			// Who has gone took along what stood on it.
			const lost = gone.includes(mount) && further.every(node => gone.includes(node.mount)) ? countOf(further) : 0;
			return [{mount, stem, alike, lost}, ...(lost > 0 ? [] : further)];
		});
	const changeOf = (mount: ObservedMount): Row['change'] => {
		if (former === undefined) return mother?.some(isCopiedTo(mount)) === false ? 'new' : undefined;
		const then = former.find(isSame(mount)) ?? former.find(isMoved(mount));
		return changeBetween(then, gone.includes(mount) ? undefined : mount, isWhereItWas);
	};
	const nodes = below(NOWHERE, '').map(node => ({...node, change: changeOf(node.mount)}));
	const bases = new Set<number>();
	for (const {mount, change} of nodes) {
		if (change === undefined) continue;
		for (let base = baseOf(mount); base !== NOWHERE; base = baseOf(byId.get(base)!)) bases.add(base);
	}
	return nodes.map(node => {
		const {mount, change} = node;
		const isTelling = others.some(other => isConnected(mount, other));
		return {...mountRow(node, change, {origins, isTelling}, view), leads: bases.has(mount.id)};
	});
}

/** A copy of a table has the same mounts; only how they pass things on is often changed at once. */
function isCopiedTo(mount: ObservedMount): (other: ObservedMount) => boolean {
	return other => isSame(mount)(other) && other.options.join() === mount.options.join();
}

function countOf(nodes: readonly Node[]): number {
	return nodes.reduce((sum, {alike, lost}) => sum + 1 + alike + lost, 0);
}

/**
 * What was there and is not any more. Numbers of mounts are given again: those of the gone are turned below zero, or a
 * mount that has gone and one that has moved could each stand on the other.
 */
function goneFrom(whole: Table, former: Table): Table {
	const gone = former.filter(mount => !whole.some(isSame(mount)) && !whole.some(isMoved(mount)));
	const ids = new Set(gone.map(({id}) => id));
	return gone.map(mount => ({
		...mount,
		id: -mount.id,
		parentId: ids.has(mount.parentId) ? -mount.parentId : mount.parentId,
	}));
}

/** The same mount at another place: pivot_root(2) moves all at once. */
function isMoved(mount: ObservedMount): (other: ObservedMount) => boolean {
	return other => other.id === mount.id && other.device === mount.device && other.root === mount.root;
}

/** Where it was, or carried along by the mount that it stands on: of those only the lowest one is told. */
function isWhereItWas(then: ObservedMount, now: ObservedMount): boolean {
	return isEqual(then, now) && (isSame(then)(now) || then.parentId === now.parentId);
}

/** Below nothing: mounts have numbers above it. */
const NOWHERE = 0;

/** Version 1 of cgroups is one mount for each controller, all alike: they are told in one row. */
function folded(siblings: Table, children: ReadonlyMap<number, Table>): readonly Pick<Node, 'mount' | 'alike'>[] {
	const keyOf = (mount: ObservedMount): string =>
		mount.fileSystem === 'cgroup' && !children.has(mount.id)
			? [dirname(mount.mountPoint), mount.propagation, ...mount.options].join(' ')
			: String(mount.id);
	return [...Map.groupBy(siblings, keyOf).values()].map(alike => ({mount: alike[0]!, alike: alike.length - 1}));
}

function mountRow(
	{mount, stem, alike, lost}: Node,
	change: Row['change'],
	{origins, isTelling}: {readonly origins: Table; readonly isTelling: boolean},
	{halfWidth, words}: MapView,
): Row {
	const room = Math.max(18, Math.min(44, halfWidth - 44));
	const travels = propagationOf(mount);
	const origin = alike > 0 ? undefined : originOf(mount, origins);
	// In a copied table everything comes from the place that it has.
	const isTold = origin !== undefined && origin !== mount.mountPoint;
	const place = alike > 0 ? `${dirname(mount.mountPoint)}/*` : mount.mountPoint;
	return {
		change,
		important: stem === '' || isTelling,
		line: [
			...padLine(
				cutLine(
					[run(stem, FAINT), run(place, styleOfChange(change)), run(alike > 0 ? ` (${alike + 1})` : '', FAINT)],
					room,
				),
				room + 1,
			),
			...padLine([run(`${mount.fileSystem} `, styleOfChange(change, FAINT))], 9),
			run(mount.options.includes('ro') ? 'ro ' : 'rw ', FAINT),
			...padLine([run(travels, styleOfChange(change, travels === 'private' ? FAINT : WARNING))], 10),
			run(isTold ? words.from(origin) : '', FAINT),
			run(lost === 0 ? '' : `${isTold ? '  ' : ''}${words.andBelow(lost)}`, FAINT),
		],
	};
}

/** `private`, or with the numbers of its peer groups: `shared:3`, `slave:3`, `shared:7 slave:3`. */
function propagationOf({propagation, peerGroup, master}: ObservedMount): string {
	return propagation
		.split(',')
		.map(word => (word === 'shared' ? `shared:${peerGroup}` : word === 'slave' ? `slave:${master}` : word))
		.join(' ');
}

/** Where on the host the same files are: for a bind mount. */
function originOf({device, root}: ObservedMount, host: Table): string | undefined {
	const sources = host.filter(mount => mount.device === device && isIn(root, mount.root));
	const source = sources.toSorted((one, other) => other.root.length - one.root.length)[0];
	if (source === undefined) return undefined;
	const rest = source.root === '/' ? root : root.slice(source.root.length);
	return `${source.mountPoint === '/' ? '' : source.mountPoint}${rest === '/' ? '' : rest}` || '/';
}

function isIn(path: string, directory: string): boolean {
	return directory === '/' || path === directory || path.startsWith(`${directory}/`);
}
