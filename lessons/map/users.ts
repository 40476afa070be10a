/**
 * How the numbers of a container's users translate to the host's.
 * @module
 */

import type {ObservedUserNamespace} from '#observe/types';
import type {Row} from '../app/panels/panel.ts';
import {styleOfChange} from '../app/panels/panel.ts';
import {line, run} from '../app/text/line.ts';
import {ACCENT} from '../app/text/theme.ts';
import type {Chart} from './chart.ts';
import type {Group} from './groups.ts';
import {changeBetween, formerly, type MapView, remark, remarks, type Section} from './section.ts';

/** The section `users`. */
export function userSection(group: Group, view: MapView): Section {
	const {now, since, words} = view;
	if (group.own.user === undefined) return {name: 'users', rows: remarks(words.sameUsers, view.width)};
	const space = namespaceOf(now, group);
	if (space === undefined) return {name: 'users', rows: [remark(words.unreadable)]};
	const then = formerly(view, group);
	const old = then === undefined ? undefined : namespaceOf(since!, then);
	const change = since === undefined ? undefined : changeBetween(old, space, isEqual);
	const root = space.uidMap.find(({inside}) => inside === 0);
	const text = (tell: MapView['words']['uidRange']) => (entry: Entry) => tell(inside(entry), outside(entry));
	const rows = [...space.uidMap.map(text(words.uidRange)), ...space.gidMap.map(text(words.gidRange))].map(
		(range): Row => ({change, important: true, line: line(range, styleOfChange(change))}),
	);
	return {
		name: 'users',
		rows: root === undefined ? rows : [...rows, {line: [run(words.rootIs(root.outside), ACCENT)]}],
	};
}

type Entry = ObservedUserNamespace['uidMap'][number];

function namespaceOf({snapshot}: Chart, {own}: Group): ObservedUserNamespace | undefined {
	return snapshot.userNamespaces.find(({id}) => id === own.user);
}

function isEqual(one: ObservedUserNamespace, other: ObservedUserNamespace): boolean {
	return JSON.stringify([one.uidMap, one.gidMap]) === JSON.stringify([other.uidMap, other.gidMap]);
}

function inside({inside, count}: Entry): string {
	return range(inside, count);
}

function outside({outside, count}: Entry): string {
	return range(outside, count);
}

function range(first: number, count: number): string {
	return count === 1 ? String(first) : `${first}–${first + count - 1}`;
}
