/**
 * Ending everything in a cgroup, however fast it forks.
 *
 *     v2   echo 1 > cgroup.kill                  the kernel does it, those just being born included
 *     v1   freeze ─▶ SIGKILL to each ─▶ thaw     nobody can fork while their numbers are read
 *
 * Sources: cgroup-v2.rst "cgroup.kill" (Linux 5.14), cgroup-v1/freezer-subsystem.rst.
 * @module
 */
import {existsSync} from 'node:fs';
import {childDirectories} from '#cgroup/directory';
import {findFreezer, freeze, thaw} from '#cgroup/freezer';
import {placesOf} from '#cgroup/place';
import {tolerate} from '#kernel/error';
import {readKernelFile, writeKernelFile} from '#kernel/file';
import {kill, signalNumber} from '#kernel/signal';
import {waitUntil} from '#kernel/wait';

/**
 * Ends every process of a cgroup and of those below it, and waits until they have left. The caller is spared. Content
 * if there is no such cgroup.
 *
 * @throws {Error} if some stay for longer than five seconds.
 */
export function killAll(path: string): void {
	const isEmpty = waitUntil(() => {
		const doomed = processesOf(path).filter(pid => pid !== process.pid);
		if (doomed.length > 0) killOnce(path, doomed);
		return doomed.length === 0;
	}, KILL_MILLISECONDS);
	if (!isEmpty)
		throw new Error(`can't end the processes ${processesOf(path).join(', ')} of ${path}: perhaps they wait for a disk`);
}

/** The processes in a cgroup and in those below it. The dead who wait to be asked for their exit code have left it. */
export function processesOf(path: string): readonly number[] {
	return [...new Set(placesOf(path).places.flatMap(({directory}) => processesBelow(directory)))];
}

const KILL_MILLISECONDS = 5000;
const SIGKILL = signalNumber('SIGKILL');

function killOnce(path: string, doomed: readonly number[]): void {
	if (killByKernel(path, doomed)) return;
	// Whoever is in there can't be stopped by itself: it could not thaw the rest.
	const canStop = findFreezer(path) !== undefined && !processesOf(path).includes(process.pid);
	if (canStop) tolerateGone(() => freeze(path));
	for (const pid of processesOf(path)) {
		if (pid !== process.pid) tolerate(['ESRCH'], () => kill(pid, SIGKILL));
	}
	// A frozen process dies when it thaws, and a cgroup below may have been frozen before.
	if (canStop) tolerateGone(() => thawAll(path));
}

function thawAll(path: string): void {
	for (const child of childDirectories(findFreezer(path)?.directory ?? '')) thawAll(`${path}/${child}`);
	thaw(path);
}

function tolerateGone(action: () => void): void {
	tolerate(['ENOENT', 'ENODEV'], action);
}

function killByKernel(path: string, doomed: readonly number[]): boolean {
	const files = placesOf(path)
		.places.map(({directory}) => `${directory}/cgroup.kill`)
		.filter(file => existsSync(file));
	// It spares nobody, so not if the caller is in there too.
	if (files.length === 0 || processesOf(path).length !== doomed.length) return false;
	for (const file of files) tolerate(['ENOENT', 'ENODEV'], () => writeKernelFile(file, '1'));
	return true;
}

function processesBelow(directory: string): readonly number[] {
	const text = tolerate(['ENOENT', 'ENODEV', 'ENOTSUP'], () => readKernelFile(`${directory}/cgroup.procs`)) ?? '';
	// 0 is a process of an outer PID namespace: it has no number here, and kill(0) would mean ourselves.
	const own = text
		.split('\n')
		.map(Number)
		.filter(pid => pid > 0);
	return [...own, ...childDirectories(directory).flatMap(child => processesBelow(`${directory}/${child}`))];
}
