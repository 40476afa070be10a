/**
 * Published ports as they are asked for: `-p 8080:80`, in docker's grammar.
 *
 *     [[address:]port[-port]:]port[-port][/tcp|/udp]        left the host's side, right the container's
 *
 * @module
 */
import {isIPv4, isIPv6} from 'node:net';

/** One port of a container that is to be reached through one of the host. */
export interface PortMapping {
	/** The host's address that it is published on; `0.0.0.0` for all of them. */
	readonly hostAddress: string;
	/** The ports of the host that will do, the first free one is taken; without them any free one. */
	readonly hostPorts?: {readonly first: number; readonly last: number};
	readonly containerPort: number;
	readonly protocol: 'tcp' | 'udp';
}

/** A mapping whose port on the host is settled. */
export interface PublishedPort {
	readonly hostAddress: string;
	readonly hostPort: number;
	readonly containerPort: number;
	readonly protocol: 'tcp' | 'udp';
}

/**
 * Reads one `-p`. Ranges of one length give a mapping for each pair.
 *
 * @throws {Error} that says which part can't be read.
 */
export function parsePortMapping(text: string): PortMapping[] {
	const [, address = '', host = '', container = '', protocol = 'tcp'] = grammar.exec(text) ?? refuse(text);
	const hostAddress = parseAddress(address);
	if (container === '') throw new Error(`no port specified: ${text}: write the container's port, as in 8080:80`);
	const inside = parseRange(container, 'containerPort');
	const outside = host === '' ? undefined : parseRange(host, 'hostPort');
	const base = {hostAddress, protocol: parseProtocol(protocol)};
	const count = inside.last - inside.first;
	// Several ports of the host for one of the container: whichever is free.
	if (outside !== undefined && count > 0 && outside.last - outside.first !== count) {
		throw new Error(
			`invalid ranges specified for container and host Ports: ${container} and ${host}: make them equally long`,
		);
	}
	return Array.from({length: count + 1}, (_, index) => ({
		...base,
		containerPort: inside.first + index,
		...hostSide(outside, count > 0 ? index : undefined),
	}));
}

/** `8080/tcp`, as docker names ports. */
export function portName({port, protocol}: {readonly port: number; readonly protocol: string}): string {
	return `${port}/${protocol}`;
}

/** Whether two published ports would take each other's packets. */
export function portsCollide(a: PublishedPort, b: PublishedPort): boolean {
	const sameAddress = a.hostAddress === b.hostAddress || a.hostAddress === anyAddress || b.hostAddress === anyAddress;
	return a.hostPort === b.hostPort && a.protocol === b.protocol && sameAddress;
}

/** Everything up to the last two colons is an address; an IPv6 one has brackets. */
const grammar = /^(?:(?:(\[[^\]]*\]|[^:[\]]*):)?([^:/]*):)?([^:/]*)(?:\/(.*))?$/;
const anyAddress = '0.0.0.0';

function refuse(text: string): never {
	throw new Error(
		`invalid port mapping ${JSON.stringify(text)}: write it as [[address:]hostPort:]containerPort[/protocol]`,
	);
}

function parseAddress(text: string): string {
	if (text === '') return anyAddress;
	const bare = text.replace(/^\[(.*)\]$/, '$1');
	if (isIPv6(bare)) throw new Error(`can't publish on ${bare}: drydock publishes ports on IPv4 addresses only`);
	if (!isIPv4(text)) throw new Error(`invalid IP address: ${text}`);
	return text;
}

function parseProtocol(text: string): 'tcp' | 'udp' {
	const protocol = text.toLowerCase();
	if (protocol !== 'tcp' && protocol !== 'udp')
		throw new Error(`invalid proto: ${text}: drydock publishes tcp and udp`);
	return protocol;
}

function parseRange(text: string, side: 'containerPort' | 'hostPort'): {readonly first: number; readonly last: number} {
	const [first, last = first] = text.split('-').map(parsePort);
	const parts = text.split('-').length;
	if (first === undefined || last === undefined || parts > 2)
		throw new Error(`invalid ${side}: ${text}: a port is a number from 1 to 65535`);
	if (last < first) throw new Error(`invalid range specified for port: ${text}: it ends before it begins`);
	return {first, last};
}

function parsePort(text: string): number | undefined {
	const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
	return port >= 1 && port <= 65535 ? port : undefined;
}

function hostSide(outside: {first: number; last: number} | undefined, index: number | undefined) {
	if (outside === undefined) return {};
	if (index === undefined) return {hostPorts: outside};
	return {hostPorts: {first: outside.first + index, last: outside.first + index}};
}
