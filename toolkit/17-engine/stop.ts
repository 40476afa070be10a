/**
 * Ending containers, and holding them still.
 * @module
 */
import {setTimeout as sleep} from 'node:timers/promises';
import {freeze, thaw} from '#cgroup';
import {findContainer} from '#engine/names';
import {isOwned} from '#engine/ownership';
import {type ContainerRecord, changeState, isRunning, readRecord} from '#engine/record';
import {removeData} from '#engine/remove';
import {isErrno, tolerate} from '#kernel/error';
import {signalProcess, withProcess} from '#kernel/pidfd';
import {parseSignal, signalNumber} from '#kernel/signal';

/** A container is in the wrong state for what was asked. */
export class Conflict extends Error {
	override readonly name = 'Conflict';
}

const SIGKILL = signalNumber('SIGKILL');
const pollMs = 5;

/**
 * Sends a signal to a container's first process. One that is paused is resumed if the signal is to end it, as docker does.
 *
 * @throws {NoSuchContainer}, {Conflict} if it doesn't run, or one line for what is no signal.
 */
export function killContainer(reference: string, signalText = 'KILL'): ContainerRecord {
	const record = requireRunning(findContainer(reference), 'kill');
	const signal = parseSignal(signalText);
	if (signal === undefined) throw new Error(`invalid signal: ${signalText}`);
	if (signal === SIGKILL || signal === record.stopSignal) end(record, signal);
	else send(record, signal);
	return record;
}

/**
 * Asks a container to end, and ends it if it hasn't after a while. Waits until nothing of it is left on the machine.
 *
 * A container that doesn't run is content.
 *
 * @param seconds how long to wait; negative: for ever. Default 10, as docker.
 */
export async function stopContainer(
	reference: string,
	{seconds = 10, signal}: {readonly seconds?: number; readonly signal?: string | undefined} = {},
): Promise<ContainerRecord> {
	const record = findContainer(reference);
	const asked = signal === undefined ? record.stopSignal : parseSignal(signal);
	if (asked === undefined) throw new Error(`invalid signal: ${signal}`);
	if (!isRunning(record)) return record;
	end(record, asked);
	if (!(await hasEnded(record.id, seconds))) {
		send(record, SIGKILL);
		await hasEnded(record.id, -1);
	}
	return record;
}

/** Waits for a container's end and tells its exit code. */
export async function waitForContainer(reference: string): Promise<number> {
	const record = findContainer(reference);
	if (isRunning(record)) await hasEnded(record.id, -1);
	return readRecord(record.id)?.state.exitCode ?? record.state.exitCode;
}

/** Holds all of a container's processes still. @throws {Conflict} if it doesn't run, or is paused. */
export function pauseContainer(reference: string): ContainerRecord {
	const record = requireRunning(findContainer(reference), 'pause');
	if (record.state.status === 'paused') throw new Conflict(`container ${record.name} is already paused`);
	freeze(cgroupOf(record));
	return changeState(record, {status: 'paused'});
}

/** Lets them go on. @throws {Conflict} if it isn't paused. */
export function unpauseContainer(reference: string): ContainerRecord {
	const record = findContainer(reference);
	if (record.state.status !== 'paused') throw new Conflict(`container ${record.name} is not paused`);
	return resume(record);
}

/**
 * Removes a container.
 *
 * @throws {Conflict} if it runs and `force` isn't given.
 */
export async function removeContainer(reference: string, {force = false} = {}): Promise<ContainerRecord> {
	const record = findContainer(reference);
	if (isOwned(record.id)) {
		if (!force) throw new Conflict(`cannot remove container "${record.name}": it is running: stop it first, or use -f`);
		if (isRunning(record)) end(record, SIGKILL);
		await hasEnded(record.id, -1);
	}
	removeData(record);
	return record;
}

/** The cgroup of a container, below each hierarchy's root. */
export function cgroupOf({container}: ContainerRecord): string {
	return container.spec.linux?.cgroupsPath ?? '';
}

/** @throws {Conflict} if the container doesn't run. */
export function requireRunning(record: ContainerRecord, action: string): ContainerRecord {
	if (!isRunning(record)) throw new Conflict(`cannot ${action} container ${record.name}: it is not running`);
	return record;
}

/** Sends a signal that is to end a container. Frozen, it would hear of it only once somebody lets it go on. */
function end(record: ContainerRecord, signal: number): void {
	if (record.state.status === 'paused') resume(record);
	send(record, signal);
}

function resume(record: ContainerRecord): ContainerRecord {
	// Before it goes on: as soon as it does, its watcher may have its end to write. On a full disk it goes on all the same.
	const resumed = tolerate(['ENOSPC', 'EDQUOT'], () => changeState(record, {status: 'running'}));
	thaw(cgroupOf(record));
	return resumed ?? record;
}

function send({state}: ContainerRecord, signal: number): void {
	if (state.process === undefined) return;
	try {
		withProcess(state.process, pidfd => signalProcess(pidfd, signal));
	} catch (error) {
		// It ended by itself meanwhile, or by this very signal.
		if (!isErrno(error, 'ESRCH')) throw error;
	}
}

/** Waits until the container's watcher has cleaned up and gone. */
async function hasEnded(id: string, seconds: number): Promise<boolean> {
	const rounds = seconds < 0 ? Number.POSITIVE_INFINITY : (seconds * 1000) / pollMs;
	for (let round = 0; round <= rounds; round++) {
		if (!isOwned(id)) return true;
		await sleep(pollMs);
	}
	return false;
}
