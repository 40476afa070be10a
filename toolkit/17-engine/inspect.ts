/**
 * `inspect`: all that is known of a container, under the names that the Docker Engine API gives it.
 *
 * Source: Docker Engine API, "ContainerInspect".
 * @module
 */
import {join} from 'node:path';
import {containerData} from '#engine/directories';
import {logPath} from '#engine/log';
import {endpointOf} from '#engine/network';
import type {ContainerRecord} from '#engine/record';
import {hasOwn} from '#runtime';
import {type Rlimit, unlimited} from '#security';

/** Docker's way to say "never". */
const never = '0001-01-01T00:00:00Z';

/** A container as `docker inspect` shows it, with the OCI specification that it was made from. */
export function inspectContainer(record: ContainerRecord) {
	const {id, name, state, container} = record;
	const {spec, union} = container;
	const [path = '', ...args] = spec.process?.args ?? [];
	return {
		Id: id,
		Created: record.createdAt,
		Path: path,
		Args: args,
		State: {
			Status: state.status,
			Running: state.status === 'running' || state.status === 'paused',
			Paused: state.status === 'paused',
			Restarting: false,
			OOMKilled: state.oomKilled,
			Dead: state.status === 'dead',
			Pid: state.process?.pid ?? 0,
			ExitCode: state.exitCode,
			Error: state.error,
			StartedAt: state.startedAt || never,
			FinishedAt: state.finishedAt || never,
		},
		Image: record.image,
		ResolvConfPath: join(containerData(id), 'resolv.conf'),
		HostnamePath: join(containerData(id), 'hostname'),
		HostsPath: join(containerData(id), 'hosts'),
		LogPath: logPath(id),
		Name: `/${name}`,
		RestartCount: 0,
		Driver: union?.driver ?? '',
		Platform: 'linux',
		HostConfig: hostConfig(record),
		GraphDriver: {
			Name: union?.driver ?? '',
			Data:
				union === undefined
					? {}
					: {LowerDir: union.readOnly.join(':'), UpperDir: union.readWrite.path, MergedDir: union.target},
		},
		Mounts: (spec.mounts ?? [])
			.filter(mount => mount.type === 'bind' && !mount.source?.startsWith(containerData(id)))
			.map(({source = '', destination, options = []}) => ({
				Type: 'bind',
				Source: source,
				Destination: destination,
				Mode: options.join(','),
				RW: !options.includes('ro'),
				Propagation: options.find(option => /^r?(private|slave|shared)$/.test(option)) ?? '',
			})),
		Config: {
			Hostname: spec.hostname ?? '',
			Domainname: spec.domainname ?? '',
			User: spec.process?.user.uid === 0 ? '' : `${spec.process?.user.uid}:${spec.process?.user.gid}`,
			Tty: spec.process?.terminal ?? false,
			OpenStdin: record.openStdin,
			Env: spec.process?.env ?? [],
			Cmd: spec.process?.args ?? [],
			Image: record.image,
			WorkingDir: spec.process?.cwd ?? '/',
			Entrypoint: null,
			Labels: record.labels,
			StopSignal: record.stopSignal,
		},
		NetworkSettings: networkSettings(record),
		/** Beyond docker's: the document that the runtime was given. */
		Spec: spec,
	};
}

function hostConfig({container, networkMode, autoRemove}: ContainerRecord) {
	const {spec, bridge, init} = container;
	const {memory, cpu, pids, blockIO} = spec.linux?.resources ?? {};
	return {
		NetworkMode: networkMode,
		PortBindings: Object.fromEntries(
			(bridge?.ports ?? []).map(({containerPort, protocol, hostAddress, hostPorts}) => [
				`${containerPort}/${protocol}`,
				[{HostIp: hostAddress, HostPort: String(hostPorts?.first ?? '')}],
			]),
		),
		AutoRemove: autoRemove,
		Init: init ?? false,
		ReadonlyRootfs: spec.root?.readonly ?? false,
		PidMode: hasOwn(spec, 'pid') ? '' : 'host',
		IpcMode: hasOwn(spec, 'ipc') ? 'private' : 'host',
		UTSMode: hasOwn(spec, 'uts') ? '' : 'host',
		UsernsMode: hasOwn(spec, 'user') ? 'private' : '',
		Memory: memory?.limit ?? 0,
		MemoryReservation: memory?.reservation ?? 0,
		MemorySwap: memory?.swap ?? 0,
		NanoCpus: cpu?.quota === undefined ? 0 : Math.round((cpu.quota / (cpu.period ?? 100_000)) * 1e9),
		CpuShares: cpu?.shares ?? 0,
		CpusetCpus: cpu?.cpus ?? '',
		CpusetMems: cpu?.mems ?? '',
		PidsLimit: pids?.limit ?? null,
		BlkioWeight: blockIO?.weight ?? 0,
		CgroupParent: spec.linux?.cgroupsPath ?? '',
		Ulimits: (spec.process?.rlimits ?? []).map(({type, soft, hard}) => ({
			Name: type.replace('RLIMIT_', '').toLowerCase(),
			Soft: limitOf(soft),
			Hard: limitOf(hard),
		})),
		Sysctls: spec.linux?.sysctl ?? {},
		MaskedPaths: spec.linux?.maskedPaths ?? [],
		ReadonlyPaths: spec.linux?.readonlyPaths ?? [],
	};
}

/** Docker's number for no limit is the one that is typed for it. */
function limitOf(amount: Rlimit['soft']): Rlimit['soft'] {
	return amount >= unlimited ? -1 : amount;
}

function networkSettings(record: ContainerRecord) {
	const endpoint = endpointOf(record);
	const address = {
		Gateway: endpoint?.gateway ?? '',
		IPAddress: endpoint?.address ?? '',
		IPPrefixLen: endpoint?.prefixBits ?? 0,
		MacAddress: endpoint?.mac ?? '',
	};
	return {
		...address,
		Ports: Object.fromEntries(
			(endpoint?.ports ?? []).map(({containerPort, protocol, hostAddress, hostPort}) => [
				`${containerPort}/${protocol}`,
				[{HostIp: hostAddress, HostPort: String(hostPort)}],
			]),
		),
		Networks: endpoint === undefined ? {} : {bridge: {...address, Aliases: endpoint.aliases}},
	};
}
