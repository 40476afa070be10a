/**
 * Reads NAT rules, as the machine's own programs write them.
 *
 * There is no file to read them from: nftables speaks netlink, and iptables has a socket option of its own. Each
 * costs a process, so a snapshot holds them only if it is asked to.
 *
 * Sources: nft(8), iptables-save(8).
 * @module
 */
import {spawnSync} from 'node:child_process';
import {tolerate} from '#kernel/error';
import {readKernelFile} from '#kernel/file';

/** The NAT rules of the calling thread's network namespace; none where nothing can list them. */
export function readNatRules(): readonly string[] {
	const nftables = output('nft', ['--stateless', 'list', 'ruleset']);
	const rules = nftables === undefined ? [] : parseNftRuleset(nftables);
	// nft shows what today's iptables makes; the older kind has tables of its own, and the kernel names those in use.
	return hasOldTables() ? [...rules, ...parseIptablesSave(iptablesSave())] : rules;
}

/** The rules of those nftables tables that translate addresses, each with its table and chain before it. */
export function parseNftRuleset(text: string): readonly string[] {
	const tables: {rules: string[]; translates: boolean}[] = [];
	let table = '';
	let chain = '';
	for (const line of text.split('\n').map(each => each.trim())) {
		const opened = /^(table|chain|set|map|flowtable) (.+) \{$/.exec(line);
		if (opened?.[1] === 'table') {
			table = opened[2]!;
			tables.push({rules: [], translates: false});
		} else if (opened) {
			chain = opened[1] === 'chain' ? opened[2]! : '';
		} else if (line === '}') {
			chain = '';
		} else if (chain !== '' && line.startsWith('type ')) {
			tables.at(-1)!.translates ||= line.startsWith('type nat ');
		} else if (chain !== '' && line !== '') {
			tables.at(-1)!.rules.push(`${table} ${chain}: ${line}`);
		}
	}
	return tables.filter(({translates}) => translates).flatMap(({rules}) => rules);
}

/** The rules that iptables-save wrote: the lines that would append them. */
export function parseIptablesSave(text: string): readonly string[] {
	return text.split('\n').filter(line => line.startsWith('-A '));
}

function hasOldTables(): boolean {
	// Only root may read these; a module that isn't loaded has no file.
	const names = ['/proc/thread-self/net/ip_tables_names', '/proc/thread-self/net/ip6_tables_names'];
	return names.some(path =>
		tolerate(['ENOENT', 'EACCES'], () => readKernelFile(path))
			?.split('\n')
			.includes('nat'),
	);
}

function iptablesSave(): string {
	return (output('iptables-legacy-save', ['-t', 'nat']) ?? '') + (output('ip6tables-legacy-save', ['-t', 'nat']) ?? '');
}

/** What a program prints; undefined if it isn't installed or fails, as it does for whoever isn't root. */
function output(program: string, args: readonly string[]): string | undefined {
	// Programs for the administrator are outside of an ordinary PATH on Debian.
	const env = {...process.env, PATH: `${process.env.PATH ?? ''}:/usr/sbin:/sbin`, LC_ALL: 'C'};
	const {status, stdout} = spawnSync(program, args, {encoding: 'utf8', env, stdio: ['ignore', 'pipe', 'ignore']});
	return status === 0 ? stdout : undefined;
}
