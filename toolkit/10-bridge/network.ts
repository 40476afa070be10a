/**
 * A network: its subnet, its gateway, and where its state is kept.
 *
 * The subnet is chosen when the first container comes, so that it overlaps nothing the host can reach, and is kept
 * until the last one leaves.
 * @module
 */
import {listAddresses} from '#kernel/netlink/addresses';
import {ipv4FromNumber, ipv4Number, parsePrefix} from '#kernel/netlink/ip';
import {listLinks} from '#kernel/netlink/links';
import {listRoutes} from '#kernel/netlink/routes';

/** What all containers on one bridge share. */
export interface Network {
	/** The bridge's name, which is the network's. */
	readonly name: string;
	/** `172.30.0.0/16` */
	readonly subnet: string;
	/** The bridge's own address: `172.30.0.1`. */
	readonly gateway: string;
	/** No larger than what the host's way out carries. */
	readonly mtu: number;
	/** The program that makes its NAT rules; none where the machine has neither. */
	readonly nat: 'nft' | 'iptables' | 'none';
}

/** A subnet as numbers, to count and to compare. */
export interface Range {
	readonly first: number;
	readonly last: number;
	readonly prefixBits: number;
}

/**
 * Chooses a subnet that overlaps no address and no route of this machine.
 *
 * @throws {Error} if all candidates are in use, or the wanted one is.
 */
export function chooseSubnet(wanted?: string): string {
	const used = [...listAddresses().map(({address}) => address), ...listRoutes().map(({destination}) => destination)]
		.filter(prefix => prefix !== 'default' && !prefix.includes(':'))
		.map(subnetRange);
	const isFree = (subnet: string): boolean => !used.some(range => overlap(range, subnetRange(subnet)));
	if (wanted !== undefined) {
		if (!isFree(wanted))
			throw new Error(`the subnet ${wanted} overlaps a network that this machine is on: choose another`);
		return wanted;
	}
	const free = candidates.find(isFree);
	if (free === undefined)
		throw new Error('no private subnet is free on this machine: all candidates overlap its routes');
	return free;
}

/** The largest packet that the link of the default route carries: a container that sends larger ones would hang. */
export function outwardMtu(): number {
	const way = listRoutes().find(({destination, family}) => destination === 'default' && family === 'inet');
	const mtu = listLinks().find(({index}) => index === way?.linkIndex)?.mtu ?? DEFAULT_MTU;
	return Math.min(mtu, DEFAULT_MTU);
}

/** `172.30.0.0/16` → its first and last address as numbers. */
export function subnetRange(subnet: string): Range {
	const {bytes, prefixBits} = parsePrefix(subnet);
	const size = 2 ** (32 - prefixBits);
	const first = Math.floor(bytes.readUInt32BE() / size) * size;
	return {first, last: first + size - 1, prefixBits};
}

/** The subnet's first address that is not its own name: the bridge's. */
export function gatewayOf(subnet: string): string {
	return ipv4FromNumber(subnetRange(subnet).first + 1);
}

/** Whether an address lies in a subnet, where containers may live: not its name, its gateway or its broadcast. */
export function isForContainers(address: string, network: Network): boolean {
	const {first, last} = subnetRange(network.subnet);
	const number = ipv4Number(address);
	return number > first && number < last && address !== network.gateway;
}

function overlap(a: Range, b: Range): boolean {
	return a.first <= b.last && b.first <= a.last;
}

const DEFAULT_MTU = 1500;
/** Docker takes 172.17 and up, so this goes down from the other end of that private block, then to rarer ones. */
const candidates = [
	'172.30.0.0/16',
	'172.31.0.0/16',
	'172.29.0.0/16',
	'172.28.0.0/16',
	'10.210.0.0/16',
	'10.211.0.0/16',
	'192.168.210.0/24',
	'192.168.211.0/24',
];
