/**
 * Removing: what a container left on disk, and what a killed watcher left on the machine.
 * @module
 */
import {containerData} from '#engine/directories';
import {containerIds, releaseName} from '#engine/names';
import {sweepNetwork} from '#engine/network';
import {adoptAbandoned, isOwned} from '#engine/ownership';
import {type ContainerRecord, changeState, isRunning, readRecord} from '#engine/record';
import {isErrno, tolerate} from '#kernel/error';
import {isAlive, signalProcess, withProcess} from '#kernel/pidfd';
import {signalNumber} from '#kernel/signal';
import {removeTree} from '#layers/remove';
import {deleteContainer} from '#runtime';

/** Removes a container's record, log and writable layer, and frees its name. */
export function removeData({id, name}: Pick<ContainerRecord, 'id' | 'name'>): void {
	removeTree(containerData(id));
	releaseName(id, name);
}

/**
 * Cleans up after watchers that were killed: every command begins with this. Costs a directory listing if there is nothing.
 *
 * A container that was to be removed at its end, or that never ran, goes altogether; of another its record stays, as exited.
 */
export function sweep(): void {
	adoptAbandoned(id => {
		const record = readRecord(id);
		if (record === undefined) {
			removeTree(containerData(id));
			return;
		}
		endProcess(record);
		deleteContainer(record.container);
		if (record.autoRemove || record.state.startedAt === '') removeData(record);
		else
			changeState(record, {
				status: 'exited',
				process: undefined,
				exitCode: 137,
				error: 'its watcher was killed',
				finishedAt: new Date().toISOString(),
			});
	});
	sweepNetwork();
	mendRecords();
}

/** Mends what a killed process or a full disk left half-said: directories without a record, and records of the dead. */
function mendRecords(): void {
	for (const id of containerIds()) {
		if (!needsMending(readRecord(id)) || isOwned(id)) continue;
		// Its watcher may have ended in between, having written how: only what it says now counts.
		const record = readRecord(id);
		if (record === undefined) removeTree(containerData(id));
		else if (needsMending(record)) recordLoss(record);
	}
}

function needsMending(record: ContainerRecord | undefined): boolean {
	return record === undefined || isRunning(record);
}

/** On a disk that is still full, or of a container that somebody removes meanwhile, there is nothing to record. */
function recordLoss(record: ContainerRecord): void {
	const end = {status: 'exited', process: undefined, exitCode: 255, error: 'its end could not be recorded'} as const;
	tolerate(['ENOSPC', 'EDQUOT', 'ENOENT'], () => changeState(record, end));
}

/** Ends the first process, and with its PID namespace all others. One without a cgroup is found no other way. */
function endProcess({state}: ContainerRecord): void {
	const first = state.process;
	if (first === undefined || !isAlive(first)) return;
	try {
		withProcess(first, pidfd => signalProcess(pidfd, signalNumber('SIGKILL')));
	} catch (error) {
		if (!isErrno(error, 'ESRCH')) throw error;
	}
}
