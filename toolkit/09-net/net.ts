/**
 * 09 · Network namespace: a container has a network stack of its own.
 *
 *     host                               container
 *       eth0  192.0.2.2                    lo    127.0.0.1
 *       dd4f2a ═════════ a cable ═════════ eth0  172.30.0.2
 *
 * The surprise: a new stack has a loopback interface, but it is down. Until somebody switches it on, a program can't
 * even reach itself by 127.0.0.1.
 *
 * Next: 10-bridge plugs the near ends of many cables into one switch.
 *
 * Sources: network_namespaces(7), veth(4), rtnetlink(7).
 * @module
 */
import {comingBack, joinNamespace} from '#kernel/namespace';
import {type Address, addAddress, listAddresses} from '#kernel/netlink/addresses';
import {type Link, listLinks, setLink} from '#kernel/netlink/links';
import {addRoute, listRoutes, type Route} from '#kernel/netlink/routes';
import type {Step} from '#kernel/plan';
import {CLONE_NEWNET, unshare} from '#kernel/sched';

/** Which network stack a container gets: one of its own, another container's, or the host's. */
export type NetOptions =
	| {readonly kind: 'own'}
	| {readonly kind: 'join'; readonly path: string}
	| {readonly kind: 'host'};

/** How an interface is to be set up. */
export interface InterfaceOptions {
	/** With the length of its prefix: `172.30.0.2/16`. */
	readonly address: string;
	/** Where packets to everywhere else go. */
	readonly gateway?: string;
}

/** All that there is in one network stack. */
export interface NetworkStack {
	readonly links: readonly Link[];
	readonly addresses: readonly Address[];
	readonly routes: readonly Route[];
}

/**
 * Gives the calling thread a network stack of its own: empty, but for a loopback interface that is down.
 *
 * @throws {KernelError} `EPERM` without CAP_SYS_ADMIN; `ENOSPC` at the limit of /proc/sys/user/max_net_namespaces.
 */
export function createNetNamespace(): void {
	unshare(CLONE_NEWNET);
}

/**
 * Moves the calling thread into the network namespace at `path`, such as /proc/PID/ns/net.
 *
 * @throws {KernelError} `EPERM` without CAP_SYS_ADMIN; `EINVAL` if the file is another kind's.
 */
export function joinNetNamespace(path: string): void {
	joinNamespace(path, 'net');
}

/**
 * Runs `visit` in the network namespace at `path`, and comes back. Netlink sockets opened and children started
 * by `visit` belong there.
 *
 * @throws {KernelError} see `joinNetNamespace`.
 */
export function withinNetNamespace<T>(path: string, visit: () => T): T {
	return comingBack(['net'], () => {
		joinNetNamespace(path);
		return visit();
	});
}

/**
 * Switches an interface on: `lo`, in a new namespace. The kernel then gives loopback its addresses by itself.
 *
 * @throws {NetlinkError} `ENODEV` if there is no such interface, `EPERM` without CAP_NET_ADMIN.
 */
export function bringUp(link: string): void {
	setLink(link, {up: true});
}

/**
 * Sets up an interface: on, with its address, and the default route through it.
 *
 * @throws {NetlinkError} `ENODEV` if there is no such interface, `ENETUNREACH` if the gateway is outside of the prefix.
 */
export function configureInterface(link: string, {address, gateway}: InterfaceOptions): void {
	addAddress(link, address);
	// Only an interface that is up can be the way to anywhere.
	bringUp(link);
	if (gateway !== undefined) addRoute({destination: 'default', gateway});
}

/** The links, addresses and routes that the calling thread sees. */
export function readNetworkStack(): NetworkStack {
	return {links: listLinks(), addresses: listAddresses(), routes: listRoutes()};
}

/**
 * What this module adds to the plan of a container.
 *
 * The main thread on the host enters the namespace, so that init is born into it, and comes back afterwards: so the
 * host can plug cables in while init makes its mounts.
 */
export function netSteps(options: NetOptions): readonly Step[] {
	switch (options.kind) {
		case 'host':
			return [];
		case 'join':
			return [
				{
					module: 'net',
					title: `join the network of ${options.path}`,
					why: 'containers that share a network stack reach each other by 127.0.0.1',
					where: 'host',
					run: () => joinNetNamespace(options.path),
				},
			];
		case 'own':
			return [
				{
					module: 'net',
					title: 'leave the host’s network behind',
					why: 'else the container could see and change the host’s interfaces, and take its ports',
					where: 'host',
					run: createNetNamespace,
					// Nothing to undo: the namespace goes with its last process.
				},
				{
					module: 'net',
					title: 'switch loopback on',
					why: 'programs talk to themselves by 127.0.0.1, and a new loopback interface is down',
					where: 'host',
					run: () => bringUp('lo'),
				},
			];
	}
}
