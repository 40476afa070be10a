/**
 * `--network` and what belongs to it: how a container is reached, and whom it can reach by name.
 * @module
 */
import {createHash} from 'node:crypto';
import {existsSync} from 'node:fs';
import {join} from 'node:path';
import {mendBridge, readEndpoint} from '#bridge';
import type {Endpoint} from '#bridge/endpoint';
import {hostsText} from '#bridge/hosts';
import {parsePortMapping} from '#bridge/port-mapping';
import {hostResolvConf, resolvConf} from '#bridge/resolv-conf';
import {containerData, containerState, isRoot, stateDirectory} from '#engine/directories';
import type {CreateOptions} from '#engine/options';
import type {ContainerRecord} from '#engine/record';
import type {Container} from '#runtime';

/** A container's network, in docker's words. */
export type NetworkChoice =
	| {readonly kind: 'bridge'}
	| {readonly kind: 'none'}
	| {readonly kind: 'host'}
	| {readonly kind: 'container'; readonly reference: string};

/**
 * Reads `--network`. Without it, an ordinary user's container is alone: to plug it in takes rights over the host's network.
 *
 * @throws one line that tells what there is.
 */
export function parseNetwork(text = isRoot() ? 'bridge' : 'none'): NetworkChoice {
	if (text === 'bridge' && !isRoot())
		throw new Error(
			'--network bridge needs root: an ordinary user may not change the host’s network. Use none or host',
		);
	if (text === 'bridge' || text === 'default') return {kind: 'bridge'};
	if (text === 'none' || text === 'host') return {kind: text};
	if (text.startsWith('container:') && text.length > 'container:'.length)
		return {kind: 'container', reference: text.slice('container:'.length)};
	throw new Error(`network ${text} not found: there are bridge, none, host and container:NAME`);
}

/**
 * The name of the engine's bridge. An engine that keeps its state elsewhere has another: two that don't know of each other
 * must not hand out the same addresses.
 */
function bridgeName(): string {
	const state = stateDirectory();
	return state === '/run/drydock' ? 'drydock0' : `dd${createHash('sha256').update(state).digest('hex').slice(0, 10)}`;
}

/** Frees the addresses of containers that have no state directory: each has one for as long as it has an address. */
export function sweepNetwork(): void {
	mendBridge(stateDirectory(), id => !existsSync(containerState(id)), bridgeName());
}

/** What the attachment is made from. */
export interface AttachmentRequest {
	readonly id: string;
	readonly name: string;
	readonly hostname: string;
	readonly network: NetworkChoice;
	readonly options: CreateOptions;
}

/**
 * The container's place on the bridge; undefined if it has none.
 *
 * @throws one line for ports that can't be published.
 */
export function attachmentFor({id, name, hostname, network, options}: AttachmentRequest): Container['bridge'] {
	const ports = (options.publish ?? []).flatMap(parsePortMapping);
	if (network.kind !== 'bridge') {
		// Docker drops them with a warning in host mode; a port that can't be reached is better refused.
		if (ports.length > 0)
			throw new Error(
				`conflicting options: port publishing and --network ${options.network}: only a bridge publishes ports`,
			);
		return undefined;
	}
	return {
		containerId: id,
		name,
		hostname,
		stateDirectory: stateDirectory(),
		network: bridgeName(),
		ports,
		hostsPath: join(containerData(id), 'hosts'),
		extraHosts: (options.addHost ?? []).map(parseExtraHost),
		...(options.ip === undefined ? {} : {address: options.ip}),
		...(options.macAddress === undefined ? {} : {mac: options.macAddress}),
	};
}

/** The text of /etc/hosts for a container that is on no bridge; on one it is rewritten as neighbours come and go. */
export function hostsFileFor(hostname: string, {addHost = []}: CreateOptions): string {
	const extra = addHost.map(parseExtraHost).filter(([, address]) => address !== 'host-gateway');
	return hostsText([
		{address: '127.0.1.1', names: [hostname]},
		...extra.map(([host, address]) => ({address, names: [host]})),
	]);
}

/** The text of /etc/resolv.conf. */
export function resolvConfFor({dns, dnsSearch, dnsOption}: CreateOptions): string {
	return resolvConf(hostResolvConf(), {
		...(dns === undefined || dns.length === 0 ? {} : {nameservers: dns}),
		...(dnsSearch === undefined || dnsSearch.length === 0 ? {} : {search: dnsSearch}),
		...(dnsOption === undefined || dnsOption.length === 0 ? {} : {options: dnsOption}),
	});
}

function parseExtraHost(text: string): readonly [string, string] {
	const match = /^([^:=]+)[:=](.+)$/.exec(text);
	if (match === null) throw new Error(`bad format for add-host: "${text}": write it as name:address`);
	return [match[1]!, match[2]!.replace(/^\[(.*)\]$/, '$1')];
}

/** Where a container that runs is on its bridge; undefined if it is on none. */
export function endpointOf({id, container}: ContainerRecord): Endpoint | undefined {
	return container.bridge === undefined
		? undefined
		: readEndpoint(container.bridge.stateDirectory, id, container.bridge.network);
}
