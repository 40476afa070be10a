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
import {type BridgeAttachment, DEFAULT_NETWORK} from '#bridge/attachment';
import {
	type Endpoint,
	listEndpoints,
	networkStore,
	readNetwork,
	readStoredEndpoint,
	withNetworkLock,
} from '#bridge/endpoint';
import {tellNames} from '#bridge/hosts';
import {forgetLost, leave, settled, takeAddress} from '#bridge/membership';
import {findNatProgram, joinNat} from '#bridge/nat';
import type {Network} from '#bridge/network';
import type {PortMapping} from '#bridge/port-mapping';
import {ensureSwitch, plugIn} from '#bridge/switch';
import type {Step} from '#kernel/plan';

export type {BridgeAttachment};

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

/** Frees what a network keeps for containers that are lost otherwise. @param isLost by a container's id. */
export function mendBridge(
	stateDirectory: string,
	isLost: (containerId: string) => boolean,
	name: string = DEFAULT_NETWORK,
): void {
	forgetLost(networkStore(stateDirectory, name), isLost);
}

/** What a user should know before a container joins a bridge here; nothing on most machines. */
export function bridgeWarnings(): readonly string[] {
	if (findNatProgram() !== 'none') return [];
	return ['neither nft nor iptables is installed: containers reach each other and this machine, but not the world'];
}

function natTitle(ports: readonly PortMapping[]): string {
	if (ports.length === 0) return 'let it out by the host’s address';
	const doors = ports.map(
		({hostPorts, containerPort, protocol}) => `${hostPorts?.first ?? 'any'}→${containerPort}/${protocol}`,
	);
	return `let it out by the host’s address, and publish ${doors.join(', ')}`;
}
