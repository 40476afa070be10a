/**
 * Names: /etc/hosts and /etc/hostname of a container.
 *
 * The container's /etc/hosts is a file of the engine's, bind-mounted. A mount holds on to the file itself, not to its name,
 * so when a neighbour comes or goes the file is written in place: a new file of the same name would never be seen inside.
 * What a container wrote into it itself is lost then.
 *
 * Source: hosts(5), hostname(5), mount(8).
 * @module
 */
import {closeSync, constants, ftruncateSync, openSync, writeSync} from 'node:fs';
import type {Endpoint} from '#bridge/endpoint';
import {tolerate} from '#kernel/error';

/** A line of hosts(5): an address and its names. */
export interface HostLine {
	readonly address: string;
	readonly names: readonly string[];
}

/** The text of a container's /etc/hosts. */
export function hostsText(lines: readonly HostLine[]): string {
	return [...everybodyKnows, ...lines].map(({address, names}) => `${address}\t${names.join(' ')}\n`).join('');
}

/** The text of a container's /etc/hostname. */
export function hostnameText(hostname: string): string {
	return `${hostname}\n`;
}

/** What one endpoint finds in its /etc/hosts: itself, what was asked for, and its neighbours. */
export function hostLines(endpoint: Endpoint, all: readonly Endpoint[]): readonly HostLine[] {
	const {containerId, extraHosts, address, hostname, gateway} = endpoint;
	const neighbours = all.filter(other => other.containerId !== containerId).toSorted(byAddress);
	return [
		{address, names: unique([hostname, ...namesOf(endpoint)])},
		...extraHosts.map(([name, where]) => ({address: where === 'host-gateway' ? gateway : where, names: [name]})),
		...neighbours.map(other => ({address: other.address, names: namesOf(other)})),
	];
}

/** Writes the hosts files of all endpoints that have one, so that each knows the others. */
export function tellNames(all: readonly Endpoint[]): void {
	for (const endpoint of all) {
		if (endpoint.hostsPath !== undefined) writeInPlace(endpoint.hostsPath, hostsText(hostLines(endpoint, all)));
	}
}

/**
 * Refuses what isn't a host name: it would become a line, or two, in other containers' files.
 *
 * @throws {Error} that names it.
 */
export function requireHostName(name: string): string {
	if (!/^[\da-z_]([\w.-]*\w)?$/i.test(name) || name.length > 253) {
		throw new Error(`not a host name: ${JSON.stringify(name)}: use letters, digits, dots and dashes`);
	}
	return name;
}

function namesOf({name, aliases, containerId}: Endpoint): readonly string[] {
	return unique([name, ...aliases, containerId.slice(0, 12)]);
}

function unique(names: readonly string[]): readonly string[] {
	return [...new Set(names)];
}

function byAddress(a: Endpoint, b: Endpoint): number {
	return a.address.localeCompare(b.address, 'en', {numeric: true});
}

/** The same inode, never empty on the way: first the new text over the old, then what is left of the old goes. */
function writeInPlace(path: string, text: string): void {
	// A container that ended may have lost its directory already.
	const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_NOFOLLOW;
	const fd = tolerate(['ENOENT'], () => openSync(path, flags, 0o644));
	if (fd === undefined) return;
	try {
		writeSync(fd, text, 0);
		ftruncateSync(fd, Buffer.byteLength(text));
	} finally {
		closeSync(fd);
	}
}

const everybodyKnows: readonly HostLine[] = [
	{address: '127.0.0.1', names: ['localhost']},
	{address: '::1', names: ['localhost', 'ip6-localhost', 'ip6-loopback']},
	{address: 'fe00::0', names: ['ip6-localnet']},
	{address: 'ff02::1', names: ['ip6-allnodes']},
	{address: 'ff02::2', names: ['ip6-allrouters']},
];
