/**
 * The switch: a bridge in the kernel, and the cables that go into it.
 *
 *     drydock0  172.30.0.1
 *      ├─ dd4f2a9c01be77 ════ eth0  172.30.0.2
 *      └─ dd81d40b6e2f13 ════ eth0  172.30.0.3
 *
 * All of a network's links on the host bear its group number, so the last one out can remove the switch and its own cable
 * in one request: the kernel waits once, not twice.
 *
 * Source: bridge(8), veth(4).
 * @module
 */
import {closeSync, openSync} from 'node:fs';
import {crc32} from 'node:zlib';
import {macOf} from '#bridge/address-pool';
import type {Endpoint} from '#bridge/endpoint';
import {type Network, subnetRange} from '#bridge/network';
import {tolerate} from '#kernel/error';
import {addAddress, listAddresses} from '#kernel/netlink/addresses';
import {
	createBridge,
	createVeth,
	deleteLink,
	deleteLinkGroup,
	findLink,
	linkIndex,
	setBridgePort,
	setLink,
} from '#kernel/netlink/links';
import {configureInterface, withinNetNamespace} from '#net';

/**
 * Makes the network's bridge, with its address, if it isn't there.
 *
 * @throws {NetlinkError} `EPERM` without CAP_NET_ADMIN, `ENOTSUP` in a kernel without bridges.
 * @throws {Error} if another kind of link has its name.
 */
export function ensureSwitch(network: Network): void {
	const existing = findLink(network.name);
	if (existing !== undefined && existing.kind !== 'bridge') {
		throw new Error(`a link named ${network.name} is there and is no bridge: rename or delete it`);
	}
	const address = `${network.gateway}/${subnetRange(network.subnet).prefixBits}`;
	if (existing === undefined) {
		// A MAC of its own: else a bridge takes its ports' lowest and changes it as they come and go.
		const mac = macOf(network.gateway);
		createBridge(network.name, {mac, mtu: network.mtu, group: groupOf(network.name), stp: false});
	}
	// One that was made by a process which was killed may be half done.
	const index = existing?.index ?? linkIndex(network.name);
	if (!listAddresses().some(given => given.linkIndex === index && given.address === address))
		addAddress(index, address);
	if (existing?.up !== true) setLink(index, {up: true});
}

/**
 * Lays a cable from the switch into the namespace at `namespace`, and sets up its far end as `eth0`.
 *
 * @throws {NetlinkError} `EEXIST` if the container has one already.
 */
export function plugIn(endpoint: Endpoint, network: Network, namespace: string): void {
	const fd = openSync(namespace, 'r');
	try {
		createVeth(
			endpoint.hostLink,
			{up: true, mtu: network.mtu, group: groupOf(network.name), master: linkIndex(network.name)},
			{name: INSIDE_NAME, mac: endpoint.mac, mtu: network.mtu, namespaceFd: fd},
		);
		// Where br_netfilter is loaded (docker and Kubernetes load it) addresses are translated inside of the switch already.
		// A container that calls its own published port then is answered through the port it came in by.
		if (endpoint.ports.length > 0) setBridgePort(endpoint.hostLink, {hairpin: true});
		const address = `${endpoint.address}/${endpoint.prefixBits}`;
		withinNetNamespace(`/proc/self/fd/${fd}`, () => {
			configureInterface(INSIDE_NAME, {address, gateway: endpoint.gateway});
		});
	} finally {
		closeSync(fd);
	}
}

/** Pulls a container's cable out and removes it; content if there is none. */
export function unplug(hostLink: string): void {
	tolerate(['ENODEV'], () => deleteLink(hostLink));
}

/** Removes the switch and all cables that are left in it; content if there is none. */
export function removeSwitch(name: string): void {
	deleteLinkGroup(groupOf(name));
}

/** The near end's name: at most 15 bytes are allowed. */
export function hostLinkOf(containerId: string): string {
	return `dd${containerId.slice(0, 12)}`;
}

/** The number that a network's links share: made from its name, and never 0, which is every other link's. */
function groupOf(name: string): number {
	return (crc32(`drydock network ${name}`) & 0x7fffffff) | 1;
}

/** What docker calls it too: programs look for it. */
const INSIDE_NAME = 'eth0';
