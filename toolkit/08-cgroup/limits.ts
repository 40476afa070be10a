/**
 * Limits: from what the specification asks to what is written where.
 *
 *     {memory: {limit: 64 MiB}} ──▶ v2  memory.max             67108864
 *                               ──▶ v1  memory.limit_in_bytes  67108864
 *
 * @module
 */

import {readAccount} from '#cgroup/account';
import {cpuWrites} from '#cgroup/cpu';
import {cpusetWrites} from '#cgroup/cpuset';
import {devicesWrites} from '#cgroup/devices';
import {ioWrites} from '#cgroup/io';
import {memoryWrites} from '#cgroup/memory';
import {pidsWrites} from '#cgroup/pids';
import {controllersOf, type Obstacle, type Place, placesOf} from '#cgroup/place';
import type {Resources, Version, Write} from '#cgroup/resources';
import {isErrno} from '#kernel/error';
import {writeKernelFile} from '#kernel/file';

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

/**
 * Sets limits, also on a cgroup that is in use.
 *
 * @returns what people should be told: what was asked for and can't be had here, where that is no reason to fail.
 * @throws {Error} if a controller that it takes is missing here, with what to do about it; if limits contradict each
 *   other.
 * @throws {KernelError} `EINVAL` for a value out of range, `EBUSY` for a memory limit below what can't be given back.
 */
export function setLimits(path: string, resources: Resources): readonly string[] {
	const {places, obstacles} = placesOf(path);
	const offers = places.map(place => ({place, controllers: controllersIn(place)}));
	requireAll(resources, offers, obstacles);
	const warnings = offers.flatMap(({place, controllers}) => {
		const writes = writesFor(place.hierarchy.version, resources);
		return applyWrites(
			place.directory,
			writes.filter(({controller}) => controllers.includes(controller)),
		);
	});
	const version = places.some(({hierarchy}) => hierarchy.version === 1) ? 1 : 2;
	return [...new Set([...warnings, ...warningsFor(version, resources)])];
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

/**
 * Writes to a cgroup's directory.
 *
 * @returns what people should be told: a file that a kernel may lack was not there.
 * @throws {KernelError} `EINVAL` for a value out of range, `EBUSY` for a memory limit below what can't be given back,
 *   `EACCES`.
 */
export function applyWrites(directory: string, writes: readonly Write[]): readonly string[] {
	const warnings: string[] = [];
	const refused: Write[] = [];
	for (const write of writes) {
		try {
			warnings.push(...applyWrite(directory, write));
		} catch (error) {
			if (!isErrno(error, 'EINVAL')) throw error;
			refused.push(write);
		}
	}
	// Two limits that bound each other can be raised only in one order and lowered only in the other.
	return [...warnings, ...refused.flatMap(write => applyWrite(directory, write))];
}

interface Offer {
	readonly place: Place;
	readonly controllers: readonly string[];
}

/** The controllers of a cgroup: in v2, those that were handed down to it. */
function controllersIn({hierarchy, directory}: Place): readonly string[] {
	if (hierarchy.version === 1) return controllersOf(hierarchy);
	return (readAccount(`${directory}/cgroup.controllers`) ?? '').split(/\s+/).filter(Boolean);
}

/** Refuses before anything is written: half of the limits would be worse than none. */
function requireAll(resources: Resources, offers: readonly Offer[], obstacles: readonly Obstacle[]): void {
	const {unified, ...plain} = resources;
	for (const {controller} of writesFor(2, plain)) {
		if (offers.some(({controllers}) => controllers.includes(controller))) continue;
		throw new Error(`can't limit ${controller}: ${whyMissing(controller, offers, obstacles)}`);
	}
	for (const {controller, file} of writesFor(2, {unified: unified ?? {}})) {
		const isThere = ({place, controllers}: Offer): boolean =>
			place.hierarchy.version === 2 && controllers.includes(controller);
		if (offers.some(isThere)) continue;
		throw new Error(
			`can't set ${file}: it needs cgroup v2 with the ${controller} controller, which this machine does not have`,
		);
	}
}

function whyMissing(controller: string, offers: readonly Offer[], obstacles: readonly Obstacle[]): string {
	if (offers.some(({place}) => !place.base.isTop)) {
		return `this controller isn't delegated to you: add it to Delegate= of user@.service (systemctl edit user@.service), or run as root`;
	}
	const reason = obstacles[0]?.reason;
	if (reason !== undefined) return reason;
	const cure = controller === 'memory' ? ': boot it with cgroup_enable=memory' : ', see /proc/cgroups';
	return `the kernel offers no ${controller} controller${cure}`;
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

function applyWrite(directory: string, {file, text, instead, withoutIt}: Write): readonly string[] {
	if (tryWrite(directory, file, text)) return [];
	if (instead !== undefined && tryWrite(directory, instead.file, instead.text)) return [];
	if (withoutIt !== undefined) return [withoutIt];
	throw new Error(`this kernel has no ${file}: it can't set that limit`);
}

function tryWrite(directory: string, file: string, text: string): boolean {
	try {
		writeKernelFile(`${directory}/${file}`, text);
		return true;
	} catch (error) {
		if (isErrno(error, 'ENOENT')) return false;
		throw error;
	}
}
