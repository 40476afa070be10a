/**
 * The network as a drawing: the host's stack on the left, those of the groups on the right, and the veth pairs as cables.
 *
 * The surprise: a cable is never told of as one. Each of its ends says that its other end has such an index in another
 * namespace; two ends that name each other are the two of one cable.
 *
 * Sources: veth(4), bridge(8), nft(8), iptables-extensions(8).
 * @module
 */
import type {ObservedLink, ObservedNetNamespace} from '#observe/types';
import {type Change, styleOfChange} from '../app/panels/panel.ts';
import {run} from '../app/text/line.ts';
import {ACCENT, BAD, FAINT, WARNING} from '../app/text/theme.ts';
import {type Block, type Box, type BoxLine, drawBoxes} from './boxes.ts';
import type {Chart, ChartedPort} from './chart.ts';
import {type Group, nameOf} from './groups.ts';
import {type MapView, remark, remarks, type Section} from './section.ts';

/** The section `network`. */
export function networkSection(groups: readonly Group[], view: MapView): Section {
	const {now, words, width} = view;
	const host = stackOf(now, now.home.net);
	const byStack = Map.groupBy(
		groups.filter(({own}) => own.net !== undefined),
		({own}) => own.net!,
	);
	if (host === undefined) return {name: 'network', rows: [remark(words.unreadable)]};
	if (groups.length === 0) return {name: 'network', rows: []};
	if (byStack.size === 0) return {name: 'network', rows: remarks(words.noStack, width)};
	const guests = [...byStack].map(([id, members]) => guestOf(id, members, host, view));
	const title = [run(words.host), run(` net:[${host.id}]`, FAINT)];
	return {name: 'network', rows: drawBoxes(title, blocksOf(host, guests, view), width + 2)};
}

/** A stack that is not the host's. */
interface Guest {
	readonly box: Box;
	/** The host's ends of its cables. */
	readonly ends: readonly ObservedLink[];
	readonly addresses: readonly string[];
}

function guestOf(id: number, groups: readonly Group[], host: ObservedNetNamespace, view: MapView): Guest {
	const {now, since, words} = view;
	const stack = stackOf(now, id);
	const isNew = since !== undefined && !since.snapshot.processes.some(({namespaces}) => namespaces.net === id);
	const title = [run(groups.map(nameOf).join(', ')), run(` net:[${id}]`, FAINT)];
	const change = isNew ? 'new' : undefined;
	if (stack === undefined)
		return {box: {title, change, lines: [{line: [run(words.stackUnreadable, FAINT)]}]}, ends: [], addresses: []};
	const then = since === undefined ? undefined : stackOf(since, id);
	const cabled = stack.links.map(link => ({link, end: host.links.find(isOtherEndOf(link))}));
	const ends = cabled.flatMap(({end}) => end ?? []);
	const links = cabled
		// Loopback is told of only if nothing else is there.
		.filter(({link}) => link.kind !== 'loopback' || stack.links.length === 1)
		.sort((one, other) => Number(one.end === undefined) - Number(other.end === undefined))
		.map(({link, end}) => linkLine(link, changeOf(link, then, isNew), end && cableOf(end), words.down));
	const gone = (then?.links ?? [])
		.filter(link => !stack.links.some(({index}) => index === link.index))
		.map(link => linkLine(link, 'gone', undefined, words.down));
	const routes = stack.routes.map((route): BoxLine => {
		const isKnown = then === undefined || then.routes.some(other => JSON.stringify(other) === JSON.stringify(route));
		const change = isKnown ? undefined : 'new';
		const via = route.gateway === undefined ? '' : ` via ${route.gateway}`;
		const over = cabled.length > 2 ? ` dev ${route.link}` : '';
		return {change, line: [run(`${route.destination}${via}${over}`, styleOfChange(change, FAINT))]};
	});
	// A route that only says "these are my neighbours" is told by the address.
	const ways = routes.filter((_, index) => stack.routes[index]!.gateway !== undefined);
	const alone = ends.length === 0 ? [{line: [run(words.aloneStack, WARNING)]}] : [];
	return {
		box: {title, change, lines: [...links, ...gone, ...ways, ...alone]},
		ends,
		addresses: stack.links.flatMap(({addresses}) => addresses.map(bare)),
	};
}

/** One block for each switch, one for cables without a switch, one for those who have no cable. */
function blocksOf(host: ObservedNetNamespace, guests: readonly Guest[], view: MapView): readonly Block[] {
	const {now, since, words} = view;
	const then = since === undefined ? undefined : stackOf(since, since.home.net);
	const drawn = new Set(guests.flatMap(({ends}) => ends));
	const switches = [...new Set([...drawn].map(({master}) => master))];
	const ports = portsOf(now);
	const blocks = switches.map((master): Block => {
		const members = guests.filter(({ends}) => ends[0] !== undefined && ends[0].master === master);
		const bridge = host.links.find(({index}) => index === master);
		const ends = [...drawn].filter(end => end.master === master);
		const lead = bridge === undefined ? [] : [linkLine(bridge, changeOf(bridge, then, false), undefined, words.down)];
		const addresses = members.flatMap(({addresses}) => addresses);
		return {
			lead: [
				...ports.filter(({address}) => addresses.includes(address)).map(port => portLine(port, view)),
				...(bridge === undefined ? [] : natLines(bridge, view)),
				...lead,
			],
			ends: ends.map((end, index) => {
				const change = changeOf(end, then, false);
				const stem = bridge === undefined ? '' : index === ends.length - 1 ? '└─ ' : '├─ ';
				return {line: [run(stem, FAINT), run(end.name, styleOfChange(change))], change, cable: cableOf(end)};
			}),
			boxes: members.map(({box}) => box),
		};
	});
	const alone = guests.filter(({ends}) => ends.length === 0).map(({box}) => box);
	const gone = (then?.links ?? []).filter(link => !host.links.some(({index}) => index === link.index));
	return [
		{lead: outwardLines(host, drawn, then, view), ends: [], boxes: []},
		...blocks,
		...(gone.length === 0
			? []
			: [{lead: gone.map(link => linkLine(link, 'gone', undefined, words.down)), ends: [], boxes: []}]),
		...(alone.length === 0 ? [] : [{lead: [], ends: [], boxes: alone}]),
	];
}

/** The links that lead out of the machine; the others are counted. */
function outwardLines(
	host: ObservedNetNamespace,
	drawn: ReadonlySet<ObservedLink>,
	then: ObservedNetNamespace | undefined,
	{words}: MapView,
): readonly BoxLine[] {
	const switches = new Set([...drawn].map(({master}) => master));
	const others = host.links.filter(link => link.kind !== 'loopback' && !drawn.has(link) && !switches.has(link.index));
	const ways = new Set(host.routes.filter(({destination}) => destination === 'default').map(({link}) => link));
	const isTelling = (link: ObservedLink) => ways.has(link.name) || changeOf(link, then, false) !== undefined;
	const outward = others
		.filter(isTelling)
		.map(link => linkLine(link, changeOf(link, then, false), undefined, words.down));
	const rest = others.length - outward.length;
	return [...outward, ...(rest === 0 ? [] : [{line: [run(words.otherLinks(rest), FAINT)]}])];
}

function linkLine(link: ObservedLink, change: Change | undefined, cable: string | undefined, down: string): BoxLine {
	const kind = link.kind === 'veth' || link.kind === 'loopback' || link.kind === 'ether' ? '' : ` ${link.kind}`;
	return {
		change,
		...(cable === undefined ? {} : {cable}),
		line: [
			run(link.name, styleOfChange(change, ACCENT)),
			run(link.addresses.length === 0 ? '' : `  ${link.addresses.filter(isTold).join(' ')}`),
			run(link.up ? '' : ` ${down}`, BAD),
			run(kind, FAINT),
		],
	};
}

function portLine({hostAddress, hostPort, protocol, address, containerPort}: ChartedPort, {since}: MapView): BoxLine {
	const isKnown =
		since === undefined || portsOf(since).some(port => port.hostPort === hostPort && port.address === address);
	const change = isKnown ? undefined : 'new';
	const from = `${hostAddress === '0.0.0.0' ? '' : hostAddress}:${hostPort}/${protocol}`;
	return {change, line: [run(`${from} → ${address}:${containerPort}`, styleOfChange(change, WARNING))]};
}

/** Rules that let a bridge's subnet out by the host's address. */
function natLines({addresses}: ObservedLink, {now, words}: MapView): readonly BoxLine[] {
	const subnets = now.snapshot.natRules.flatMap(rule =>
		/masquerade/i.test(rule) ? (/(?:saddr|-s) ([\d.]+\/\d+)/.exec(rule)?.[1] ?? []) : [],
	);
	return [...new Set(subnets)]
		.filter(subnet => addresses.some(address => bare(address).startsWith(leadOf(subnet))))
		.map(subnet => ({line: [run(words.nat(subnet), FAINT)]}));
}

/** Published ports: those that an engine knows, and those that rules name. */
function portsOf({containers, snapshot}: Chart): readonly ChartedPort[] {
	const known = containers.flatMap(({ports}) => ports);
	const ruled = snapshot.natRules.flatMap((rule): readonly ChartedPort[] => {
		const [, protocol, port] = /\b(tcp|udp)\b.*?(?:dport|--dport) (\d+)/.exec(rule) ?? [];
		const [, address, inside] = /(?:dnat to|--to-destination) ([\d.]+):(\d+)/.exec(rule) ?? [];
		if (protocol === undefined || address === undefined) return [];
		return [{hostAddress: '0.0.0.0', hostPort: Number(port), protocol, address, containerPort: Number(inside)}];
	});
	const isKnown = (port: ChartedPort) =>
		known.some(one => one.hostPort === port.hostPort && one.address === port.address);
	return [...known, ...ruled.filter(port => !isKnown(port))];
}

/** Two ends of a cable name each other. */
function isOtherEndOf(link: ObservedLink): (end: ObservedLink) => boolean {
	return end =>
		link.kind === 'veth' &&
		end.kind === 'veth' &&
		end.peer?.index === link.index &&
		link.peer?.index === end.index &&
		end.peer.netnsid !== undefined;
}

function cableOf({index}: ObservedLink): string {
	return String(index);
}

function changeOf(link: ObservedLink, then: ObservedNetNamespace | undefined, isNew: boolean): Change | undefined {
	if (then === undefined) return isNew ? 'new' : undefined;
	const old = then.links.find(({index}) => index === link.index);
	if (old === undefined) return 'new';
	return JSON.stringify(old) === JSON.stringify(link) ? undefined : 'changed';
}

function stackOf({snapshot}: Chart, id: number | undefined): ObservedNetNamespace | undefined {
	return snapshot.netNamespaces.find(stack => stack.id === id);
}

function bare(address: string): string {
	return address.replace(/\/\d+$/, '');
}

/** An address that the kernel made up for IPv6's own purposes tells nothing. */
function isTold(address: string): boolean {
	return !address.startsWith('fe80:');
}

/** The part of a subnet that its addresses have in common, as far as whole numbers go: `172.30.`. */
function leadOf(subnet: string): string {
	const bits = Number(subnet.slice(subnet.indexOf('/') + 1));
	return `${subnet
		.split('.')
		.slice(0, Math.floor(bits / 8))
		.join('.')}.`;
}
