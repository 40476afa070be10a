/**
 * Links: network interfaces, real and made up.
 *
 *     drydock0 (bridge) ◀──master── dd4f2a (veth) ═══════ eth0 (veth, in a container's namespace)
 *
 * A link belongs to one network namespace, and everything here speaks of the calling thread's.
 *
 * Source: rtnetlink(7), veth(4), bridge(8).
 * @module
 */
export {
	type BridgePortOptions,
	deleteLink,
	deleteLinkGroup,
	setBridgePort,
	setLink,
} from '#kernel/netlink/link-changes';
export {findLink, type Link, type LinkReference, linkIndex, listLinks} from '#kernel/netlink/link-list';
export type {LinkOptions} from '#kernel/netlink/link-message';
export {type BridgeOptions, createBridge, createVeth} from '#kernel/netlink/new-link';
