/**
 * Setting limits: each write goes to the hierarchy that has its controller.
 *
 *     memory.limit_in_bytes 67108864 ──▶ /sys/fs/cgroup/memory/drydock/4f2a
 *     pids.max 100                   ──▶ /sys/fs/cgroup/pids/drydock/4f2a
 *
 * @module
 */
import {existsSync} from 'node:fs';
import {readAccount} from '#cgroup/account';
import {controllersOf, type Obstacle, type Place, placesOf} from '#cgroup/place';
import type {Resources, Write} from '#cgroup/resources';
import {warningsFor, writesFor} from '#cgroup/writes';
import {isErrno} from '#kernel/error';
import {writeKernelFile} from '#kernel/file';

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
		const all = writesFor(place.hierarchy.version, resources);
		const writes = all.filter(({controller}) => controllers.includes(controller));
		if (writes.length > 0 && !existsSync(place.directory)) throw new Error(`no cgroup ${path}: it does not exist`);
		return applyWrites(place.directory, writes);
	});
	const version = places.some(({hierarchy}) => hierarchy.version === 1) ? 1 : 2;
	return [...new Set([...warnings, ...warningsFor(version, resources)])];
}

/** Whether these resources limit anything: to lift a limit, or to allow devices, takes no controller. */
export function asksForLimits(resources: Resources): boolean {
	return limitsIn(resources).length > 0;
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

/** The writes that limit something, in v2's words. */
function limitsIn(resources: Resources): readonly Write[] {
	return writesFor(2, resources).filter(({text}) => !/^max\b/.test(text));
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
	for (const {controller} of limitsIn(plain)) {
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
