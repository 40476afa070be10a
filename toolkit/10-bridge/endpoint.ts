/**
 * Endpoints: who is on a network, one file for each container.
 *
 *     <state>/network/drydock0.lock                    held while anything below changes
 *     <state>/network/drydock0/network.json            the subnet and so on
 *     <state>/network/drydock0/endpoints/4f2a….json    one container's address, ports and names
 *
 * The files are the pool of addresses too: an address is taken exactly if a file says so. A file bears its container's
 * id, so whoever cleans up after a crash frees the address without knowing it.
 * @module
 */
import {mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import type {Network} from '#bridge/network';
import type {PublishedPort} from '#bridge/port-mapping';
import {tolerate} from '#kernel/error';
import {withLock} from '#kernel/flock';

/** One container's place on a network. */
export interface Endpoint {
	readonly containerId: string;
	readonly name: string;
	readonly hostname: string;
	readonly aliases: readonly string[];
	/** The network's name, its bridge's. */
	readonly network: string;
	readonly address: string;
	readonly prefixBits: number;
	readonly gateway: string;
	readonly mac: string;
	/** The near end of its cable, on the host. */
	readonly hostLink: string;
	readonly ports: readonly PublishedPort[];
	/** Lines of `--add-host`: name and address. */
	readonly extraHosts: readonly (readonly [name: string, address: string])[];
	/** Its /etc/hosts on the host, which changes as others come and go. */
	readonly hostsPath?: string;
}

/** Where a network's files are. */
export interface NetworkStore {
	readonly name: string;
	readonly lockPath: string;
	readonly directory: string;
}

/** Names the files of a network. */
export function networkStore(stateDirectory: string, name: string): NetworkStore {
	const networks = join(stateDirectory, 'network');
	return {name, lockPath: join(networks, `${name}.lock`), directory: join(networks, name)};
}

/** Runs `change` while no other process changes the network. */
export function withNetworkLock<T>(store: NetworkStore, change: () => T): T {
	mkdirSync(join(store.directory, 'endpoints'), {recursive: true, mode: 0o700});
	return withLock(store.lockPath, () => {
		// The last one to leave may have removed it while we waited.
		mkdirSync(join(store.directory, 'endpoints'), {recursive: true, mode: 0o700});
		return change();
	});
}

/** What was settled for the network; undefined if no container is on it. */
export function readNetwork(store: NetworkStore): Network | undefined {
	return readJson<Network>(join(store.directory, 'network.json'));
}

/** Keeps what was settled for the network. */
export function writeNetwork(store: NetworkStore, network: Network): void {
	writeJson(join(store.directory, 'network.json'), network);
}

/** One container's endpoint; undefined if it has none. */
export function readStoredEndpoint(store: NetworkStore, containerId: string): Endpoint | undefined {
	return readJson<Endpoint>(endpointPath(store, containerId));
}

/** All endpoints of the network. */
export function listEndpoints(store: NetworkStore): readonly Endpoint[] {
	const names = tolerate(['ENOENT'], () => readdirSync(join(store.directory, 'endpoints'))) ?? [];
	return names
		.filter(name => name.endsWith('.json'))
		.flatMap(name => readJson<Endpoint>(join(store.directory, 'endpoints', name)) ?? []);
}

/** Takes the address that the endpoint names. */
export function writeEndpoint(store: NetworkStore, endpoint: Endpoint): void {
	writeJson(endpointPath(store, endpoint.containerId), endpoint);
}

/** Frees a container's address. */
export function removeEndpoint(store: NetworkStore, containerId: string): void {
	rmSync(endpointPath(store, containerId), {force: true});
	rmSync(`${endpointPath(store, containerId)}.new`, {force: true});
}

/** Forgets the network. The lock stays: another process may be waiting for it. */
export function removeNetwork(store: NetworkStore): void {
	rmSync(store.directory, {recursive: true, force: true});
}

/** An id becomes a file's name and a link's, so it may hold nothing that means something there. */
export function endpointPath(store: NetworkStore, containerId: string): string {
	if (!/^[\da-z][\w.-]*$/i.test(containerId)) throw new Error(`not a container id: ${JSON.stringify(containerId)}`);
	return join(store.directory, 'endpoints', `${containerId}.json`);
}

function readJson<T>(path: string): T | undefined {
	const text = tolerate(['ENOENT'], () => readFileSync(path, 'utf8'));
	return text === undefined ? undefined : (JSON.parse(text) as T);
}

/** A new file in the place of the old one: a process that is killed here leaves the old one whole. */
function writeJson(path: string, value: unknown): void {
	writeFileSync(`${path}.new`, `${JSON.stringify(value)}\n`, {mode: 0o600});
	renameSync(`${path}.new`, path);
}
