/**
 * The network stack of the failing process: asked from inside its network namespace, and read from /proc/PID/net.
 *
 * Sources: network_namespaces(7), proc_pid_net(5), rtnetlink(7).
 * @module
 */

import {readdirSync} from 'node:fs';
import {comingBack, joinNamespace, namespacePath} from '#kernel/namespace';
import {type Address, listAddresses} from '#kernel/netlink/addresses';
import {ipText} from '#kernel/netlink/ip';
import {type Link, listLinks} from '#kernel/netlink/links';
import {listRoutes, type Route} from '#kernel/netlink/routes';
import {eachProcess, type Line, linesOf, linkAt, linkEvidence} from './look.ts';

/** Runs `look` in the process's network namespace; the thread comes back whatever happens. */
export function insideNetwork<T>(pid: number, look: () => T): T {
	const theirs = namespacePath(pid, 'net');
	if (linkAt(theirs) === linkAt(namespacePath('self', 'net'))) return look();
	return comingBack(['net'], () => {
		joinNamespace(theirs, 'net');
		return look();
	});
}

/** The links, addresses and routes that the process has. */
export function networkOf(pid: number): {
	readonly links: readonly Link[];
	readonly addresses: readonly Address[];
	readonly routes: readonly Route[];
} {
	return insideNetwork(pid, () => ({links: listLinks(), addresses: listAddresses(), routes: listRoutes()}));
}

/** A link in one line, as evidence. */
export function linkLine(pid: number, {index, name, kind, up, master}: Link, links: readonly Link[]): string {
	const bridge = master === undefined ? '' : `, master ${links.find(link => link.index === master)?.name ?? master}`;
	return `RTM_GETLINK in ${linkAt(namespacePath(pid, 'net'))}: ${index}: ${name} (${kind}), ${up ? 'up' : 'down'}${bridge}`;
}

/** An address in one line, as evidence. */
export function addressLine(pid: number, {address, linkIndex}: Address, links: readonly Link[]): string {
	const name = links.find(link => link.index === linkIndex)?.name ?? linkIndex;
	return `RTM_GETADDR in ${linkAt(namespacePath(pid, 'net'))}: ${address} dev ${name}`;
}

/** A route in one line, as evidence. */
export function routeLine(pid: number, {destination, gateway, linkIndex}: Route, links: readonly Link[]): string {
	const name = links.find(link => link.index === linkIndex)?.name ?? linkIndex;
	return `RTM_GETROUTE in ${linkAt(namespacePath(pid, 'net'))}: ${destination}${gateway === undefined ? '' : ` via ${gateway}`} dev ${name}`;
}

/** A socket of /proc/PID/net/tcp and its kin that has an address. */
export interface BoundSocket extends Line {
	readonly port: number;
	/** Bytes in hexadecimal, as the address is written: `7f000001`. */
	readonly address: string;
	readonly isListening: boolean;
	readonly inode: string;
}

/** The sockets with an address of their own, by the protocol's file: `tcp`, `udp6`. */
export function boundSockets(pid: number, protocol: string): readonly BoundSocket[] {
	return linesOf(`/proc/${pid}/net/${protocol}`)
		.slice(1)
		.map(line => {
			const fields = line.text.trim().split(/\s+/);
			const [words = '', number = '0'] = fields[1]!.split(':');
			const [address, port, isListening] = [bytewise(words), Number.parseInt(number, 16), fields[3] === TCP_LISTEN];
			return {
				text: line.text,
				evidence: `/proc/${pid}/net/${protocol}: ${fields[1]} ${fields[3]}, which is ${ipText(Buffer.from(address, 'hex'))} port ${port}${isListening ? ', listening' : ''}`,
				port,
				address,
				isListening,
				inode: fields[9]!,
			};
		});
}

/** Who has a socket open, by its inode. */
export function ownerOfSocket(inode: string): {readonly pid: number; readonly evidence: string} | undefined {
	const [owner] = eachProcess(pid => {
		const fd = readdirSync(`/proc/${pid}/fd`).find(fd => linkAt(`/proc/${pid}/fd/${fd}`) === `socket:[${inode}]`);
		return fd === undefined ? undefined : {pid, evidence: linkEvidence(`/proc/${pid}/fd/${fd}`)};
	});
	return owner;
}

/** The kernel writes an address as words in this machine's byte order. */
function bytewise(words: string): string {
	return words
		.match(/.{8}/g)!
		.map(word => word.match(/../g)!.toReversed().join(''))
		.join('')
		.toLowerCase();
}

const TCP_LISTEN = '0A';
