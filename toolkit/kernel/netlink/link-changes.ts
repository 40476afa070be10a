/**
 * Changing and deleting links.
 *
 * Source: rtnetlink(7), bridge(8), include/uapi/linux/if_link.h.
 * @module
 */
import {type Attribute, text, u8, u32} from '#kernel/netlink/attribute';
import {type LinkReference, linkIndex, listLinks} from '#kernel/netlink/link-list';
import {
	changeLinks,
	IFLA_GROUP,
	IFLA_IFNAME,
	IFLA_PROTINFO,
	type LinkOptions,
	linkAttributes,
	linkHeader,
	RTM_DELLINK,
	RTM_NEWLINK,
	RTM_SETLINK,
	tellOptions,
} from '#kernel/netlink/link-message';
import {removeLinks} from '#kernel/netlink/link-removal';

/** How a bridge treats one of its ports. */
export interface BridgePortOptions {
	/** Frames may go out where they came in. */
	readonly hairpin?: boolean;
	/** Isolated ports reach only ports that are not. */
	readonly isolated?: boolean;
	readonly learning?: boolean;
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
	changeLinks(
		{type: RTM_NEWLINK, flags: 0, header, attributes},
		{call: 'RTM_NEWLINK', args: [link, ...tellOptions(options)]},
	);
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
	changeLinks({type: RTM_SETLINK, flags: 0, header, attributes}, {call: 'RTM_SETLINK', args: [link, ...told]});
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

const AF_BRIDGE = 7;
const IFLA_BRPORT_MODE = 4;
const IFLA_BRPORT_LEARNING = 8;
const IFLA_BRPORT_ISOLATED = 33;
