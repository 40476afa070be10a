/**
 * 10 · Bridge: containers on one switch, with a way out and doors in.
 *
 *                   ┌───────────── host ──────────────┐
 *     the world ────┤ eth0 ── NAT ── drydock0 (switch) │
 *     :8080 ───────▶│                 ║           ║    │
 *                   └─────────────────╫───────────╫────┘
 *                              eth0 172.30.0.2   eth0 172.30.0.3
 *                              web               db
 *
 * The surprise: a published port has no listener on the host. Nobody is in `ss -l`: the packet's destination is
 * rewritten before the kernel looks for a socket.
 *
 * What all containers share (the switch, the rules) comes with the first and goes with the last. Who is on the network is
 * known by files, changed only under a lock, so engines that run at the same time agree.
 *
 * Next: 11-layers gives each container files of its own.
 *
 * Sources: bridge(8), veth(4), nft(8), network_namespaces(7).
 * @module
 */
import {existsSync} from 'node:fs';
import {chooseAddress, macOf} from '#bridge/address-pool';
import {
	type Endpoint,
	listEndpoints,
	type NetworkStore,
	networkStore,
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
import {findNatProgram, joinNat, leaveNat, removeNat} from '#bridge/nat';
import {chooseSubnet, gatewayOf, type Network, outwardMtu, subnetRange} from '#bridge/network';
import type {PortMapping} from '#bridge/port-mapping';
import {ensureSwitch, hostLinkOf, plugIn, removeSwitch, unplug} from '#bridge/switch';
import type {Step} from '#kernel/plan';

/** How a container is attached. Plain data but for the namespace, so it can be saved. */
export interface BridgeAttachment {
	readonly containerId: string;
	/** By which the others on the network know it. */
	readonly name: string;
	readonly hostname: string;
	readonly aliases?: readonly string[];
	/** Where the engine keeps what must survive it, but not a reboot: /run/drydock. */
	readonly stateDirectory: string;
	/** A path of the container's network namespace. Asked for only when it is plugged in: an undo needs none. */
	readonly networkNamespace: () => string;
	readonly ports: readonly PortMapping[];
	/** A fixed address; otherwise the lowest free one. */
	readonly address?: string;
	/** A fixed MAC; otherwise one made from the address. */
	readonly mac?: string;
	/** The file that is mounted as the container's /etc/hosts. */
	readonly hostsPath?: string;
	/** `--add-host`: name and address, which may be `host-gateway`. */
	readonly extraHosts?: readonly (readonly [name: string, address: string])[];
	/** The switch's name, at most 15 bytes. Default: `drydock0`. */
	readonly network?: string;
	/** For the first container: the subnet to use, instead of the first free one. */
	readonly subnet?: string;
	/** For the first container: how to write NAT rules, instead of what is installed. */
	readonly nat?: Network['nat'];
}

/** The network that containers are on unless they say otherwise. */
export const DEFAULT_NETWORK = 'drydock0';

/** What this module adds to the plan of a container. All of it happens on the host. */
export function bridgeSteps(attachment: BridgeAttachment): readonly Step[] {
	const name = attachment.network ?? DEFAULT_NETWORK;
	const store = networkStore(attachment.stateDirectory, name);
	const step = (title: string, why: string, run: () => void): Step => ({
		module: 'bridge',
		where: 'host',
		title,
		why,
		run,
	});
	return [
		{
			...step(`take an address on ${name}`, 'two containers with one address would get each other’s packets', () =>
				takeAddress(store, attachment),
			),
			// One undo for all four: the last one out removes the switch and its own cable in one go.
			undo: () => leave(store, attachment.containerId),
		},
		step('lay a cable from the switch into the container', 'a network stack of its own has no way to anywhere', () =>
			withNetworkLock(store, () => {
				const {network, endpoint} = settled(store, attachment.containerId);
				ensureSwitch(network);
				plugIn(endpoint, network, attachment.networkNamespace());
			}),
		),
		step(natTitle(attachment.ports), 'the world knows the host’s address, not the container’s', () =>
			withNetworkLock(store, () => {
				const {network, endpoint} = settled(store, attachment.containerId);
				joinNat(network, endpoint, listEndpoints(store));
			}),
		),
		step(`make ${attachment.name} known to its neighbours`, 'addresses change from start to start, names don’t', () =>
			withNetworkLock(store, () => tellNames(listEndpoints(store))),
		),
	];
}

/** A container's place on a network, for `inspect`; undefined if it is on none. */
export function readEndpoint(
	stateDirectory: string,
	containerId: string,
	network: string = DEFAULT_NETWORK,
): Endpoint | undefined {
	return readStoredEndpoint(networkStore(stateDirectory, network), containerId);
}

/** A network with its subnet and who is on it; undefined while nobody is. */
export function readBridge(
	stateDirectory: string,
	name: string = DEFAULT_NETWORK,
): {readonly network: Network; readonly endpoints: readonly Endpoint[]} | undefined {
	const store = networkStore(stateDirectory, name);
	const network = readNetwork(store);
	return network === undefined ? undefined : {network, endpoints: listEndpoints(store)};
}

/** What a user should know before a container joins a bridge here; nothing on most machines. */
export function bridgeWarnings(): readonly string[] {
	if (findNatProgram() !== 'none') return [];
	return ['neither nft nor iptables is installed: containers reach each other and this machine, but not the world'];
}

/** Settles all that the container's place needs, and keeps it: from here on an undo has to free it. */
function takeAddress(store: NetworkStore, attachment: BridgeAttachment): void {
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

/** For the first container. What one that was killed left of an earlier network goes first. */
function settleNetwork(store: NetworkStore, {subnet: wanted, nat = findNatProgram()}: BridgeAttachment): Network {
	removeShared(store);
	const subnet = chooseSubnet(wanted);
	const network = {name: store.name, subnet, gateway: gatewayOf(subnet), mtu: outwardMtu(), nat};
	writeNetwork(store, network);
	return network;
}

/** Takes a container off the network; the last one takes the network along. */
function leave(store: NetworkStore, containerId: string): void {
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

function removeShared(store: NetworkStore): void {
	// Where the state was lost, what is installed made the rules.
	removeNat(readNetwork(store)?.nat ?? findNatProgram(), store.name);
	removeSwitch(store.name);
}

function settled(store: NetworkStore, containerId: string): {readonly network: Network; readonly endpoint: Endpoint} {
	const network = readNetwork(store);
	const endpoint = readStoredEndpoint(store, containerId);
	if (network === undefined || endpoint === undefined)
		throw new Error(`${containerId} has no address on ${store.name} yet`);
	return {network, endpoint};
}

function natTitle(ports: readonly PortMapping[]): string {
	if (ports.length === 0) return 'let it out by the host’s address';
	const doors = ports.map(
		({hostPorts, containerPort, protocol}) => `${hostPorts?.first ?? 'any'}→${containerPort}/${protocol}`,
	);
	return `let it out by the host’s address, and publish ${doors.join(', ')}`;
}
