/**
 * Below which cgroup may this caller make others?
 *
 *     /                                   root: here
 *     └─ user.slice/…/user@1000.service
 *        └─ app.slice                     user 1000: here; it is theirs, and holds no processes itself
 *           └─ run-u42.scope              the shell, drydock
 *
 * The surprise: in v2 a cgroup can't both hold processes and divide what it has among cgroups below it (the root may).
 * So the place to make others is rarely the cgroup that one is in.
 *
 * Sources: cgroup-v2.rst "No Internal Process Constraint" and "Delegation"; systemd.resource-control(5) Delegate=.
 * @module
 */
import {accessSync, constants, existsSync} from 'node:fs';
import {dirname} from 'node:path';
import {makeCgroupDirectory} from '#cgroup/directory';
import {isErrno, tolerate} from '#kernel/error';
import {readKernelFile, writeKernelFile} from '#kernel/file';
import {cgroupDirectory, type Hierarchy} from '#observe/hierarchies';

/** A cgroup below which others can be made. */
export interface Base {
	readonly path: string;
	/** Whether it is the top of what is mounted: then whoever writes here is root, of the machine or of a container. */
	readonly isTop: boolean;
}

/** Where processes go that stood in the way: a base must hold none. */
const LEAF = 'drydock-leaf';

/**
 * Finds the base: the top if this caller may write there, otherwise the nearest cgroup above the caller that is
 * theirs and holds no processes, otherwise their own.
 */
export function findBase(hierarchy: Hierarchy): Base | {readonly reason: string} {
	if (isWritable(hierarchy.mountPoint)) return {path: hierarchy.root, isTop: true};
	if (hierarchy.version === 1) return {reason: 'only root can make cgroups of version 1'};
	const writable: string[] = [];
	for (let path = hierarchy.own; path !== '/' && path !== hierarchy.root; path = dirname(path)) {
		const directory = cgroupDirectory(hierarchy, path);
		if (directory === undefined || !isWritable(directory)) break;
		writable.push(path);
	}
	const empty = writable.find(path => processesIn(cgroupDirectory(hierarchy, path)!).length === 0);
	const path = empty ?? writable[0];
	return path === undefined ? {reason: notDelegated} : {path, isTop: false};
}

/**
 * Lets the cgroups below `directory` have these controllers, as far as it has them itself. What is passed on already is
 * left as it is. Processes that stand in the way go into a cgroup beside those that are to come.
 *
 * The order matters. To memory and io processes are an obstacle, and `EBUSY` says so. Cpu, cpuset and pids can be
 * passed on beside them, and that is worse: the cgroup is then a threaded domain, the cgroups below it can hold no
 * process, and memory is refused with `ENOTSUP`. So the processes move first.
 *
 * @returns those that it could not pass on.
 */
export function passOn(directory: string, controllers: readonly string[]): readonly string[] {
	const offered = words(`${directory}/cgroup.controllers`);
	const passed = words(`${directory}/cgroup.subtree_control`);
	const missing = controllers.filter(controller => !passed.includes(controller));
	const possible = missing.filter(controller => offered.includes(controller));
	if (possible.length > 0 && !isRootCgroup(directory)) evacuate(directory);
	// One by one: one refusal (cpu, while real-time processes run) must not cost the others.
	return missing.filter(controller => !possible.includes(controller) || !passOnOne(directory, controller));
}

const notDelegated =
	'no cgroup here is yours: start it with systemd-run --user --scope -p Delegate=yes drydock …, or as root';

function passOnOne(directory: string, controller: string): boolean {
	const write = (): true => {
		writeKernelFile(`${directory}/cgroup.subtree_control`, `+${controller}`);
		return true;
	};
	try {
		return write();
	} catch (error) {
		if (!isErrno(error, 'EBUSY', 'ENOTSUP')) return false;
		// Somebody was born there since.
		evacuate(directory);
		return tolerate(['EBUSY', 'EINVAL', 'ENOENT', 'ENOTSUP'], write) ?? false;
	}
}

/** Moves the processes of a cgroup, most likely this one among them, into one below it. */
function evacuate(directory: string): void {
	const pids = processesIn(directory).filter(pid => pid > 0);
	if (pids.length === 0) return;
	// Whoever may make none here may pass nothing on either, which they are told by the next write.
	tolerate(['EACCES', 'EPERM', 'EROFS'], () => makeCgroupDirectory(`${directory}/${LEAF}`));
	for (const pid of pids) {
		tolerate(['ESRCH', 'EINVAL', 'EACCES', 'EPERM', 'ENOENT'], () =>
			writeKernelFile(`${directory}/${LEAF}/cgroup.procs`, String(pid)),
		);
	}
}

/** The machine's root alone may both hold processes and divide what it has; and it alone has no type. */
function isRootCgroup(directory: string): boolean {
	return !existsSync(`${directory}/cgroup.type`);
}

/** Its own processes; 0 stands for one that has no number here. */
function processesIn(directory: string): readonly number[] {
	return words(`${directory}/cgroup.procs`).map(Number);
}

function words(path: string): readonly string[] {
	const text = tolerate(['ENOENT', 'ENODEV', 'EACCES', 'ENOTSUP'], () => readKernelFile(path)) ?? '';
	return text.split(/\s+/).filter(Boolean);
}

function isWritable(directory: string): boolean {
	try {
		for (const file of ['', '/cgroup.procs']) accessSync(directory + file, constants.W_OK);
		return true;
	} catch {
		return false;
	}
}
