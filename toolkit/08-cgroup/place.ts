/**
 * Where a cgroup lies: one directory in v2's tree, or one in each of v1's.
 *
 *     drydock/4f2a ──▶ /sys/fs/cgroup/drydock/4f2a                   v2
 *                  ──▶ /sys/fs/cgroup/memory/drydock/4f2a            v1, and so on for each controller
 *
 * Beside v1's trees many machines have a v2 tree without controllers. It is left alone: entering a v2 cgroup stops all
 * forks of the machine for a moment and takes 6 ms, entering a v1 cgroup with one thread 0.02 ms, and v1's freezer
 * makes the kill as sure as v2's.
 *
 * @module
 */

import {type Base, findBase} from '#cgroup/base';
import {cgroupDirectory, type Hierarchy, listHierarchies} from '#observe/hierarchies';

/** A cgroup's directory in one hierarchy. */
export interface Place {
	readonly hierarchy: Hierarchy;
	/** The path from the hierarchy's top, as /proc/PID/cgroup tells it. */
	readonly path: string;
	readonly directory: string;
	/** The cgroup below which this caller may make others. */
	readonly base: Base;
	/** The parts of the path below the base. */
	readonly names: readonly string[];
}

/** A hierarchy in which this caller can have no cgroup, and why. */
export interface Obstacle {
	readonly hierarchy: Hierarchy;
	readonly reason: string;
}

/**
 * Finds a cgroup's directories, whether they exist or not.
 *
 * @param path `/a/b` counts from the hierarchy's top, `a/b` from where this caller may make cgroups: the top for root,
 *   what systemd delegated for an ordinary user.
 * @throws {Error} for a path that leaves its base.
 */
export function placesOf(path: string): {readonly places: readonly Place[]; readonly obstacles: readonly Obstacle[]} {
	const names = namesOf(path);
	const places: Place[] = [];
	const obstacles: Obstacle[] = [];
	for (const hierarchy of usedHierarchies()) {
		const base = path.startsWith('/') ? {path: hierarchy.root, isTop: true} : findBase(hierarchy);
		const whole = 'reason' in base ? undefined : [base.path === '/' ? '' : base.path, ...names].join('/');
		const directory = whole === undefined ? undefined : cgroupDirectory(hierarchy, whole);
		if ('reason' in base) obstacles.push({hierarchy, reason: base.reason});
		else if (directory !== undefined) places.push({hierarchy, path: whole!, directory, base, names});
	}
	return {places, obstacles};
}

/** The hierarchies that a container has a cgroup in. */
export function usedHierarchies(): readonly Hierarchy[] {
	const all = listHierarchies();
	const hasLegacyFreezer = all.some(({version, controllers}) => version === 1 && controllers.includes('freezer'));
	const isUseful = ({version, controllers}: Hierarchy): boolean =>
		version === 1 || !hasLegacyFreezer || controllers.some(controller => unifiedControllers.includes(controller));
	return all.filter(isUseful);
}

/** A hierarchy's controllers by v2's names: `blkio` became `io`, and what `cpuacct` counts is in v2's cpu. */
export function controllersOf({controllers}: Hierarchy): readonly string[] {
	return controllers.map(controller => (controller === 'blkio' ? 'io' : controller));
}

/** The v2 controllers that limits and accounts of containers are made of. */
export const unifiedControllers: readonly string[] = ['cpu', 'cpuset', 'io', 'memory', 'pids'];

function namesOf(path: string): readonly string[] {
	const names = path.replace(/^\//, '').split('/');
	const isBad = (name: string): boolean => name === '' || name === '.' || name === '..' || /[\0\n]/.test(name);
	if (names.some(isBad)) throw new Error(`not a cgroup's path: ${JSON.stringify(path)}; write it like drydock/4f2a`);
	return names;
}
