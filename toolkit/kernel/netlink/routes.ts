/**
 * Routes: which way to an address.
 *
 * Source: rtnetlink(7), include/uapi/linux/rtnetlink.h.
 * @module
 */
import {type Attribute, decodeAttributes, u32} from '#kernel/netlink/attribute';
import {AF_INET, AF_INET6, AF_UNSPEC, familyOf, ipBytes, ipText, parsePrefix} from '#kernel/netlink/ip';
import {type LinkReference, linkIndex} from '#kernel/netlink/link-list';
import {NLM_F_CREATE, NLM_F_EXCL} from '#kernel/netlink/message';
import {dump, NETLINK_ROUTE, request, withNetlink} from '#kernel/netlink/socket';

/** One route of the main table. */
export interface Route {
	/** `default` or `172.30.0.0/16`. */
	readonly destination: string;
	readonly family: 'inet' | 'inet6';
	readonly gateway?: string | undefined;
	/** The link that leads there; 0 where there are several ways, or none. */
	readonly linkIndex: number;
	/** The address that packets bear which leave this way. */
	readonly source?: string | undefined;
}

/** A route to add or to delete. */
export interface RouteTarget {
	/** `default`, or a prefix such as `172.30.0.0/16`. */
	readonly destination: string;
	readonly gateway?: string;
	readonly link?: LinkReference;
}

/**
 * The routes of the main table of the calling thread's network namespace, IPv4 and IPv6. The kernel's own table of
 * local and broadcast addresses is left out, as `ip route` does.
 *
 * @throws {NetlinkError}
 */
export function listRoutes(): readonly Route[] {
	const message = {type: RTM_GETROUTE, flags: 0, header: routeHeader(AF_UNSPEC, 0, false), attributes: []};
	return withNetlink(NETLINK_ROUTE, socket =>
		dump(socket, message, {call: 'RTM_GETROUTE', args: ['dump']})
			.filter(isMain)
			.map(decodeRoute),
	);
}

/**
 * Adds a route: `{destination: 'default', gateway: '172.30.0.1'}`.
 *
 * @throws {NetlinkError} `EEXIST` if there is one, `ENETUNREACH` if the gateway can't be reached, `EPERM`.
 */
export function addRoute(route: RouteTarget): void {
	change('RTM_NEWROUTE', RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, route);
}

/**
 * Deletes a route.
 *
 * @throws {NetlinkError} `ESRCH` if there is none such.
 */
export function deleteRoute(route: RouteTarget): void {
	change('RTM_DELROUTE', RTM_DELROUTE, 0, route);
}

function change(name: string, type: number, flags: number, route: RouteTarget): void {
	const gateway = route.gateway === undefined ? undefined : ipBytes(route.gateway);
	const target = route.destination === 'default' ? undefined : parsePrefix(route.destination);
	const family = familyOf(target?.bytes ?? gateway ?? Buffer.alloc(4));
	const header = routeHeader(family, target?.prefixBits ?? 0, true);
	// Without a gateway the destination lies on the link itself.
	if (type === RTM_NEWROUTE && gateway === undefined) header.writeUInt8(RT_SCOPE_LINK, 6);
	if (type === RTM_DELROUTE) header.writeUInt8(RT_SCOPE_NOWHERE, 6);
	const attributes: Attribute[] = [];
	if (target !== undefined) attributes.push([RTA_DST, target.bytes]);
	if (gateway !== undefined) attributes.push([RTA_GATEWAY, gateway]);
	const index = typeof route.link === 'string' ? linkIndex(route.link) : route.link;
	if (index !== undefined) attributes.push([RTA_OIF, u32(index)]);
	const told = [route.destination];
	if (route.gateway !== undefined) told.push(`via ${route.gateway}`);
	if (route.link !== undefined) told.push(`dev ${route.link}`);
	withNetlink(NETLINK_ROUTE, socket => request(socket, {type, flags, header, attributes}, {call: name, args: told}));
}

/** An rtmsg: family, prefix lengths, tos, table, who made it, scope, type, flags. A dump wants all but the family zero. */
function routeHeader(family: number, prefixBits: number, filled: boolean): Buffer {
	const header = Buffer.alloc(12);
	header.writeUInt8(family, 0);
	if (!filled) return header;
	header.writeUInt8(prefixBits, 1);
	header.writeUInt8(RT_TABLE_MAIN, 4);
	header.writeUInt8(RTPROT_BOOT, 5);
	header.writeUInt8(RTN_UNICAST, 7);
	return header;
}

function isMain(payload: Buffer): boolean {
	const table = decodeAttributes(payload.subarray(12)).get(RTA_TABLE)?.readUInt32LE() ?? payload.readUInt8(4);
	return table === RT_TABLE_MAIN && [AF_INET, AF_INET6].includes(payload.readUInt8(0));
}

function decodeRoute(payload: Buffer): Route {
	const attributes = decodeAttributes(payload.subarray(12));
	const address = (type: number): string | undefined => {
		const bytes = attributes.get(type);
		return bytes === undefined ? undefined : ipText(bytes);
	};
	const destination = address(RTA_DST);
	const prefixBits = payload.readUInt8(1);
	return {
		destination: destination === undefined || prefixBits === 0 ? 'default' : `${destination}/${prefixBits}`,
		family: payload.readUInt8(0) === AF_INET ? 'inet' : 'inet6',
		gateway: address(RTA_GATEWAY),
		linkIndex: attributes.get(RTA_OIF)?.readUInt32LE() ?? 0,
		source: address(RTA_PREFSRC),
	};
}

const RTM_NEWROUTE = 24;
const RTM_DELROUTE = 25;
const RTM_GETROUTE = 26;
const RT_TABLE_MAIN = 254;
const RTPROT_BOOT = 3;
const RTN_UNICAST = 1;
const RT_SCOPE_LINK = 253;
const RT_SCOPE_NOWHERE = 255;
const RTA_DST = 1;
const RTA_OIF = 4;
const RTA_GATEWAY = 5;
const RTA_PREFSRC = 7;
const RTA_TABLE = 15;
