/**
 * What messages about links are made of.
 *
 * Source: rtnetlink(7), include/uapi/linux/if_link.h.
 * @module
 */
import {type Attribute, text, u32} from '#kernel/netlink/attribute';
import {AF_UNSPEC} from '#kernel/netlink/ip';
import type {Message} from '#kernel/netlink/message';
import {NETLINK_ROUTE, request, type Told, withNetlink} from '#kernel/netlink/socket';

/** What can be said of a link when it is made, and most of it later. */
export interface LinkOptions {
	readonly mac?: string;
	readonly mtu?: number;
	/** Up (true) or down. */
	readonly up?: boolean;
	/** The index of the bridge to plug it into; 0 pulls it out. */
	readonly master?: number;
	readonly group?: number;
	/** A new name. The kernel renames a link that is up only since Linux 6.2. */
	readonly name?: string;
	/** Moves it to the namespace of this descriptor, or of this process. */
	readonly namespaceFd?: number;
	readonly namespacePid?: number;
}

/** Asks for one change of links. */
export function changeLinks(message: Message, told: Told): void {
	withNetlink(NETLINK_ROUTE, socket => request(socket, message, told));
}

/** An ifinfomsg: family, kind of hardware, index, flags, and which of the flags are meant. */
export function linkHeader(index: number, up?: boolean): Buffer {
	const header = Buffer.alloc(16);
	header.writeUInt8(AF_UNSPEC, 0);
	header.writeInt32LE(index, 4);
	header.writeUInt32LE(up === true ? IFF_UP : 0, 8);
	header.writeUInt32LE(up === undefined ? 0 : IFF_UP, 12);
	return header;
}

/** The attributes that say what a link shall be. */
export function linkAttributes(options: LinkOptions): Attribute[] {
	const attributes: Attribute[] = [];
	if (options.name !== undefined) attributes.push([IFLA_IFNAME, text(options.name)]);
	if (options.mac !== undefined) attributes.push([IFLA_ADDRESS, macBytes(options.mac)]);
	if (options.mtu !== undefined) attributes.push([IFLA_MTU, u32(options.mtu)]);
	if (options.master !== undefined) attributes.push([IFLA_MASTER, u32(options.master)]);
	if (options.group !== undefined) attributes.push([IFLA_GROUP, u32(options.group)]);
	if (options.namespaceFd !== undefined) attributes.push([IFLA_NET_NS_FD, u32(options.namespaceFd)]);
	if (options.namespacePid !== undefined) attributes.push([IFLA_NET_NS_PID, u32(options.namespacePid)]);
	return attributes;
}

/** What a request asks for, in the words of ip(8). */
export function tellOptions(options: LinkOptions): readonly string[] {
	const words: string[] = [];
	if (options.up !== undefined) words.push(options.up ? 'up' : 'down');
	if (options.name !== undefined) words.push(`name ${options.name}`);
	if (options.master !== undefined) words.push(options.master === 0 ? 'nomaster' : `master ${options.master}`);
	if (options.mac !== undefined) words.push(`address ${options.mac}`);
	if (options.mtu !== undefined) words.push(`mtu ${options.mtu}`);
	if (options.namespaceFd !== undefined) words.push(`netns fd ${options.namespaceFd}`);
	if (options.namespacePid !== undefined) words.push(`netns of process ${options.namespacePid}`);
	return words;
}

/** `02:42:ac:1e:00:02` → its 6 bytes. */
function macBytes(mac: string): Buffer {
	if (!/^[\da-f]{2}(:[\da-f]{2}){5}$/i.test(mac)) throw new Error(`not a MAC address: ${JSON.stringify(mac)}`);
	return Buffer.from(mac.replaceAll(':', ''), 'hex');
}

export const RTM_NEWLINK = 16;
export const RTM_DELLINK = 17;
export const RTM_GETLINK = 18;
export const RTM_SETLINK = 19;

export const IFF_UP = 0x1;
export const IFF_LOWER_UP = 0x10000;

export const IFLA_ADDRESS = 1;
export const IFLA_IFNAME = 3;
export const IFLA_MTU = 4;
export const IFLA_LINK = 5;
export const IFLA_MASTER = 10;
export const IFLA_PROTINFO = 12;
export const IFLA_LINKINFO = 18;
export const IFLA_NET_NS_PID = 19;
export const IFLA_GROUP = 27;
export const IFLA_NET_NS_FD = 28;
export const IFLA_EXT_MASK = 29;
export const IFLA_LINK_NETNSID = 37;

export const IFLA_INFO_KIND = 1;
