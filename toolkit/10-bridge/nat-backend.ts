/**
 * What a way to write NAT rules can do.
 * @module
 */
import type {Endpoint} from '#bridge/endpoint';
import type {Network} from '#bridge/network';

/** One way to write NAT rules. Each function finds what it changes by name and is content if it is done already. */
export interface Nat {
	/** Makes the network's rules if they are missing, and those of one container's ports. */
	readonly join: (network: Network, joining: Endpoint, all: readonly Endpoint[]) => void;
	/** Removes the rules of one container's ports. */
	readonly leave: (network: Network, containerId: string) => void;
	/** Removes all rules of the network. */
	readonly remove: (name: string) => void;
}
