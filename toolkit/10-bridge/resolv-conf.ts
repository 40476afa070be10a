/**
 * The container's /etc/resolv.conf: where it asks for names of the world.
 *
 * It is the host's, without name servers on loopback: 127.0.0.53 is a program on the host's loopback, and the container
 * has one of its own, where nobody listens.
 *
 * Source: resolv.conf(5), systemd-resolved.service(8).
 * @module
 */
import {readFileSync} from 'node:fs';
import {isIP} from 'node:net';
import {tolerate} from '#kernel/error';

/** What the command line may set instead: `--dns`, `--dns-search`, `--dns-option`. */
export interface ResolverOptions {
	readonly nameservers?: readonly string[];
	readonly search?: readonly string[];
	readonly options?: readonly string[];
}

/** The text of the host's file; where it only points to systemd-resolved, that program's own list of servers. */
export function hostResolvConf(): string {
	const own = tolerate(['ENOENT'], () => readFileSync('/etc/resolv.conf', 'utf8')) ?? '';
	if (nameserversOf(own).some(server => !isLoopback(server))) return own;
	return tolerate(['ENOENT'], () => readFileSync('/run/systemd/resolve/resolv.conf', 'utf8')) ?? own;
}

/**
 * The text of a container's /etc/resolv.conf.
 *
 * @param host the host's text.
 * @throws {Error} if a name server is not an IP address.
 */
export function resolvConf(host: string, wanted: ResolverOptions = {}): string {
	const wrong = wanted.nameservers?.find(server => isIP(server) === 0);
	if (wrong !== undefined)
		throw new Error(`invalid --dns ${JSON.stringify(wrong)}: a name server is given by its IP address`);
	const servers = wanted.nameservers ?? nameserversOf(host).filter(server => !isLoopback(server));
	// A search list of "." means none at all.
	const search = (wanted.search ?? lastOf(host, /^(?:search|domain)\s+(.+)$/)).filter(domain => domain !== '.');
	const options = wanted.options ?? lastOf(host, /^options\s+(.+)$/);
	const lines = [
		// No server is invented: the names that a container asks for are not told to strangers.
		...(servers.length === 0 ? ['# The host has no name server that a container can reach. Give one with --dns.'] : []),
		...servers.map(server => `nameserver ${server}`),
		...(search.length === 0 ? [] : [`search ${search.join(' ')}`]),
		...(options.length === 0 ? [] : [`options ${options.join(' ')}`]),
	];
	return `${lines.join('\n')}\n`;
}

function nameserversOf(text: string): readonly string[] {
	return linesOf(text).flatMap(line => /^nameserver\s+(\S+)/.exec(line)?.[1] ?? []);
}

/** The words of the last line that matches: the resolver counts that one. */
function lastOf(text: string, pattern: RegExp): readonly string[] {
	const found = linesOf(text).flatMap(line => pattern.exec(line)?.[1] ?? []);
	return found.at(-1)?.trim().split(/\s+/) ?? [];
}

function linesOf(text: string): readonly string[] {
	return text.split('\n').map(line => line.replace(/[#;].*$/, '').trim());
}

function isLoopback(address: string): boolean {
	return address.startsWith('127.') || address === '::1';
}
