/**
 * The saved states of the kept machine, and the ways between them.
 *
 *     pristine ─── one ─── two ─── (what is done now)
 *                                   undo: to two, and what was done is saved; again: to one; again: to the pristine machine
 *                                   redo: the same way forth, up to what was done
 *
 * The surprise: whether anything has changed can't be seen. A machine that nobody touches writes to its memory all the
 * time. So it counts whether somebody has been at it: see kept-memory.ts.
 * @module
 */
import {findSnapshot, readSnapshots, redoTarget, type Snapshot, undoTarget} from '../machine/history.ts';
import type {Machine} from '../machine/machine.ts';
import {hasCompany, inTurn, turnLock} from '../machine/seat.ts';
import {takeSnapshot} from '../machine/snapshot.ts';
import type {Guest} from './guest.ts';
import {continueKept, findKept, keptDock, keptStatus, whileKept} from './kept.ts';
import {forgetVisits, noteVisit, recall, remember, wasVisited} from './kept-memory.ts';
import type {PreparationOptions} from './preparation.ts';

/** The saved states, and the one that the machine came from. */
export function keptHistory(): {readonly snapshots: readonly Snapshot[]; readonly at: string | undefined} {
	return {snapshots: readSnapshots(keptDock()), at: recall(keptDock()).at};
}

/** Saves the kept machine's state under a name. @throws {Error} one line, if it doesn't run or the name is taken. */
export async function saveKept(name: string): Promise<Snapshot> {
	return whileKept(async () => {
		if (isTaken(name)) throw new Error(`there is a snapshot called ${name} already: choose another name`);
		const machine = await findKept();
		if (machine === undefined) throw new Error('the machine does not run: drydock vm up');
		return save(machine, name);
	});
}

/** Goes back to a saved state. What was done since the last one is lost. @throws {Error} one line; the machine stays then. */
export async function restoreKept(name: string): Promise<Guest> {
	return continueKept(findSnapshot(keptHistory().snapshots, name));
}

/**
 * Goes back to the state that the machine came from or, if nobody has been at it since, to the one before.
 *
 * @throws {Error} one line, if there is none or what was done can't be saved; the machine stays then.
 */
export async function undoKept(options: PreparationOptions = {}): Promise<Guest> {
	const {snapshots, at} = keptHistory();
	const isRunning = (await keptStatus()).state === 'running';
	const hasChanged = !isRunning || wasVisited(keptDock());
	if (at === undefined && !(isRunning && hasChanged))
		throw new Error('there is nothing to undo: the machine was started as new, and not from a snapshot');
	return continueKept(undoTarget(snapshots, at, hasChanged), options, () => leaveBehind('undo'));
}

/** Goes forward again. @throws {Error} one line, as `undoKept`. */
export async function redoKept(): Promise<Guest> {
	const {snapshots, at} = keptHistory();
	const next = redoTarget(snapshots, at);
	if (next === undefined) throw new Error('there is nothing to redo: this is the last snapshot of its branch');
	return continueKept(next, {}, () => leaveBehind('redo'));
}

/** Saves what was done since the last saved state, if the machine still runs. */
async function leaveBehind(way: 'undo' | 'redo'): Promise<void> {
	const machine = wasVisited(keptDock()) ? await findKept() : undefined;
	if (machine === undefined) return;
	let count = 1;
	while (isTaken(`left-by-${way}-${count}`)) count++;
	await save(machine, `left-by-${way}-${count}`, true);
}

function isTaken(wanted: string): boolean {
	return keptHistory().snapshots.some(({name}) => name === wanted);
}

/** Saves a machine's state under the one that it came from, and leaves the machine. */
async function save(machine: Machine, name: string, isLeft = false): Promise<Snapshot> {
	const {dock, directory} = machine;
	const {at, hardware} = recall(dock);
	// Whoever comes from now on says so; whoever is here may go on after the state was taken.
	forgetVisits(dock);
	let goesOn = hasCompany(directory, machine.seat);
	try {
		const snapshot = await inTurn(turnLock(directory), () => takeSnapshot(machine, name, {parent: at, isLeft}));
		remember(dock, {at: snapshot.id, hardware});
		return snapshot;
	} catch (error) {
		goesOn = true;
		throw error;
	} finally {
		if (goesOn) noteVisit(dock);
		machine.leave();
	}
}
