/**
 * Requests to the kernel's network, in the words of ip(8).
 *
 * Source: rtnetlink(7), include/uapi/linux/{rtnetlink,if_link,if_addr,neighbour,veth}.h.
 * @module
 */
import {type Attributes, decodeAttributes, readText} from '#kernel/netlink/attribute';
import {ipText} from '#kernel/netlink/ip';
import type {ReceivedMessage} from '#kernel/netlink/message';

/** A request as people see it. */
export interface SeenRequest {
	/** `RTM_NEWLINK`. */
	readonly call: string;
	/** `['eth0', 'kind veth', 'peer eth1']`. */
	readonly args: readonly string[];
	/** Whether it only asks. */
	readonly looks: boolean;
}

/** What a link is called, if that is known: a message may bear its number only. */
export type LinkNames = (index: number) => string;

const objects = ['LINK', 'ADDR', 'ROUTE', 'NEIGH', 'RULE', 'QDISC', 'TCLASS', 'TFILTER'] as const;
const otherTypes: Readonly<Record<number, string>> = {
	19: 'RTM_SETLINK',
	88: 'RTM_NEWNSID',
	89: 'RTM_DELNSID',
	90: 'RTM_GETNSID',
	92: 'RTM_NEWSTATS',
	94: 'RTM_GETSTATS',
	104: 'RTM_NEWNEXTHOP',
	105: 'RTM_DELNEXTHOP',
	106: 'RTM_GETNEXTHOP',
};

/** The name of a message's type: `RTM_NEWLINK`. Types go by four: new, delete, get, and one that only links use. */
export function routeMessageName(type: number): string | undefined {
	const object = objects[(type - 16) >> 2];
	const verb = ['NEW', 'DEL', 'GET'][(type - 16) & 3];
	if (type < 16) return undefined;
	return object === undefined || verb === undefined || otherTypes[type] !== undefined
		? otherTypes[type]
		: `RTM_${verb}${object}`;
}

/** What a request of rtnetlink asks for; undefined for a message that is none. @throws {Error} if it is malformed. */
export function seeRouteRequest({type, payload}: ReceivedMessage, nameOf: LinkNames): SeenRequest | undefined {
	const call = routeMessageName(type);
	// ip(8) asks for a link without a name to learn whether the kernel knows such requests at all.
	if (call === undefined || isProbe(call, payload)) return undefined;
	const looks = call.startsWith('RTM_GET');
	const words = wordsOf(call, payload, nameOf);
	// A question without a subject asks for all there are.
	return {call, args: words.length === 0 && looks ? ['dump'] : words, looks};
}

/** The index and the name that an answer about a link tells. */
export function linkNamed({
	type,
	payload,
}: ReceivedMessage): {readonly index: number; readonly name: string} | undefined {
	if (type !== RTM_NEWLINK || payload.length < LINK_HEADER) return undefined;
	const name = decodeAttributes(payload.subarray(LINK_HEADER)).get(IFLA_IFNAME);
	return name === undefined ? undefined : {index: payload.readInt32LE(4), name: readText(name)};
}

function isProbe(call: string, payload: Buffer): boolean {
	return call === 'RTM_NEWLINK' && payload.length === LINK_HEADER && payload.readInt32LE(4) === 0;
}

function wordsOf(call: string, payload: Buffer, nameOf: LinkNames): readonly string[] {
	switch (call.slice(-4)) {
		case 'LINK':
			return linkWords(payload, nameOf);
		case 'ADDR':
			return addressWords(payload, nameOf);
		case 'OUTE':
			return routeWords(payload, nameOf);
		case 'EIGH':
			return neighbourWords(payload, nameOf);
		case 'DISC':
		case 'LASS':
		case 'LTER':
			return trafficWords(payload, nameOf);
		default:
			return [];
	}
}

/** An ifinfomsg of 16 bytes, then attributes. */
function linkWords(payload: Buffer, nameOf: LinkNames): readonly string[] {
	if (payload.length < LINK_HEADER) return [];
	const index = payload.readInt32LE(4);
	const flags = payload.readUInt32LE(8);
	const change = payload.readUInt32LE(12);
	const attributes = decodeAttributes(payload.subarray(LINK_HEADER));
	const name = attributes.get(IFLA_IFNAME) ?? attributes.get(IFLA_ALT_IFNAME);
	const words = index === 0 ? (name === undefined ? [] : [readText(name)]) : [nameOf(index)];
	if (words.length === 0) number(attributes, IFLA_GROUP, value => words.push(`group ${value}`));
	if (index !== 0 && name !== undefined) words.push(`name ${readText(name)}`);
	if ((change & IFF_UP) !== 0) words.push((flags & IFF_UP) === 0 ? 'down' : 'up');
	words.push(...kindWords(attributes.get(IFLA_LINKINFO)));
	number(attributes, IFLA_LINK, value => words.push(`link ${nameOf(value)}`));
	number(attributes, IFLA_MASTER, value => words.push(value === 0 ? 'nomaster' : `master ${nameOf(value)}`));
	const mac = attributes.get(IFLA_ADDRESS);
	if (mac !== undefined) words.push(`address ${[...mac].map(byte => byte.toString(16).padStart(2, '0')).join(':')}`);
	number(attributes, IFLA_MTU, value => words.push(`mtu ${value}`));
	number(attributes, IFLA_NET_NS_FD, value => words.push(`netns fd ${value}`));
	number(attributes, IFLA_NET_NS_PID, value => words.push(`netns of process ${value}`));
	return words;
}

/** The kind of a link, and for a veth what its other end is called. */
function kindWords(info: Buffer | undefined): readonly string[] {
	if (info === undefined) return [];
	const nest = decodeAttributes(info);
	const kind = nest.get(IFLA_INFO_KIND);
	if (kind === undefined) return [];
	const words = [`kind ${readText(kind)}`];
	const peer =
		readText(kind) === 'veth' ? decodeAttributes(nest.get(IFLA_INFO_DATA) ?? Buffer.alloc(0)).get(1) : undefined;
	if (peer !== undefined && peer.length >= LINK_HEADER) {
		const attributes = decodeAttributes(peer.subarray(LINK_HEADER));
		const name = attributes.get(IFLA_IFNAME);
		if (name !== undefined) words.push(`peer ${readText(name)}`);
		number(attributes, IFLA_NET_NS_FD, value => words.push(`peer netns fd ${value}`));
		number(attributes, IFLA_NET_NS_PID, value => words.push(`peer netns of process ${value}`));
	}
	return words;
}

/** An ifaddrmsg of 8 bytes: family, prefix, flags, scope, index. */
function addressWords(payload: Buffer, nameOf: LinkNames): readonly string[] {
	if (payload.length < 8) return [];
	const attributes = decodeAttributes(payload.subarray(8));
	const address = attributes.get(IFA_LOCAL) ?? attributes.get(IFA_ADDRESS);
	if (address === undefined) return [];
	return [`${ipText(address)}/${payload.readUInt8(1)}`, `dev ${nameOf(payload.readUInt32LE(4))}`];
}

/** An rtmsg of 12 bytes: family, length of the destination's prefix, … */
function routeWords(payload: Buffer, nameOf: LinkNames): readonly string[] {
	if (payload.length < 12) return [];
	const attributes = decodeAttributes(payload.subarray(12));
	const destination = attributes.get(RTA_DST);
	const prefix = payload.readUInt8(1);
	const words = [destination === undefined ? 'default' : `${ipText(destination)}/${prefix}`];
	const gateway = attributes.get(RTA_GATEWAY);
	if (gateway !== undefined) words.push(`via ${ipText(gateway)}`);
	number(attributes, RTA_OIF, value => words.push(`dev ${nameOf(value)}`));
	return words;
}

/** An ndmsg of 12 bytes: family, …, index at 4. */
function neighbourWords(payload: Buffer, nameOf: LinkNames): readonly string[] {
	if (payload.length < 12) return [];
	const attributes = decodeAttributes(payload.subarray(12));
	const address = attributes.get(NDA_DST);
	const words = [`dev ${nameOf(payload.readInt32LE(4))}`];
	return address === undefined || address.length % 4 !== 0 || ![4, 16].includes(address.length)
		? words
		: [ipText(address), ...words];
}

/** A tcmsg of 20 bytes: family, index at 4, … */
function trafficWords(payload: Buffer, nameOf: LinkNames): readonly string[] {
	if (payload.length < 20) return [];
	const kind = decodeAttributes(payload.subarray(20)).get(TCA_KIND);
	const words = [`dev ${nameOf(payload.readInt32LE(4))}`];
	return kind === undefined ? words : [...words, `kind ${readText(kind)}`];
}

function number(attributes: Attributes, type: number, use: (value: number) => void): void {
	const value = attributes.get(type);
	if (value !== undefined && value.length >= 4) use(value.readUInt32LE(0));
}

const LINK_HEADER = 16;
const RTM_NEWLINK = 16;
const IFF_UP = 1;
const IFLA_ADDRESS = 1;
const IFLA_GROUP = 27;
const IFLA_IFNAME = 3;
const IFLA_MTU = 4;
const IFLA_LINK = 5;
const IFLA_MASTER = 10;
const IFLA_LINKINFO = 18;
const IFLA_NET_NS_PID = 19;
const IFLA_NET_NS_FD = 28;
const IFLA_ALT_IFNAME = 53;
const IFLA_INFO_KIND = 1;
const IFLA_INFO_DATA = 2;
const IFA_ADDRESS = 1;
const IFA_LOCAL = 2;
const RTA_DST = 1;
const RTA_OIF = 4;
const RTA_GATEWAY = 5;
const NDA_DST = 1;
const TCA_KIND = 1;
