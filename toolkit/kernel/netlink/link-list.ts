/**
 * Which links there are.
 *
 * Source: rtnetlink(7), include/uapi/linux/if_link.h.
 * @module
 */
import {type Attribute, decodeAttributes, readText, text, u32} from '#kernel/netlink/attribute';
import {
	IFF_LOWER_UP,
	IFF_UP,
	IFLA_ADDRESS,
	IFLA_EXT_MASK,
	IFLA_GROUP,
	IFLA_IFNAME,
	IFLA_INFO_KIND,
	IFLA_LINK,
	IFLA_LINK_NETNSID,
	IFLA_LINKINFO,
	IFLA_MASTER,
	IFLA_MTU,
	linkHeader,
	RTM_GETLINK,
} from '#kernel/netlink/link-message';
import type {Message} from '#kernel/netlink/message';
import {dump, get, NETLINK_ROUTE, withNetlink} from '#kernel/netlink/socket';

/** An interface, as the kernel tells it. */
export interface Link {
	readonly index: number;
	readonly name: string;
	/** `veth`, `bridge`, …; `loopback` or `ether` for those that no `kind` made. */
	readonly kind: string;
	/** `02:42:ac:1e:00:02`; empty for a link without one. */
	readonly mac: string;
	readonly mtu: number;
	/** Switched on: IFF_UP. */
	readonly up: boolean;
	/** The cable is in at both ends: IFF_LOWER_UP. */
	readonly running: boolean;
	/** The number by which several links can be deleted at once; 0 for most. */
	readonly group: number;
	/** The bridge that it is plugged into, by index. */
	readonly master?: number | undefined;
	/** A veth's other end: its index, and where it is if not here (by the number this namespace gives that one). */
	readonly peer?: {readonly index: number; readonly netnsid?: number | undefined} | undefined;
}

/** A link by its name or its index. */
export type LinkReference = string | number;

/**
 * All links of the calling thread's network namespace.
 *
 * @throws {NetlinkError}
 */
export function listLinks(): readonly Link[] {
	// Without their counters, links take a third of the bytes.
	const attributes: Attribute[] = [[IFLA_EXT_MASK, u32(RTEXT_FILTER_SKIP_STATS)]];
	const message = {type: RTM_GETLINK, flags: 0, header: linkHeader(0), attributes};
	return withNetlink(NETLINK_ROUTE, socket =>
		dump(socket, message, {call: 'RTM_GETLINK', args: ['dump']}).map(decodeLink),
	);
}

/**
 * One link, by its name or index; undefined if there is none.
 *
 * @throws {NetlinkError}
 */
export function findLink(reference: LinkReference): Link | undefined {
	return listLinks().find(link => link.name === reference || link.index === reference);
}

/**
 * One link's index.
 *
 * @throws {NetlinkError} `ENODEV` if there is no such link.
 */
export function linkIndex(name: string): number {
	const message: Message = {
		type: RTM_GETLINK,
		flags: 0,
		header: linkHeader(0),
		attributes: [
			[IFLA_EXT_MASK, u32(RTEXT_FILTER_SKIP_STATS)],
			[IFLA_IFNAME, text(name)],
		],
	};
	return withNetlink(NETLINK_ROUTE, socket => get(socket, message, {call: 'RTM_GETLINK', args: [name]}).readInt32LE(4));
}

function decodeLink(payload: Buffer): Link {
	const attributes = decodeAttributes(payload.subarray(16));
	const flags = payload.readUInt32LE(8);
	const number = (type: number): number | undefined => attributes.get(type)?.readUInt32LE();
	const peerIndex = number(IFLA_LINK);
	const info = decodeAttributes(attributes.get(IFLA_LINKINFO) ?? Buffer.alloc(0));
	const kind = info.get(IFLA_INFO_KIND);
	return {
		index: payload.readInt32LE(4),
		name: readText(attributes.get(IFLA_IFNAME) ?? Buffer.alloc(0)),
		kind: kind === undefined ? hardwareKind(payload.readUInt16LE(2)) : readText(kind),
		mac: attributes.get(IFLA_ADDRESS)?.toString('hex').match(/../g)?.join(':') ?? '',
		mtu: number(IFLA_MTU) ?? 0,
		up: (flags & IFF_UP) !== 0,
		running: (flags & IFF_LOWER_UP) !== 0,
		group: number(IFLA_GROUP) ?? 0,
		master: number(IFLA_MASTER),
		peer: peerIndex === undefined ? undefined : {index: peerIndex, netnsid: number(IFLA_LINK_NETNSID)},
	};
}

function hardwareKind(type: number): string {
	return type === ARPHRD_LOOPBACK ? 'loopback' : 'ether';
}

const RTEXT_FILTER_SKIP_STATS = 1 << 3;
const ARPHRD_LOOPBACK = 772;
