/**
 * Coming and going: what a container takes when it joins a network, and what it gives back.
 * @module
 */
import {existsSync} from 'node:fs';
import {chooseAddress, macOf} from '#bridge/address-pool';
import type {BridgeAttachment} from '#bridge/attachment';
import {
	type Endpoint,
	listEndpoints,
	type NetworkStore,
	readNetwork,
	readStoredEndpoint,
	removeEndpoint,
	removeNetwork,
	withNetworkLock,
	writeEndpoint,
	writeNetwork,
} from '#bridge/endpoint';
import {settlePorts} from '#bridge/host-port';
import {requireHostName, tellNames} from '#bridge/hosts';
import {findNatProgram, leaveNat, removeNat} from '#bridge/nat';
import {chooseSubnet, gatewayOf, type Network, outwardMtu, subnetRange} from '#bridge/network';
import {hostLinkOf, removeSwitch, unplug} from '#bridge/switch';

/** Settles all that the container's place needs, and keeps it: from here on an undo has to free it. */
export function takeAddress(store: NetworkStore, attachment: BridgeAttachment): void {
	const {containerId, name, hostname, aliases = [], extraHosts = [], hostsPath} = attachment;
	for (const each of [name, hostname, ...aliases, ...extraHosts.map(([host]) => host)]) requireHostName(each);
	withNetworkLock(store, () => {
		const others = listEndpoints(store).filter(other => other.containerId !== containerId);
		const network = (others.length > 0 ? readNetwork(store) : undefined) ?? settleNetwork(store, attachment);
		const address = chooseAddress(network, others, attachment.address);
		const taken = others.flatMap(other => other.ports.map(port => ({...port, owner: other.name})));
		writeEndpoint(store, {
			containerId,
			name,
			hostname,
			aliases,
			network: network.name,
			address,
			prefixBits: subnetRange(network.subnet).prefixBits,
			gateway: network.gateway,
			mac: attachment.mac ?? macOf(address),
			hostLink: hostLinkOf(containerId),
			ports: settlePorts(attachment.ports, taken),
			extraHosts,
			...(hostsPath === undefined ? {} : {hostsPath}),
		});
	});
}

/** Takes a container off the network; the last one takes the network along. */
export function leave(store: NetworkStore, containerId: string): void {
	// Its file is the first thing that a container makes here. Without the directory there was none.
	if (!existsSync(store.directory)) return;
	const isLast = withNetworkLock(store, () => {
		const others = listEndpoints(store).filter(other => other.containerId !== containerId);
		const network = readNetwork(store);
		if (others.length === 0) {
			removeShared(store);
			removeNetwork(store);
			return true;
		}
		if (network !== undefined) leaveNat(network, containerId);
		removeEndpoint(store, containerId);
		tellNames(others);
		return false;
	});
	// Nobody needs to wait for this: no packet can come from a container that has ended.
	if (!isLast) unplug(hostLinkOf(containerId));
}

/**
 * Takes those off the network of whom nothing else is left, as when a disk that held the rest was taken away. One such file
 * would keep an address taken and the switch standing for good.
 */
export function forgetLost(store: NetworkStore, isLost: (containerId: string) => boolean): void {
	for (const {containerId} of listEndpoints(store)) if (isLost(containerId)) leave(store, containerId);
}

/** What was settled for a container and its network. */
export function settled(
	store: NetworkStore,
	containerId: string,
): {readonly network: Network; readonly endpoint: Endpoint} {
	const network = readNetwork(store);
	const endpoint = readStoredEndpoint(store, containerId);
	if (network === undefined || endpoint === undefined)
		throw new Error(`${containerId} has no address on ${store.name} yet`);
	return {network, endpoint};
}

/** For the first container. What one that was killed left of an earlier network goes first. */
function settleNetwork(store: NetworkStore, {subnet: wanted, nat = findNatProgram()}: BridgeAttachment): Network {
	removeShared(store);
	const subnet = chooseSubnet(wanted);
	const network = {name: store.name, subnet, gateway: gatewayOf(subnet), mtu: outwardMtu(), nat};
	writeNetwork(store, network);
	return network;
}

function removeShared(store: NetworkStore): void {
	// Where the state was lost, what is installed made the rules.
	removeNat(readNetwork(store)?.nat ?? findNatProgram(), store.name);
	removeSwitch(store.name);
}
