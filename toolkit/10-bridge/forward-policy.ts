/**
 * The other firewall: docker and many administrators let iptables drop whatever is forwarded and not allowed.
 *
 * An accept in a table of ours does not overrule a drop in theirs: each table decides for itself, and one drop is
 * enough. So where the policy of iptables' FORWARD chain is to drop, two rules of ours go into that chain. What may
 * really pass is decided in our own table.
 *
 * Source: nft(8), "verdict statements"; iptables(8).
 * @module
 */
import {isInstalled, runProgram} from '#bridge/program';
import {tolerate} from '#kernel/error';
import {readKernelFile} from '#kernel/file';
import type {Removal} from '#kernel/netlink/nft-message';
import {chainPolicy, findRules} from '#kernel/netlink/nftables';

/** Lets a network's packets pass a FORWARD chain that drops. Returns the lines for nft; older iptables is told at once. */
export function acceptForwarding(name: string): string {
	if (isOldForwardDropping()) {
		for (const side of ['-i', '-o'])
			runProgram('iptables-legacy', ['-w', '-I', 'FORWARD', side, name, ...verdict(name)]);
	}
	if (chainPolicy('filter', 'FORWARD') !== 'drop') return '';
	return ['iifname', 'oifname']
		.map(side => `insert rule ip filter FORWARD ${side} "${name}" counter accept comment "${name}"\n`)
		.join('');
}

/** What `acceptForwarding` put there. The old iptables has no way to be asked but its program, which removes it at once. */
export function forwardingAccepts(name: string): readonly Removal[] {
	if (hasOldFilter()) {
		const lines = runProgram('iptables-legacy', ['-w', '-S', 'FORWARD']).split('\n');
		const ours = lines.filter(line => line.startsWith('-A ') && line.includes(`--comment ${name} `));
		for (const line of ours) runProgram('iptables-legacy', ['-w', ...line.replace('-A', '-D').split(' ')]);
	}
	return findRules('filter', 'FORWARD', name);
}

function isOldForwardDropping(): boolean {
	return hasOldFilter() && runProgram('iptables-legacy', ['-w', '-S', 'FORWARD']).startsWith('-P FORWARD DROP');
}

/** Asking old iptables about a table would load it, so the kernel is asked first which ones are in use. */
function hasOldFilter(): boolean {
	const tables = tolerate(['ENOENT', 'EACCES'], () => readKernelFile('/proc/thread-self/net/ip_tables_names')) ?? '';
	return tables.split('\n').includes('filter') && isInstalled('iptables-legacy');
}

function verdict(name: string): readonly string[] {
	return ['-m', 'comment', '--comment', name, '-j', 'ACCEPT'];
}
