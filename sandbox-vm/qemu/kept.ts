/**
 * The machine of `drydock vm`: it stays when the command that started it ends, and the next command finds it again.
 *
 *     docks/default/           its disks and saved states
 *     docks/default/at         the state that it was in last: undo and redo go on from there
 *     machines/ID/             while it runs: sockets, and a lock that QEMU itself holds
 *
 * @module
 */
import {readFileSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {tolerate} from '#kernel/error';
import type {Accelerator} from '../machine/accelerator.ts';
import {attachMachine} from '../machine/assemble.ts';
import {keptLock, machineDirectory} from '../machine/directories.ts';
import {diskUse} from '../machine/disk-use.ts';
import {type Dock, openDock, removeDock} from '../machine/dock.ts';
import {findSnapshot, readSnapshots, redoTarget, type Snapshot, undoTarget} from '../machine/history.ts';
import type {Machine} from '../machine/machine.ts';
import {endMachineProcess} from '../machine/processes.ts';
import {listRecords} from '../machine/record.ts';
import {restoreMachine} from '../machine/restore.ts';
import {inTurn, turnLock} from '../machine/seat.ts';
import {takeSnapshot} from '../machine/snapshot.ts';
import {sweepMachines} from '../machine/sweep.ts';
import type {Template} from '../machine/template.ts';
import {type Guest, greet, wake} from './guest.ts';
import {type PreparationOptions, prepare} from './preparation.ts';
import {packShare, type Share, showShare} from './share.ts';

/** The dock of the kept machine. */
export function keptDock(): Dock {
	return openDock('default');
}

/** What can be said of the kept machine without disturbing it. */
export type KeptStatus =
	| {readonly state: 'halted'}
	| {
			readonly state: 'running';
			readonly accelerator: Accelerator;
			readonly pid: number;
	  };

/** Whether the kept machine runs. A guest that has ended by itself is cleared away. */
export async function keptStatus(): Promise<KeptStatus> {
	const machine = await findKept();
	machine?.leave();
	if (machine === undefined || machine.gone.aborted) return {state: 'halted'};
	return {state: 'running', accelerator: machine.accelerator, pid: machine.pid};
}

/** The kept machine if it runs. */
export async function findKept(): Promise<Machine | undefined> {
	const dock = keptDock();
	for (const record of listRecords()) {
		const machine = record.dock === dock.name ? await attachMachine(record, dock) : undefined;
		if (machine !== undefined) return machine;
	}
	return undefined;
}

/** The kept machine, greeted. @throws {Error} one line if it doesn't run. */
export async function requireKept(): Promise<Guest> {
	const machine = await findKept();
	if (machine === undefined) throw new Error('the machine does not run: drydock vm up');
	return greetKept(machine);
}

/** Starts the kept machine where it was last, or as new; content if it runs. */
export async function bringUpKept(options: PreparationOptions): Promise<Guest> {
	const running = await findKept();
	if (running !== undefined) return greetKept(running);
	const template = await prepare(options);
	return inTurn(keptLock(), async () => {
		// Another program may have been faster.
		const meanwhile = await findKept();
		return meanwhile === undefined ? start(template, undefined) : greetKept(meanwhile);
	});
}

/** A new machine in the kept one's place: pristine, or in a saved state. */
export async function continueKept(snapshot: Snapshot | undefined, options: PreparationOptions = {}): Promise<Guest> {
	const template = await prepare(options);
	return inTurn(keptLock(), async () => {
		await halt();
		return start(template, snapshot);
	});
}

async function start(template: Template, snapshot: Snapshot | undefined): Promise<Guest> {
	const dock = keptDock();
	const machine = await restoreMachine(template, {dock, snapshot, tied: false});
	try {
		const guest = await greet(machine);
		await wake(guest);
		remember(dock, snapshot?.id);
		return guest;
	} catch (error) {
		await machine.stop();
		throw error;
	}
}

/** Ends the kept machine; content if it doesn't run. */
export async function haltKept(): Promise<void> {
	await inTurn(keptLock(), halt);
}

/** It needs no seat: where all are taken, and where QEMU answers no more, there is still a way out. */
async function halt(): Promise<void> {
	const dock = keptDock();
	for (const {id} of listRecords().filter(record => record.dock === dock.name)) endMachineProcess(machineDirectory(id));
	sweepMachines();
}

/** Ends the kept machine and removes all that it had. @returns how many bytes are free again. */
export async function destroyKept(): Promise<number> {
	return inTurn(keptLock(), async () => {
		const dock = keptDock();
		const bytes = diskUse(dock.directory);
		await halt();
		removeDock(dock);
		return bytes;
	});
}

/** Saves the kept machine's state, under the one that it was in before. */
export async function saveKept(name: string): Promise<Snapshot> {
	return inTurn(keptLock(), async () => {
		const machine = await findKept();
		if (machine === undefined) throw new Error('the machine does not run: drydock vm up');
		const snapshot = await inTurn(turnLock(machine.directory), () => takeSnapshot(machine, name, position()));
		remember(keptDock(), snapshot.id);
		machine.leave();
		return snapshot;
	});
}

/** Shows a folder in the kept machine, packed as it is now. */
export async function shareKept(guest: Guest, share: Omit<Share, 'number'>): Promise<void> {
	await inTurn(turnLock(guest.machine.directory), async () => {
		await showShare(guest, await packShare({...share, number: Date.now()}, keptDock()));
	});
}

/** The saved states, and the one that the machine was in last. */
export function keptHistory(): {readonly snapshots: readonly Snapshot[]; readonly at: string | undefined} {
	return {snapshots: readSnapshots(keptDock()), at: position()};
}

/** The state that a name, `undo` or `redo` stands for. @throws {Error} one line if there is none. */
export function chooseState(choice: {readonly name: string} | 'undo' | 'redo'): Snapshot | undefined {
	const {snapshots, at} = keptHistory();
	if (choice === 'undo') {
		if (at === undefined) throw new Error('there is nothing to undo: no snapshot was taken');
		// Before the first one there was the pristine machine.
		return undoTarget(snapshots, at);
	}
	if (choice !== 'redo') return findSnapshot(snapshots, choice.name);
	const next = redoTarget(snapshots, at);
	if (next === undefined) throw new Error('there is nothing to redo: this is the last snapshot of its branch');
	return next;
}

/** A command waits for a machine that answers, and not for one that has fallen silent. */
async function greetKept(machine: Machine): Promise<Guest> {
	const guest = await greet(machine, {timeoutMilliseconds: 20_000});
	guest.agent.endInSilence(20_000);
	return guest;
}

function position(): string | undefined {
	return tolerate(['ENOENT'], () => readFileSync(join(keptDock().directory, 'at'), 'utf8'));
}

function remember(dock: Dock, id: string | undefined): void {
	const path = join(dock.directory, 'at');
	if (id === undefined) {
		rmSync(path, {force: true});
	} else {
		writeFileSync(`${path}~`, id, {mode: 0o600});
		renameSync(`${path}~`, path);
	}
}
