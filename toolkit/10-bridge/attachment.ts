/**
 * What has to be said to put a container on a network.
 * @module
 */
import type {Network} from '#bridge/network';
import type {PortMapping} from '#bridge/port-mapping';

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
