/**
 * NAT by nftables: one table for each network, named after it.
 *
 * Ports are elements of two maps, each with its container's id as its comment. So a container comes and goes without
 * a rule being changed, and whoever cleans up finds its ports by its name.
 *
 * Source: nft(8).
 * @module
 */
import type {Endpoint} from '#bridge/endpoint';
import {acceptForwarding, forwardingAccepts} from '#bridge/forward-policy';
import type {Nat} from '#bridge/nat-backend';
import type {Network} from '#bridge/network';
import {runProgram} from '#bridge/program';
import {removeFromTables} from '#kernel/netlink/nft-removal';
import {findElements, hasTable} from '#kernel/netlink/nftables';

/** NAT by nft. */
export const nft: Nat = {
	join(network, joining, all) {
		const isNew = !hasTable(network.name);
		const elements = (isNew ? all : [joining]).flatMap(endpoint => portElements(endpoint));
		if (isNew) run(`${ruleset(network)}${elements.join('')}${acceptForwarding(network.name)}`);
		else if (elements.length > 0) run(elements.join(''));
	},
	leave(network, containerId) {
		removeFromTables(['published', 'published_at'].flatMap(map => findElements(network.name, map, containerId)));
	},
	remove(name) {
		const table = hasTable(name) ? [{what: 'table', table: name} as const] : [];
		removeFromTables([...table, ...forwardingAccepts(name)]);
	},
};

/** The table of a network without its ports. */
function ruleset({name, subnet}: Network): string {
	return `table ip ${name} {
	map published { type inet_proto . inet_service : ipv4_addr . inet_service; }
	map published_at { type ipv4_addr . inet_proto . inet_service : ipv4_addr . inet_service; }
	chain publish {
		dnat to ip daddr . meta l4proto . th dport map @published_at
		dnat to meta l4proto . th dport map @published
	}
	chain arriving {
		type nat hook prerouting priority -100; policy accept;
		fib daddr type local jump publish
	}
	chain local {
		type nat hook output priority -100; policy accept;
		fib daddr type local jump publish
	}
	chain leaving {
		type nat hook postrouting priority 100; policy accept;
		ip saddr ${subnet} oifname != "${name}" masquerade
		ip saddr { 127.0.0.0/8, ${subnet} } oifname "${name}" ct status dnat masquerade
	}
	chain guard {
		type filter hook prerouting priority -300; policy accept;
		iifname "${name}" ip daddr 127.0.0.0/8 drop comment "route_localnet must not open the host's loopback"
	}
	chain forward {
		type filter hook forward priority 0; policy accept;
		iifname != "${name}" oifname "${name}" ct state established,related accept
		iifname != "${name}" oifname "${name}" ct status dnat accept
		iifname != "${name}" oifname "${name}" drop comment "what is not published is private"
	}
}
`;
}

function portElements({containerId, network, address, ports}: Endpoint): readonly string[] {
	return ports.map(({hostAddress, hostPort, containerPort, protocol}) => {
		const everywhere = hostAddress === '0.0.0.0';
		const key = `${everywhere ? '' : `${hostAddress} . `}${protocol} . ${hostPort}`;
		const value = `${address} . ${containerPort}`;
		return `add element ip ${network} ${everywhere ? 'published' : 'published_at'} { ${key} comment "${containerId}" : ${value} }\n`;
	});
}

function run(script: string): void {
	runProgram('nft', ['-f', '-'], script);
}
