/**
 * NAT: how packets leave a network of private addresses, and how they come in by a published port.
 *
 *     out   172.30.0.2 ─▶ drydock0 ─▶ [masquerade: from 192.0.2.2] ─▶ the world
 *     in    the world ─▶ 192.0.2.2:8080 ─▶ [to 172.30.0.2:80] ─▶ drydock0 ─▶ the container
 *
 * A packet from the host itself never passes the hook of arriving ones, so publishing has a second hook, for packets that
 * leave local programs. One that goes to 127.0.0.1 would keep that as its sender, and the container would answer to
 * its own loopback: so it is masqueraded too, and route_localnet lets the kernel route such a packet at all.
 * The same holds for a container that calls a published port of its own network.
 *
 * One interface, two ways to write the rules: `nft` where it is installed, else `iptables`.
 *
 * Source: nft(8), iptables-extensions(8), Documentation/networking/ip-sysctl.rst.
 * @module
 */
import type {Endpoint} from '#bridge/endpoint';
import type {Nat} from '#bridge/nat-backend';
import {iptables} from '#bridge/nat-iptables';
import {nft} from '#bridge/nat-nft';
import type {Network} from '#bridge/network';
import {isInstalled} from '#bridge/program';
import {readKernelFile, writeKernelFile} from '#kernel/file';

/** The program that this machine has for it. */
export function findNatProgram(): Network['nat'] {
	return (['nft', 'iptables'] as const).find(isInstalled) ?? 'none';
}

/**
 * Lets a container out, and its published ports in.
 *
 * @throws {Error} if ports are asked for where no program can publish them, or with what the program said.
 */
export function joinNat(network: Network, joining: Endpoint, all: readonly Endpoint[]): void {
	if (network.nat === 'none') {
		if (joining.ports.length === 0) return;
		throw new Error("can't publish ports: neither nft nor iptables is installed (apt install nftables)");
	}
	allowForwarding();
	if (joining.ports.length > 0) writeSwitch(`/proc/sys/net/ipv4/conf/${network.name}/route_localnet`);
	backends[network.nat].join(network, joining, all);
}

/** Takes back what `joinNat` did for one container. */
export function leaveNat(network: Network, containerId: string): void {
	if (network.nat !== 'none') backends[network.nat].leave(network, containerId);
}

/** Removes all NAT rules of a network. */
export function removeNat(program: Network['nat'], name: string): void {
	if (program !== 'none') backends[program].remove(name);
}

/**
 * Lets the machine pass packets between its interfaces. It stays so when the last container is gone, as docker leaves it:
 * another program may have found it on and rely on it, and without routes and rules nothing is passed to us.
 */
function allowForwarding(): void {
	writeSwitch('/proc/sys/net/ipv4/ip_forward');
}

function writeSwitch(path: string): void {
	if (readKernelFile(path).trim() !== '1') writeKernelFile(path, '1');
}

const backends: Readonly<Record<'nft' | 'iptables', Nat>> = {nft, iptables};
