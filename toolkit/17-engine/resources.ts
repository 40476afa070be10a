/**
 * Limits as they are asked for on the command line, made into the OCI specification's `linux.resources`.
 *
 * Source: docs.docker.com, "Resource constraints"; runtime-spec config-linux.md "Control groups".
 * @module
 */
import {cpus} from 'node:os';
import type {Resources} from '#cgroup';
import type {CreateOptions} from '#engine/options';
import {parseBytes, parseInteger} from '#engine/quantities';

/** Less than this and the kernel would end a program before its first line. */
const leastMemoryBytes = 6 * 2 ** 20;
const defaultPeriod = 100_000;

/** @throws one line for a limit that can't be meant. */
export function resourcesFor(options: CreateOptions): Resources {
	const pids = options.pidsLimit === undefined ? 0 : parseInteger(options.pidsLimit, '--pids-limit', -1);
	const weight = options.blkioWeight === undefined ? 0 : parseInteger(options.blkioWeight, '--blkio-weight', 0, 1000);
	if (weight > 0 && weight < 10)
		throw new Error(`invalid value ${weight} for --blkio-weight: from 10 to 1000, or 0 for none`);
	const memory = memoryLimits(options);
	const cpu = cpuLimits(options);
	return {
		...(Object.keys(memory).length === 0 ? {} : {memory}),
		...(Object.keys(cpu).length === 0 ? {} : {cpu}),
		...(pids === 0 ? {} : {pids: {limit: pids}}),
		...(weight === 0 ? {} : {blockIO: {weight}}),
		devices: options.privileged === true ? [{allow: true, access: 'rwm'}] : allowedDevices,
	};
}

function memoryLimits(options: CreateOptions): NonNullable<Resources['memory']> {
	const limit = options.memory === undefined ? 0 : parseBytes(options.memory, '--memory');
	const reservation =
		options.memoryReservation === undefined ? 0 : parseBytes(options.memoryReservation, '--memory-reservation');
	const swap =
		options.memorySwap === undefined
			? 0
			: options.memorySwap === '-1'
				? -1
				: parseBytes(options.memorySwap, '--memory-swap');
	if (limit !== 0 && limit < leastMemoryBytes) throw new Error('minimum memory limit allowed is 6MB');
	if (swap > 0 && limit === 0) throw new Error('you should always set the memory limit when using --memory-swap');
	if (swap > 0 && swap < limit)
		throw new Error('minimum memory-swap limit should be larger than memory limit: it counts both together');
	if (limit !== 0 && reservation > limit)
		throw new Error('minimum memory limit can not be less than the reservation: raise --memory');
	return {
		...(limit === 0 ? {} : {limit}),
		...(reservation === 0 ? {} : {reservation}),
		// Docker's rule: as much swap as memory, unless it is asked for otherwise.
		...(swap !== 0 ? {swap} : limit !== 0 ? {swap: 2 * limit} : {}),
		...(options.oomKillDisable === true ? {disableOOMKiller: true} : {}),
	};
}

function cpuLimits(options: CreateOptions): NonNullable<Resources['cpu']> {
	if (options.cpus !== undefined && (options.cpuQuota !== undefined || options.cpuPeriod !== undefined)) {
		throw new Error('conflicting options: --cpus and --cpu-quota or --cpu-period can not both be set');
	}
	const shares = options.cpuShares === undefined ? 0 : parseInteger(options.cpuShares, '--cpu-shares', 0, 262144);
	const period = options.cpuPeriod === undefined ? 0 : parseInteger(options.cpuPeriod, '--cpu-period', 1000, 1_000_000);
	const quota = options.cpuQuota === undefined ? 0 : parseInteger(options.cpuQuota, '--cpu-quota', -1);
	if (quota > 0 && quota < 1000) throw new Error('--cpu-quota can not be less than 1ms: 1000');
	return {
		...(shares === 0 ? {} : {shares}),
		...(quota === 0 ? {} : {quota}),
		...(period === 0 ? {} : {period}),
		...(options.cpus === undefined ? {} : {quota: quotaOf(options.cpus), period: defaultPeriod}),
		...(options.cpusetCpus === undefined ? {} : {cpus: options.cpusetCpus}),
		...(options.cpusetMems === undefined ? {} : {mems: options.cpusetMems}),
	};
}

function quotaOf(text: string): number {
	const count = Number(text);
	if (!/^\d*\.?\d+$/.test(text) || count > cpus().length || count < 0.01) {
		throw new Error(
			`invalid value ${text} for --cpus: from 0.01 to ${cpus().length}, as there are only ${cpus().length} CPUs available`,
		);
	}
	return Math.round(count * defaultPeriod);
}

const character = (major: number, minor: number | undefined, access = 'rwm') => ({
	allow: true,
	type: 'c' as const,
	major,
	...(minor === undefined ? {} : {minor}),
	access,
});

/** Docker's rules: none but the harmless ones. Any device may be made (`m`), which is not yet to open it. */
const allowedDevices: NonNullable<Resources['devices']> = [
	{allow: false, access: 'rwm'},
	{allow: true, type: 'c', access: 'm'},
	{allow: true, type: 'b', access: 'm'},
	character(1, 3),
	character(1, 5),
	character(1, 7),
	character(1, 8),
	character(1, 9),
	character(5, 0),
	character(5, 1),
	character(5, 2),
	character(136, undefined),
];
