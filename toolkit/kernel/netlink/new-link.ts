/**
 * Making links.
 *
 * The surprise: one message makes a pair of veths, lets the far end be born in another namespace, plugs the near
 * end into its bridge and switches it on: what is usually shown as four commands of `ip`.
 *
 * Source: rtnetlink(7), veth(4), include/uapi/linux/if_link.h.
 * @module
 */
import {type Attribute, encodeAttributes, text, u8, u32} from '#kernel/netlink/attribute';
import {
	changeLinks,
	IFLA_INFO_KIND,
	IFLA_LINKINFO,
	type LinkOptions,
	linkAttributes,
	linkHeader,
	RTM_NEWLINK,
	tellOptions,
} from '#kernel/netlink/link-message';
import {NLM_F_CREATE, NLM_F_EXCL} from '#kernel/netlink/message';

/** A switch's own settings. */
export interface BridgeOptions extends LinkOptions {
	/** The spanning tree protocol: off by default, a bridge of containers has no loops. */
	readonly stp?: boolean;
	/** Hundredths of a second that a new port listens before it forwards. */
	readonly forwardDelayCentiseconds?: number;
	readonly multicastSnooping?: boolean;
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
	changeLinks(message, {call: 'RTM_NEWLINK', args: [name, `kind ${kind}`, ...told, ...tellOptions(options)]});
}

const VETH_INFO_PEER = 1;
const IFLA_INFO_DATA = 2;
const IFLA_BR_FORWARD_DELAY = 1;
const IFLA_BR_STP_STATE = 5;
const IFLA_BR_MCAST_SNOOPING = 23;
