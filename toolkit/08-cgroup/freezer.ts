/**
 * Stopping a whole cgroup, and letting it go on.
 *
 * It is not SIGSTOP: nobody inside is told, nobody can catch it, and parents see no change of their children. The
 * processes simply don't run.
 *
 * The surprise: to freeze is no moment but a while. v1 answers FREEZING until the last thread has come to rest, and a
 * process that forks just then can hold it up, so it is asked again.
 *
 * Sources: cgroup-v2.rst "cgroup.freeze", cgroup-v1/freezer-subsystem.rst.
 * @module
 */
import {existsSync} from 'node:fs';
import {type Place, placesOf} from '#cgroup/place';
import {readKernelFile, writeKernelFile} from '#kernel/file';
import {waitUntil} from '#kernel/wait';

/**
 * Stops every process of a cgroup and of those below it. It returns when all stand still.
 *
 * @throws {Error} if they don't within two seconds, or if nothing here can freeze.
 * @throws {KernelError} `ENOENT` if there is no such cgroup.
 */
export function freeze(path: string): void {
	const place = requireFreezer(path);
	const isFrozen = waitUntil(() => {
		set(place, true);
		return readIsFrozen(place);
	}, FREEZE_MILLISECONDS);
	if (isFrozen) return;
	set(place, false);
	throw new Error(`can't freeze ${path}: a process in it does not come to rest, perhaps it waits for a disk`);
}

/**
 * Lets them go on. Content if they do already.
 *
 * @throws {Error} if nothing here can freeze.
 * @throws {KernelError} `ENOENT` if there is no such cgroup.
 */
export function thaw(path: string): void {
	set(requireFreezer(path), false);
}

/** The directory through which a cgroup can be frozen: v2's own, or v1's freezer; undefined where neither is there. */
export function findFreezer(path: string): Place | undefined {
	return placesOf(path).places.find(
		({hierarchy, directory}) =>
			hierarchy.controllers.includes('freezer') ||
			(hierarchy.version === 2 && existsSync(`${directory}/cgroup.freeze`)),
	);
}

const FREEZE_MILLISECONDS = 2000;

function requireFreezer(path: string): Place {
	const place = findFreezer(path);
	if (place === undefined)
		throw new Error(`can't freeze ${path}: it has no cgroup that can, it takes v2 (Linux 5.2) or v1's freezer`);
	return place;
}

function set({hierarchy, directory}: Place, frozen: boolean): void {
	if (hierarchy.version === 2) writeKernelFile(`${directory}/cgroup.freeze`, frozen ? '1' : '0');
	else writeKernelFile(`${directory}/freezer.state`, frozen ? 'FROZEN' : 'THAWED');
}

function readIsFrozen({hierarchy, directory}: Place): boolean {
	if (hierarchy.version === 2) return /^frozen 1$/m.test(readKernelFile(`${directory}/cgroup.events`));
	return readKernelFile(`${directory}/freezer.state`).trim() === 'FROZEN';
}
