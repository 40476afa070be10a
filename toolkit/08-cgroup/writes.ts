/**
 * From what the specification asks to what is written where.
 *
 *     {memory: {limit: 64 MiB}} ──▶ v2  memory.max             67108864
 *                               ──▶ v1  memory.limit_in_bytes  67108864
 *
 * Nothing is written here: this is the table, one file per controller, and it can be read without a kernel.
 *
 * Source: opencontainers/runtime-spec 1.2, config-linux.md, "Control groups".
 * @module
 */
import {cpuWrites} from '#cgroup/cpu';
import {cpusetWrites} from '#cgroup/cpuset';
import {devicesWrites} from '#cgroup/devices';
import {ioWrites} from '#cgroup/io';
import {memoryWrites} from '#cgroup/memory';
import {pidsWrites} from '#cgroup/pids';
import type {Resources, Version, Write} from '#cgroup/resources';

/**
 * All writes that these limits take, in order.
 *
 * @throws {Error} for limits that contradict each other, or that this version can't express.
 */
export function writesFor(version: Version, resources: Resources): readonly Write[] {
	return [
		...(resources.cpu === undefined ? [] : [...cpusetWrites(resources.cpu), ...cpuWrites(version, resources.cpu)]),
		...(resources.memory === undefined ? [] : memoryWrites(version, resources.memory)),
		...(resources.pids === undefined ? [] : pidsWrites(resources.pids)),
		...(resources.blockIO === undefined ? [] : ioWrites(version, resources.blockIO)),
		...(resources.devices === undefined ? [] : devicesWrites(version, resources.devices)),
		...unifiedWrites(version, resources.unified ?? {}),
	];
}

/** What is asked for, but neither set nor refused. One line each. */
export function warningsFor(version: Version, {memory, cpu, devices, hugepageLimits}: Resources): readonly string[] {
	const warnings: string[] = [];
	if (hugepageLimits !== undefined && hugepageLimits.length > 0) warnings.push('limits on huge pages are not set');
	if (version === 1) return warnings;
	if (devices?.some(({allow}) => !allow)) {
		warnings.push(
			'cgroup v2 has no list of devices: it takes a BPF program, which is not attached; device rules are left out',
		);
	}
	if (memory?.swappiness !== undefined) warnings.push('cgroup v2 has no swappiness: it is left out');
	if (memory?.disableOOMKiller)
		warnings.push('cgroup v2 always kills when memory is out: --oom-kill-disable is left out');
	if (cpu?.realtimeRuntime || cpu?.realtimePeriod)
		warnings.push('cgroup v2 can’t limit real-time processes: it is left out');
	return warnings;
}

function unifiedWrites(version: Version, unified: Readonly<Record<string, string>>): readonly Write[] {
	if (version === 1) return [];
	return Object.entries(unified).map(([file, text]) => {
		// The name becomes a path: it must stay in the cgroup's directory, and be a controller's file.
		const controller = /^([a-z]+)\.[\w.]+$/.exec(file)?.[1];
		if (controller === undefined || controller === 'cgroup')
			throw new Error(`not a limit's file: ${JSON.stringify(file)}`);
		return {controller, file, text};
	});
}
