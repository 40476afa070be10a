/**
 * NAT by iptables, for machines without `nft`.
 *
 * The rules go into the tables' own chains. Each bears a comment: the network's name, and for a published port the
 * container's id as well. What is there already is read before, so nothing is written twice.
 *
 * Source: iptables(8), iptables-restore(8), iptables-extensions(8).
 * @module
 */
import type {Endpoint} from '#bridge/endpoint';
import type {Nat} from '#bridge/nat-backend';
import type {Network} from '#bridge/network';
import {runProgram} from '#bridge/program';

/** A rule by its table, and its line for iptables-restore. */
type Rule = readonly [table: 'mangle' | 'nat' | 'filter', line: string];

/** NAT by iptables. */
export const iptables: Nat = {
	join(network, joining, all) {
		const isNew = ours(network.name).length === 0;
		const ports = (isNew ? all : [joining]).flatMap(endpoint => portRules(endpoint));
		restore(isNew ? [...networkRules(network), ...ports] : ports);
	},
	leave(network, containerId) {
		restore(ours(`${network.name}:${containerId}`));
	},
	remove(name) {
		restore(ours(name));
	},
};

function networkRules({name, subnet}: Network): readonly Rule[] {
	const tag = comment(name);
	return [
		// Before NAT turns answers back to 127.0.0.1: route_localnet must not open the host's loopback.
		['mangle', `-A PREROUTING -i ${name} -d 127.0.0.0/8 ${tag} -j DROP`],
		['nat', `-A POSTROUTING -s ${subnet} ! -o ${name} ${tag} -j MASQUERADE`],
		['nat', `-A POSTROUTING -s ${subnet} -o ${name} -m conntrack --ctstate DNAT ${tag} -j MASQUERADE`],
		['nat', `-A POSTROUTING -s 127.0.0.0/8 -o ${name} -m conntrack --ctstate DNAT ${tag} -j MASQUERADE`],
		// Inserted, so in reverse: outgoing, then what is not published, then what is, then answers.
		['filter', `-I FORWARD -i ${name} ${tag} -j ACCEPT`],
		['filter', `-I FORWARD ! -i ${name} -o ${name} ${tag} -j DROP`],
		['filter', `-I FORWARD ! -i ${name} -o ${name} -m conntrack --ctstate DNAT ${tag} -j ACCEPT`],
		['filter', `-I FORWARD ! -i ${name} -o ${name} -m conntrack --ctstate RELATED,ESTABLISHED ${tag} -j ACCEPT`],
	];
}

function portRules({containerId, network, address, ports}: Endpoint): readonly Rule[] {
	return ports.flatMap(({hostAddress, hostPort, containerPort, protocol}) => {
		const destination = hostAddress === '0.0.0.0' ? '' : `-d ${hostAddress} `;
		const match = `${destination}-p ${protocol} -m addrtype --dst-type LOCAL -m ${protocol} --dport ${hostPort}`;
		const target = `${comment(`${network}:${containerId}`)} -j DNAT --to-destination ${address}:${containerPort}`;
		return ['PREROUTING', 'OUTPUT'].map((chain): Rule => ['nat', `-A ${chain} ${match} ${target}`]);
	});
}

function comment(tag: string): string {
	return `-m comment --comment ${tag}`;
}

/** The lines that delete what bears this tag, or one that continues it. */
function ours(tag: string): readonly Rule[] {
	let table = '';
	return runProgram('iptables-save', [])
		.split('\n')
		.flatMap((line): Rule[] => {
			if (line.startsWith('*')) table = line.slice(1);
			const found = line.startsWith('-A ') ? /--comment "?([^\s"]+)"?/.exec(line)?.[1] : undefined;
			if (found !== tag && found?.startsWith(`${tag}:`) !== true) return [];
			return [[table as Rule[0], line.replace('-A', '-D')]];
		});
}

/** Changes what is listed and leaves everything else: each table at once. */
function restore(rules: readonly Rule[]): void {
	if (rules.length === 0) return;
	const tables = [...new Set(rules.map(([table]) => table))];
	const script = tables.map(table => {
		const lines = rules.filter(rule => rule[0] === table).map(([, line]) => line);
		return [`*${table}`, ...lines, 'COMMIT', ''].join('\n');
	});
	runProgram('iptables-restore', ['-w', '--noflush'], script.join(''));
}
