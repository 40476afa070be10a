/**
 * 08 · Control groups: what a container may use, and what it has used.
 *
 *     /sys/fs/cgroup/drydock/4f2a…/          one directory, one container
 *       cgroup.procs      4711 4712          who is in it
 *       memory.max        67108864           a limit: write it
 *       memory.current    1372160            an account: read it
 *
 * The surprise: it is no namespace. A cgroup hides nothing, and nobody has to start in one: any running process can be
 * moved into it by writing its number to a file, and its children are born where it is. So the limits are set first,
 * and the process that becomes the container walks in by itself before it does anything else.
 *
 * There are two versions, and machines that have both. Here they are one: place.ts finds the directories, limits.ts
 * knows which file takes what.
 *
 * Next: 09-net, a network stack of its own.
 *
 * Sources: cgroups(7); Documentation/admin-guide/cgroup-v2.rst and cgroup-v1/ of the kernel.
 * @module
 */
import {existsSync} from 'node:fs';
import {dirname} from 'node:path';
import {passOn} from '#cgroup/base';
import {inheritCpuset} from '#cgroup/cpuset';
import {makeCgroupDirectory, removeCgroupDirectory, removeOne} from '#cgroup/directory';
import {killAll} from '#cgroup/kill';
import {asksForLimits, setLimits} from '#cgroup/limits';
import {controllersOf, type Obstacle, type Place, placesOf, unifiedControllers, usedHierarchies} from '#cgroup/place';
import type {Resources} from '#cgroup/resources';
import {isErrno} from '#kernel/error';
import {writeKernelFile} from '#kernel/file';
import type {Step} from '#kernel/plan';
import {waitUntil} from '#kernel/wait';

export {type Events, events} from '#cgroup/events';
export {freeze, thaw} from '#cgroup/freezer';
export {killAll, processesOf} from '#cgroup/kill';
export {setLimits} from '#cgroup/limits';
export type * from '#cgroup/resources';
export {type Usage, usage} from '#cgroup/usage';
export {writesFor} from '#cgroup/writes';

/** What `cgroupSteps` needs. */
export interface CgroupOptions {
	/** `drydock/4f2a…` below where this caller may make cgroups, or `/a/b` from the top. */
	readonly path: string;
	readonly resources: Resources;
	/** Told what is asked for and can't be had, if that is no reason to fail. */
	readonly warn?: (warning: string) => void;
}

/** What this module adds to the plan of a container. */
export function cgroupSteps({path, resources, warn = () => {}}: CgroupOptions): readonly Step[] {
	return [
		{
			module: 'cgroup',
			title: `make the cgroup ${shorten(path)}`,
			why: 'what the container uses is counted there, and what it may use is limited there',
			where: 'host',
			run: () => {
				// Who may make none can still run a container without limits; with limits, setting them says what to do.
				if (canHaveCgroup(path)) createCgroup(path);
			},
			undo: () => {
				killAll(path);
				removeCgroup(path);
			},
		},
		{
			module: 'cgroup',
			title: 'set its limits',
			why: 'they have to be there before the first process is',
			where: 'host',
			run: () => {
				for (const warning of setLimits(path, resources)) warn(warning);
			},
		},
		{
			module: 'cgroup',
			title: 'enter the cgroup',
			why: 'all later processes are born where this one is',
			run: () => {
				// Who asked for limits must not slip past them; without any, an ordinary user may have no cgroup.
				if (asksForLimits(resources) || canHaveCgroup(path)) joinCgroup(path);
			},
		},
	];
}

/**
 * Makes a cgroup in every hierarchy where this caller may, and hands the controllers down to it. Content with one that
 * is there already.
 *
 * @throws {Error} if there is no hierarchy where this caller may make one, with what to do about it.
 * @throws {KernelError} `ENOSPC` at the limit of cgroup.max.descendants.
 */
export function createCgroup(path: string): void {
	const {places, obstacles} = placesOf(path);
	if (places.length === 0) throw new Error(`can't make a cgroup: ${reasonOf(obstacles)}`);
	for (const place of places) makeWithParents(place);
}

/**
 * A cgroup's path from the top. It means the same cgroup to everybody, also to another user or in another scope: this
 * is what to write down. Where this caller can have no cgroup, the path comes back as it is.
 */
export function resolvePath(path: string): string {
	return placesOf(path).places[0]?.path ?? path;
}

/** Whether this caller may make this cgroup somewhere: an ordinary user may only where systemd delegated it. */
export function canHaveCgroup(path: string): boolean {
	return placesOf(path).places.length > 0;
}

/**
 * Moves the calling thread into a cgroup.
 *
 * In v1 a thread may go alone, and `0` means the one who writes: that takes no lock. The process's other threads stay
 * behind; execve(2) ends them.
 *
 * @throws {KernelError} `ENOENT` if there is no such cgroup; `EBUSY` if in v2 it has divided what it has among others.
 */
export function joinCgroup(path: string): void {
	// Whoever was moved by the host meanwhile need not do it, and in a user namespace could not.
	if (isInside(path)) return;
	for (const {hierarchy, directory} of existing(path)) {
		writeKernelFile(`${directory}/${hierarchy.version === 1 ? 'tasks' : 'cgroup.procs'}`, '0');
	}
}

/**
 * Moves a running process with all its threads into a cgroup.
 *
 * @throws {KernelError} `ENOENT` if there is no such cgroup, `ESRCH` if there is no such process.
 */
export function attach(path: string, pid: number): void {
	// To the kernel 0 would mean ourselves.
	if (!Number.isSafeInteger(pid) || pid <= 0) throw new Error(`not a process number: ${pid}`);
	for (const {directory} of existing(path)) writeKernelFile(`${directory}/cgroup.procs`, String(pid));
}

/**
 * Removes a cgroup with those below it, and the `drydock` that held it if it was the last. Content if it isn't there.
 *
 * @throws {Error} if processes are still in it: `killAll` ends them.
 */
export function removeCgroup(path: string): void {
	for (const {directory} of placesOf(path).places) {
		if (!removeCgroupDirectory(directory, REMOVAL_MILLISECONDS)) {
			throw new Error(`can't remove the cgroup ${directory}: processes are still in it`);
		}
		const parent = dirname(directory);
		// Another's cgroup, named by --cgroup-parent, is theirs to remove.
		if (/\/drydock(-[\w-]+)?$/.test(parent)) removeOne(parent);
	}
}

/** What can be limited and counted here by this caller, by v2's names: `cpu`, `io`, `memory`, … */
export function availableControllers(): readonly string[] {
	const {places} = placesOf('drydock');
	const found = places.flatMap(({hierarchy}) => controllersOf(hierarchy));
	if (usedHierarchies().some(({version}) => version === 2)) found.push('freezer');
	return [...new Set(found)].filter(name => !name.startsWith('name=')).sort();
}

/**
 * Whether a cgroup can say which devices may be opened. v2 alone can't: there it takes a BPF program, which this engine doesn't
 * have. Then nobody inside may make a device, and those that a root file system brings must not work.
 */
export function canConfineDevices(): boolean {
	return availableControllers().includes('devices');
}

const REMOVAL_MILLISECONDS = 2000;
const CREATION_MILLISECONDS = 500;

function makeWithParents(place: Place): void {
	// Another container, the last of `drydock` until now, may take it away between our two mkdirs.
	let refusal: unknown;
	const isMade = waitUntil(() => {
		try {
			makeEach(place);
			return true;
		} catch (error) {
			if (!isErrno(error, 'ENOENT', 'ENODEV')) throw error;
			refusal = error;
			return false;
		}
	}, CREATION_MILLISECONDS);
	if (!isMade) throw refusal;
}

function makeEach({hierarchy, directory, names}: Place): void {
	let parent = directory.slice(0, directory.length - names.join('/').length - 1);
	for (const name of names) {
		if (hierarchy.version === 2) passOn(parent, unifiedControllers);
		const child = `${parent}/${name}`;
		makeCgroupDirectory(child);
		if (hierarchy.controllers.includes('cpuset') && hierarchy.version === 1) inheritCpuset(parent, child);
		parent = child;
	}
}

/** Whether the calling thread is in this cgroup already, in each hierarchy. */
function isInside(path: string): boolean {
	const used = usedHierarchies();
	return used.length > 0 && used.every(({own}) => own === path || (!path.startsWith('/') && own.endsWith(`/${path}`)));
}

function existing(path: string): readonly Place[] {
	const {places, obstacles} = placesOf(path);
	const found = places.filter(({directory}) => existsSync(directory));
	if (found.length === 0) {
		const reason = places.length === 0 ? reasonOf(obstacles) : 'it does not exist';
		throw new Error(`no cgroup ${path}: ${reason}`);
	}
	return found;
}

function reasonOf(obstacles: readonly Obstacle[]): string {
	return obstacles[0]?.reason ?? 'no cgroup file system is mounted here: mount one on /sys/fs/cgroup';
}

function shorten(path: string): string {
	return path.replace(/[0-9a-f]{64}/, id => id.slice(0, 12));
}
