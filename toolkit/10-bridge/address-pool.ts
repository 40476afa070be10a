/**
 * The address pool: which address a container gets.
 *
 * Two processes that ask at once get two addresses, because each looks and writes while it holds the network's lock.
 * @module
 */

import type {Endpoint} from '#bridge/endpoint';
import {isForContainers, type Network, subnetRange} from '#bridge/network';
import {ipBytes, ipv4FromNumber, ipv4Number} from '#kernel/netlink/ip';

/**
 * The lowest address that no endpoint has, or the wanted one.
 *
 * @throws {Error} if it is taken or outside of the subnet, or if none is left.
 */
export function chooseAddress(network: Network, endpoints: readonly Endpoint[], wanted?: string): string {
	if (wanted !== undefined) return requireFree(network, endpoints, wanted);
	const taken = new Set(endpoints.map(({address}) => ipv4Number(address)));
	const {first, last} = subnetRange(network.subnet);
	for (let number = first + 1; number < last; number++) {
		if (!taken.has(number) && ipv4FromNumber(number) !== network.gateway) return ipv4FromNumber(number);
	}
	throw new Error(`no address is left in ${network.subnet}: remove a container from ${network.name}`);
}

/**
 * The MAC address of an IP address: `172.30.0.2` → `02:42:ac:1e:00:02`, as docker does it.
 *
 * An address that is given to another container keeps its MAC: what the neighbours remember stays true.
 */
export function macOf(address: string): string {
	// Bit 2 of the first byte says that no manufacturer gave this address.
	return ['02', '42', ...[...ipBytes(address)].map(byte => byte.toString(16).padStart(2, '0'))].join(':');
}

function requireFree(network: Network, endpoints: readonly Endpoint[], wanted: string): string {
	if (!isForContainers(wanted, network)) {
		throw new Error(
			`${wanted} can't be given to a container: ${network.name} has ${network.subnet}, and ${network.gateway} is its gateway`,
		);
	}
	const owner = endpoints.find(({address}) => address === wanted);
	if (owner !== undefined) throw new Error(`${wanted} is already allocated by ${owner.name}: choose another address`);
	return wanted;
}
