/**
 * Creating: a record and a directory, and nothing on the machine yet.
 * @module
 */
import {writeFileSync} from 'node:fs';
import {hostname as hostName} from 'node:os';
import {join} from 'node:path';
import {containerData, makePassableDirectory} from '#engine/directories';
import {filterFor} from '#engine/filter-cache';
import {claimName, findContainer, newId} from '#engine/names';
import {attachmentFor, hostsFileFor, parseNetwork, resolvConfFor} from '#engine/network';
import type {CreateOptions} from '#engine/options';
import {type Owned, takeOwnership} from '#engine/ownership';
import {type ContainerRecord, createRecord} from '#engine/record';
import {removeData} from '#engine/remove';
import {findRootfs, unionFor, userFilesOf} from '#engine/rootfs-source';
import {pairs, specFor} from '#engine/spec-for';
import {idMapsFor} from '#engine/users';
import {namespacePath} from '#kernel/namespace';
import {parseSignal} from '#kernel/signal';
import {containerPlan, type NamespaceSpec} from '#runtime';
import {resolveUser} from '#user';

/** A container that was created, and is this process's to start or to drop. */
export interface Created {
	readonly record: ContainerRecord;
	readonly owned: Owned;
}

/**
 * Creates a container. If an option can't be meant, nothing is left.
 *
 * @throws one line saying what is wrong and how to mend it.
 */
export async function createRecordFor(options: CreateOptions): Promise<Created> {
	const source = findRootfs(options.image);
	const network = parseNetwork(options.network);
	const stopSignal = stopSignalOf(options);
	const id = newId();
	const owned = takeOwnership(id);
	try {
		makePassableDirectory(containerData(id));
		const name = claimName(id, options.name);
		try {
			const idMaps = idMapsFor(options.userns);
			const autoRemove = options.autoRemove === true;
			const union = await unionFor(id, source, {
				disposable: autoRemove,
				privileged: options.privileged === true,
				idMaps,
			});
			const hostname =
				options.hostname ?? (options.uts === 'host' || network.kind === 'host' ? hostName() : id.slice(0, 12));
			const user = resolveUser(options.user ?? '', userFilesOf(union), options.groupAdd);
			const spec = specFor(options, {
				id,
				hostname,
				rootfs: union.target,
				user,
				idMaps,
				shared: sharedNamespaces(options),
			});
			const bridge = attachmentFor({id, name, hostname, network, options});
			writeNetworkFiles(id, hostname, options);
			const record: ContainerRecord = {
				id,
				name,
				createdAt: new Date().toISOString(),
				image: options.image,
				labels: pairs(options.label ?? [], '--label'),
				autoRemove,
				openStdin: options.interactive === true,
				networkMode: options.network ?? network.kind,
				stopSignal,
				container: {
					id,
					spec,
					union,
					...(bridge === undefined ? {} : {bridge}),
					init: options.init === true,
					filter: filterFor(spec.linux?.seccomp, {stays: options.init === true}),
				},
				state: {status: 'created', exitCode: 0, error: '', oomKilled: false, startedAt: '', finishedAt: ''},
			};
			// Made once for nothing: what can't be meant is refused here, before anything is kept.
			containerPlan(record.container);
			createRecord(record);
			return {record, owned};
		} catch (error) {
			removeData({id, name});
			throw error;
		}
	} catch (error) {
		removeData({id, name: ''});
		owned.release();
		throw error;
	}
}

/** @throws one line for what is no signal. */
function stopSignalOf({stopSignal = 'TERM'}: CreateOptions): number {
	const signal = parseSignal(stopSignal);
	if (signal === undefined) throw new Error(`invalid --stop-signal: ${stopSignal}`);
	return signal;
}

/** The namespaces that the options share with other containers. */
function sharedNamespaces({
	network,
	pid,
	ipc,
}: CreateOptions): Readonly<Partial<Record<NamespaceSpec['type'], string>>> {
	const shared: Partial<Record<NamespaceSpec['type'], string>> = {};
	for (const [type, mode, kind] of [
		['network', network, 'net'],
		['pid', pid, 'pid'],
		['ipc', ipc, 'ipc'],
	] as const) {
		if (mode?.startsWith('container:') !== true) continue;
		const {name, state} = findContainer(mode.slice('container:'.length));
		if (state.process === undefined)
			throw new Error(`cannot join the ${type} namespace of container ${name}: it is not running`);
		shared[type] = namespacePath(state.process.pid, kind);
	}
	return shared;
}

/** The three files that tell a container's name and its neighbours: bound over those of its root. */
function writeNetworkFiles(id: string, hostname: string, options: CreateOptions): void {
	const directory = containerData(id);
	writeFileSync(join(directory, 'hostname'), `${hostname}\n`, {mode: 0o644});
	writeFileSync(join(directory, 'hosts'), hostsFileFor(hostname, options), {mode: 0o644});
	writeFileSync(join(directory, 'resolv.conf'), resolvConfFor(options), {mode: 0o644});
}
