/**
 * Ports of the host: whether one is free, and which one is.
 *
 * Published ports need no socket, since NAT takes the packets before any socket sees them. That is why a port that a
 * program of the host listens on has to be asked for: publishing it would silently cut that program off.
 *
 * Source: bind(2), ip(7).
 * @module
 */
import {closeSync} from 'node:fs';
import {type PortMapping, type PublishedPort, portName, portsCollide} from '#bridge/port-mapping';
import {isErrno, KernelName} from '#kernel/error';
import {call} from '#kernel/libc';
import {u32} from '#kernel/netlink/attribute';
import {AF_INET, ipBytes} from '#kernel/netlink/ip';

/** A port that somebody has, and who. */
export interface TakenPort extends PublishedPort {
	readonly owner: string;
}

/**
 * Settles which port of the host each mapping gets.
 *
 * @param taken what other containers have.
 * @throws {Error} that names the port that can't be had, and who has it.
 */
export function settlePorts(mappings: readonly PortMapping[], taken: readonly TakenPort[]): readonly PublishedPort[] {
	const settled: TakenPort[] = [];
	for (const mapping of mappings) {
		settled.push({...settlePort(mapping, [...taken, ...settled]), owner: 'this container itself'});
	}
	return settled.map(({owner: _, ...port}) => port);
}

function settlePort(mapping: PortMapping, taken: readonly TakenPort[]): PublishedPort {
	const {hostAddress, containerPort, protocol} = mapping;
	const {first, last} = mapping.hostPorts ?? ephemeralPorts;
	let refusal = '';
	for (let tried = 0, port = start(mapping); tried <= last - first; tried++, port = port === last ? first : port + 1) {
		const candidate = {hostAddress, hostPort: port, containerPort, protocol};
		refusal = whyTaken(candidate, taken) ?? '';
		if (refusal === '') return candidate;
	}
	if (first === last) throw new Error(refusal);
	throw new Error(`all ports from ${first} to ${last}/${protocol} are allocated`);
}

/** Any free port means a random one, so that nobody comes to rely on the order. */
function start({hostPorts}: PortMapping): number {
	if (hostPorts !== undefined) return hostPorts.first;
	const {first, last} = ephemeralPorts;
	return first + Math.floor(Math.random() * (last - first + 1));
}

function whyTaken(candidate: PublishedPort, taken: readonly TakenPort[]): string | undefined {
	const name = portName({port: candidate.hostPort, protocol: candidate.protocol});
	const other = taken.find(port => portsCollide(port, candidate));
	if (other !== undefined) return `port ${name} is already allocated by ${other.owner}: choose another with -p`;
	try {
		bindOnce(candidate);
		return undefined;
	} catch (error) {
		if (isErrno(error, 'EADDRINUSE')) {
			return `port ${name} is in use by a program of this machine: choose another with -p, or end that program`;
		}
		if (isErrno(error, 'EADDRNOTAVAIL'))
			return `can't publish on ${candidate.hostAddress}: this machine has no such address`;
		throw error;
	}
}

/** Binds a socket to the port and lets go of it: the kernel alone knows what is free. */
function bindOnce({hostAddress, hostPort, protocol}: PublishedPort): void {
	const tcp = protocol === 'tcp';
	const fd = call('socket', [AF_INET, (tcp ? SOCK_STREAM : SOCK_DGRAM) | SOCK_CLOEXEC, 0], {
		show: () => [new KernelName('AF_INET'), new KernelName(tcp ? 'SOCK_STREAM' : 'SOCK_DGRAM'), 0],
	});
	try {
		// Else connections that ended a moment ago would count. For udp it would allow two owners.
		if (tcp) call('setsockopt', [fd, SOL_SOCKET, SO_REUSEADDR, u32(1), 4]);
		const address = Buffer.alloc(16);
		address.writeUInt16LE(AF_INET, 0);
		address.writeUInt16BE(hostPort, 2);
		address.set(ipBytes(hostAddress), 4);
		call('bind', [fd, address, address.length], {show: () => [fd, `${hostAddress}:${hostPort}`, address.length]});
	} finally {
		closeSync(fd);
	}
}

/** Where docker looks for free ports too: beside the range that outgoing connections mostly use. */
const ephemeralPorts = {first: 49153, last: 65535};
const SOCK_STREAM = 1;
const SOCK_DGRAM = 2;
const SOCK_CLOEXEC = 0x80000;
const SOL_SOCKET = 1;
const SO_REUSEADDR = 2;
