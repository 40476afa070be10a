/**
 * Addresses of links.
 *
 * Source: rtnetlink(7), include/uapi/linux/if_addr.h.
 * @module
 */
import {type Attribute, decodeAttributes} from '#kernel/netlink/attribute';
import {AF_INET, AF_UNSPEC, familyOf, ipText, parsePrefix} from '#kernel/netlink/ip';
import {type LinkReference, linkIndex} from '#kernel/netlink/link-list';
import {NLM_F_CREATE, NLM_F_EXCL} from '#kernel/netlink/message';
import {dump, NETLINK_ROUTE, request, withNetlink} from '#kernel/netlink/socket';

/** One address of a link. */
export interface Address {
	readonly linkIndex: number;
	/** With the length of its prefix: `172.30.0.2/16`. */
	readonly address: string;
	readonly family: 'inet' | 'inet6';
	/** How far it is good: `host` for 127.0.0.1, `link` for fe80::…, `global` for the rest. */
	readonly scope: 'global' | 'link' | 'host' | 'other';
}

/**
 * All addresses of the calling thread's network namespace, IPv4 and IPv6.
 *
 * @throws {NetlinkError}
 */
export function listAddresses(): readonly Address[] {
	const message = {type: RTM_GETADDR, flags: 0, header: addressHeader(AF_UNSPEC, 0, 0), attributes: []};
	return withNetlink(NETLINK_ROUTE, socket =>
		dump(socket, message, {call: 'RTM_GETADDR', args: ['dump']}).map(decodeAddress),
	);
}

/**
 * Gives a link an address with its prefix, `172.30.0.1/16`. The kernel adds the route to that subnet by itself.
 *
 * @throws {NetlinkError} `EEXIST` if the link has it, `ENODEV` if there is no such link, `EPERM` without CAP_NET_ADMIN.
 */
export function addAddress(link: LinkReference, address: string): void {
	change('RTM_NEWADDR', RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, link, address);
}

/**
 * Takes an address from a link.
 *
 * @throws {NetlinkError} `EADDRNOTAVAIL` if the link doesn't have it.
 */
export function deleteAddress(link: LinkReference, address: string): void {
	change('RTM_DELADDR', RTM_DELADDR, 0, link, address);
}

function change(name: string, type: number, flags: number, link: LinkReference, address: string): void {
	const {bytes, prefixBits} = parsePrefix(address);
	const index = typeof link === 'number' ? link : linkIndex(link);
	const header = addressHeader(familyOf(bytes), prefixBits, index);
	const attributes: Attribute[] = [
		[IFA_LOCAL, bytes],
		[IFA_ADDRESS, bytes],
	];
	if (bytes.length === 4) attributes.push([IFA_BROADCAST, broadcast(bytes, prefixBits)]);
	// Duplicate address detection would hold an IPv6 address back for a second; a container's neighbours are known.
	else header.writeUInt8(IFA_F_NODAD, 2);
	withNetlink(NETLINK_ROUTE, socket =>
		request(socket, {type, flags, header, attributes}, {call: name, args: [address, `dev ${link}`]}),
	);
}

/** An ifaddrmsg: family, prefix length, flags, scope, link. */
function addressHeader(family: number, prefixBits: number, index: number): Buffer {
	const header = Buffer.alloc(8);
	header.writeUInt8(family, 0);
	header.writeUInt8(prefixBits, 1);
	header.writeUInt32LE(index, 4);
	return header;
}

/** The subnet's last address. */
function broadcast(bytes: Buffer, prefixBits: number): Buffer {
	const hostMask = prefixBits === 0 ? 0xffffffff : 2 ** (32 - prefixBits) - 1;
	const last = Buffer.alloc(4);
	last.writeUInt32BE((bytes.readUInt32BE() | hostMask) >>> 0);
	return last;
}

function decodeAddress(payload: Buffer): Address {
	const attributes = decodeAttributes(payload.subarray(8));
	// On a point-to-point link IFA_ADDRESS is the other end's; the local one is the one meant.
	const bytes = attributes.get(IFA_LOCAL) ?? attributes.get(IFA_ADDRESS) ?? Buffer.alloc(4);
	return {
		linkIndex: payload.readUInt32LE(4),
		address: `${ipText(bytes)}/${payload.readUInt8(1)}`,
		family: payload.readUInt8(0) === AF_INET ? 'inet' : 'inet6',
		scope: scopeNames[payload.readUInt8(3)] ?? 'other',
	};
}

const RTM_NEWADDR = 20;
const RTM_DELADDR = 21;
const RTM_GETADDR = 22;
const IFA_ADDRESS = 1;
const IFA_LOCAL = 2;
const IFA_BROADCAST = 4;
const IFA_F_NODAD = 0x2;
const scopeNames: Readonly<Record<number, Address['scope']>> = {0: 'global', 253: 'link', 254: 'host'};
