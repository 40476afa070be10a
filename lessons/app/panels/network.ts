/**
 * The network stacks of the family: links with their addresses and the other ends of their cables, then routes.
 * @module
 */
import type {ObservedLink, ObservedNetNamespace, ObservedRoute, Snapshot} from '#observe/types';
import {padLine, run} from '../text/line.ts';
import {ACCENT, BAD, FAINT, GOOD, HEADING} from '../text/theme.ts';
import {type Change, numberHere, type PanelInput, type Row, styleOfChange} from './panel.ts';

/** The panel `network`. */
export function networkRows(input: PanelInput): readonly Row[] {
	const rows = stacks(input).flatMap(stack => stackRows(stack, input));
	return rows.length > 0 ? rows : [{line: [run(input.strings.panel.nothing, FAINT)]}];
}

/** The shell's first, then its descendants', then the others of the sandbox. */
function stacks({now, shell, family}: PanelInput): readonly ObservedNetNamespace[] {
	const wanted = [shell, ...family].flatMap(process => process?.namespaces.net ?? []);
	const ids = [...new Set([...wanted, ...now.netNamespaces.map(({id}) => id)])];
	return ids.flatMap(id => now.netNamespaces.find(stack => stack.id === id) ?? []);
}

function stackRows(stack: ObservedNetNamespace, {now, since, shell, strings}: PanelInput): readonly Row[] {
	const then = stackOf(since, stack);
	const isNew = since !== undefined && then === undefined;
	const members = now.processes.filter(({namespaces}) => namespaces.net === stack.id);
	const first = members.find(({pid}) => pid === shell?.pid) ?? members[0];
	const who = first === undefined ? '' : ` ${first.comm} (${numberHere(first, shell)})`;
	const header: Row = {
		line: [run(strings.panel.networkOf, HEADING), run(who, ACCENT), run(`  net:[${stack.id}]`, FAINT)],
		change: isNew ? 'new' : undefined,
		important: true,
	};
	const goneLinks = then?.links.filter(link => !stack.links.some(({index}) => index === link.index)) ?? [];
	const goneRoutes = then?.routes.filter(route => !stack.routes.some(isEqual(route))) ?? [];
	return [
		header,
		...stack.links.map(link => linkRow(link, linkChange(link, then, isNew), stack)),
		...goneLinks.map(link => linkRow(link, 'gone', stack)),
		...stack.routes.map(route => routeRow(route, then?.routes.some(isEqual(route)) === false ? 'new' : undefined)),
		...goneRoutes.map(route => routeRow(route, 'gone')),
	];
}

function linkRow(link: ObservedLink, change: Change | undefined, {links}: ObservedNetNamespace): Row {
	const bridge = links.find(({index}) => index === link.master);
	const end = link.peer === undefined ? '' : ` ⇄ #${link.peer.index}${link.peer.netnsid === undefined ? '' : ' ↗'}`;
	return {
		change,
		line: [
			...padLine([run(`${link.index}: ${link.name}`, styleOfChange(change))], 18),
			...padLine([run(link.kind, FAINT)], 10),
			link.up ? run('up   ', GOOD) : run('down ', BAD),
			run(link.addresses.join(' ')),
			run(`${end}${bridge === undefined ? '' : ` ⊂ ${bridge.name}`}`, ACCENT),
		],
	};
}

function routeRow({destination, gateway, link, source}: ObservedRoute, change: Change | undefined): Row {
	const via = gateway === undefined ? '' : ` via ${gateway}`;
	const from = source === undefined ? '' : ` src ${source}`;
	return {change, line: [run(`→ ${destination}${via} dev ${link}${from}`, styleOfChange(change, FAINT))]};
}

function linkChange(link: ObservedLink, then: ObservedNetNamespace | undefined, isNew: boolean): Change | undefined {
	if (then === undefined) return isNew ? 'new' : undefined;
	const old = then.links.find(({index}) => index === link.index);
	if (old === undefined) return 'new';
	return JSON.stringify(old) === JSON.stringify(link) ? undefined : 'changed';
}

function stackOf(snapshot: Snapshot | undefined, {id}: ObservedNetNamespace): ObservedNetNamespace | undefined {
	return snapshot?.netNamespaces.find(stack => stack.id === id);
}

function isEqual(route: ObservedRoute): (other: ObservedRoute) => boolean {
	return other => JSON.stringify(other) === JSON.stringify(route);
}
