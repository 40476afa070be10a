/**
 * Links: network interfaces, real and made up.
 *
 *     drydock0 (bridge) ◀──master── dd4f2a (veth) ═══════ eth0 (veth, in a container's namespace)
 *
 * The surprise: one message makes a pair of veths, lets the far end be born in another namespace, plugs the near
 * end into its bridge and switches it on: what is usually shown as four commands of `ip`.
 *
 * Source: rtnetlink(7), include/uapi/linux/if_link.h.
 * @module
 */
import {type Attribute, decodeAttributes, encodeAttributes, readText, text, u8, u32} from '#kernel/netlink/attribute';
import {AF_UNSPEC} from '#kernel/netlink/ip';
import {type Message, NLM_F_CREATE, NLM_F_EXCL} from '#kernel/netlink/message';
import {removeLinks} from '#kernel/netlink/removal';
import {dump, get, NETLINK_ROUTE, request, type Told, withNetlink} from '#kernel/netlink/socket';

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

/** A switch's own settings. */
export interface BridgeOptions extends LinkOptions {
	/** The spanning tree protocol: off by default, a bridge of containers has no loops. */
	readonly stp?: boolean;
	/** Hundredths of a second that a new port listens before it forwards. */
	readonly forwardDelayCentiseconds?: number;
	readonly multicastSnooping?: boolean;
}

/** How a bridge treats one of its ports. */
export interface BridgePortOptions {
	/** Frames may go out where they came in. */
	readonly hairpin?: boolean;
	/** Isolated ports reach only ports that are not. */
	readonly isolated?: boolean;
	readonly learning?: boolean;
}

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

/**
 * Makes a bridge: a switch in the kernel.
 *
 * @throws {NetlinkError} `EEXIST` if the name is taken, `EPERM` without CAP_NET_ADMIN, `ENOTSUP` in a kernel without bridges.
 */
export function createBridge(name: string, options: BridgeOptions = {}): void {
	const data: Attribute[] = [];
	if (options.stp !== undefined) data.push([IFLA_BR_STP_STATE, u32(options.stp ? 1 : 0)]);
	if (options.forwardDelayCentiseconds !== undefined) {
		data.push([IFLA_BR_FORWARD_DELAY, u32(options.forwardDelayCentiseconds)]);
	}
	if (options.multicastSnooping !== undefined)
		data.push([IFLA_BR_MCAST_SNOOPING, u8(options.multicastSnooping ? 1 : 0)]);
	create(name, 'bridge', data, options, []);
}

/**
 * Makes a pair of veths: what goes into one end comes out of the other.
 *
 * @param peer the other end; with `namespaceFd` it is born there. It is born down: a cable's first end has no other yet.
 * @throws {NetlinkError} `EEXIST` if a name is taken, `EPERM` without CAP_NET_ADMIN in both namespaces.
 */
export function createVeth(
	name: string,
	options: LinkOptions,
	peer: Omit<LinkOptions, 'up'> & {readonly name: string},
): void {
	const peerBytes = Buffer.concat([linkHeader(0), encodeAttributes(linkAttributes(peer))]);
	const told = [`peer ${peer.name}${peer.namespaceFd === undefined ? '' : ' in another namespace'}`];
	create(name, 'veth', [[VETH_INFO_PEER, peerBytes]], options, told);
}

/**
 * Makes a dummy: a link that leads nowhere, to hold addresses.
 *
 * @throws {NetlinkError} `EEXIST`, `EPERM`; `ENOTSUP` in a kernel without them.
 */
export function createDummy(name: string, options: LinkOptions = {}): void {
	create(name, 'dummy', [], options, []);
}

/**
 * Changes a link: up or down, its bridge, name, MTU, MAC, or the namespace it is in.
 *
 * @throws {NetlinkError} `ENODEV` if there is no such link, `EBUSY` to rename one that is up on older kernels, `EPERM`.
 */
export function setLink(link: LinkReference, options: LinkOptions): void {
	const header = linkHeader(typeof link === 'number' ? link : 0, options.up);
	// A link that is told by its index may be given a new name; told by its name, it needs its index for that.
	const index = typeof link === 'string' && options.name !== undefined ? linkIndex(link) : undefined;
	if (index !== undefined) header.writeInt32LE(index, 4);
	const attributes = linkAttributes(options);
	if (typeof link === 'string' && index === undefined) attributes.push([IFLA_IFNAME, text(link)]);
	route({type: RTM_NEWLINK, flags: 0, header, attributes}, {call: 'RTM_NEWLINK', args: [link, ...tell(options)]});
}

/**
 * Sets how a bridge treats one of its ports.
 *
 * @throws {NetlinkError} `ENODEV` if there is no such link, `EINVAL` or `ENOTSUP` if it is in no bridge.
 */
export function setBridgePort(link: string, options: BridgePortOptions): void {
	const flags: readonly [number, string, boolean | undefined][] = [
		[IFLA_BRPORT_MODE, 'hairpin', options.hairpin],
		[IFLA_BRPORT_ISOLATED, 'isolated', options.isolated],
		[IFLA_BRPORT_LEARNING, 'learning', options.learning],
	];
	const given = flags.filter(([, , value]) => value !== undefined);
	const header = linkHeader(linkIndex(link));
	header.writeUInt8(AF_BRIDGE, 0);
	const attributes: Attribute[] = [[IFLA_PROTINFO, given.map(([type, , value]) => [type, u8(value ? 1 : 0)] as const)]];
	const told = given.map(([, name, value]) => `${name} ${value ? 'on' : 'off'}`);
	route({type: RTM_SETLINK, flags: 0, header, attributes}, {call: 'RTM_SETLINK', args: [link, ...told]});
}

/**
 * Deletes a link; a veth takes its other end with it. Returns when the link is gone.
 *
 * @throws {NetlinkError} `ENODEV` if there is no such link, `ENOTSUP` for one that is hardware.
 */
export function deleteLink(name: string): void {
	const header = linkHeader(linkIndex(name));
	removeLinks({type: RTM_DELLINK, flags: 0, header, attributes: []}, [name], {call: 'RTM_DELLINK', args: [name]});
}

/**
 * Deletes all links of a group, in the time of the slowest. Returns when they are gone, at once if there are none.
 *
 * @throws {NetlinkError} `ENOTSUP` if one of them is hardware.
 */
export function deleteLinkGroup(group: number): void {
	const names = listLinks().flatMap(link => (link.group === group ? link.name : []));
	if (names.length === 0) return;
	const message = {type: RTM_DELLINK, flags: 0, header: linkHeader(0), attributes: [[IFLA_GROUP, u32(group)]] as const};
	removeLinks(message, names, {call: 'RTM_DELLINK', args: [`group ${group}`, ...names]});
}

function create(
	name: string,
	kind: string,
	data: readonly Attribute[],
	options: LinkOptions,
	told: readonly string[],
): void {
	const info: Attribute[] = [[IFLA_INFO_KIND, text(kind)]];
	if (data.length > 0) info.push([IFLA_INFO_DATA, data]);
	const attributes: Attribute[] = [...linkAttributes({...options, name}), [IFLA_LINKINFO, info]];
	const message = {type: RTM_NEWLINK, flags: NLM_F_CREATE | NLM_F_EXCL, header: linkHeader(0, options.up), attributes};
	route(message, {call: 'RTM_NEWLINK', args: [name, `kind ${kind}`, ...told, ...tell(options)]});
}

function route(message: Message, told: Told): void {
	withNetlink(NETLINK_ROUTE, socket => request(socket, message, told));
}

/** An ifinfomsg: family, kind of hardware, index, flags, and which of the flags are meant. */
function linkHeader(index: number, up?: boolean): Buffer {
	const header = Buffer.alloc(16);
	header.writeUInt8(AF_UNSPEC, 0);
	header.writeInt32LE(index, 4);
	header.writeUInt32LE(up === true ? IFF_UP : 0, 8);
	header.writeUInt32LE(up === undefined ? 0 : IFF_UP, 12);
	return header;
}

function linkAttributes(options: LinkOptions): Attribute[] {
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
function tell(options: LinkOptions): readonly string[] {
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

/** `02:42:ac:1e:00:02` → its 6 bytes. */
function macBytes(mac: string): Buffer {
	if (!/^[\da-f]{2}(:[\da-f]{2}){5}$/i.test(mac)) throw new Error(`not a MAC address: ${JSON.stringify(mac)}`);
	return Buffer.from(mac.replaceAll(':', ''), 'hex');
}

const RTM_NEWLINK = 16;
const RTM_DELLINK = 17;
const RTM_GETLINK = 18;
const RTM_SETLINK = 19;

const IFF_UP = 0x1;
const IFF_LOWER_UP = 0x10000;
const ARPHRD_LOOPBACK = 772;
const AF_BRIDGE = 7;
const RTEXT_FILTER_SKIP_STATS = 1 << 3;

const IFLA_ADDRESS = 1;
const IFLA_IFNAME = 3;
const IFLA_MTU = 4;
const IFLA_LINK = 5;
const IFLA_MASTER = 10;
const IFLA_PROTINFO = 12;
const IFLA_LINKINFO = 18;
const IFLA_NET_NS_PID = 19;
const IFLA_GROUP = 27;
const IFLA_NET_NS_FD = 28;
const IFLA_EXT_MASK = 29;
const IFLA_LINK_NETNSID = 37;

const IFLA_INFO_KIND = 1;
const IFLA_INFO_DATA = 2;
const VETH_INFO_PEER = 1;
const IFLA_BR_FORWARD_DELAY = 1;
const IFLA_BR_STP_STATE = 5;
const IFLA_BR_MCAST_SNOOPING = 23;
const IFLA_BRPORT_MODE = 4;
const IFLA_BRPORT_LEARNING = 8;
const IFLA_BRPORT_ISOLATED = 33;
