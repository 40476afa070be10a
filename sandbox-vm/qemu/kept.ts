/**
 * The machine of `drydock vm`: it stays when the command that started it ends, and the next command finds it again.
 *
 *     docks/default/           its disks and saved states, and what is remembered of it
 *     machines/ID/             while it runs: sockets, and a lock that QEMU itself holds
 *
 * @module
 */
import type {Accelerator} from '../machine/accelerator.ts';
import {attachMachine} from '../machine/assemble.ts';
import type {Hardware} from '../machine/blueprint.ts';
import {keptLock, machineDirectory} from '../machine/directories.ts';
import {diskUse} from '../machine/disk-use.ts';
import {type Dock, openDock, removeDock} from '../machine/dock.ts';
import {describeHardware, isAsAsked} from '../machine/hardware.ts';
import type {Snapshot} from '../machine/history.ts';
import type {Machine} from '../machine/machine.ts';
import {endMachineProcess, findMachineProcess} from '../machine/processes.ts';
import {listRecords, type MachineRecord} from '../machine/record.ts';
import {restoreMachine} from '../machine/restore.ts';
import {inTurn, turnLock} from '../machine/seat.ts';
import {sweepMachines} from '../machine/sweep.ts';
import type {Template} from '../machine/template.ts';
import {type Guest, greet, wake} from './guest.ts';
import {forgetVisits, noteVisit, recall, remember} from './kept-memory.ts';
import {type PreparationOptions, prepare} from './preparation.ts';
import {templateOf} from './saved-template.ts';
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

/** Whether the kept machine runs. A guest that has ended by itself is cleared away. It needs no seat. */
export async function keptStatus(): Promise<KeptStatus> {
	for (const record of keptRecords()) {
		const process = findMachineProcess(machineDirectory(record.id));
		if (process === undefined || (await hasEndedUnseen(record))) continue;
		return {state: 'running', accelerator: record.accelerator, pid: process.pid};
	}
	return {state: 'halted'};
}

/** The kept machine if it runs. */
export async function findKept(): Promise<Machine | undefined> {
	for (const record of keptRecords()) {
		const machine = await attachMachine(record, keptDock());
		if (machine !== undefined) return machine;
	}
	return undefined;
}

/**
 * The kept machine, greeted.
 *
 * @param purpose `look`: nothing will be changed that an undo could have to bring back.
 * @throws {Error} one line if it doesn't run.
 */
export async function requireKept(purpose: 'work' | 'look' = 'work'): Promise<Guest> {
	const machine = await findKept();
	if (machine === undefined) throw new Error('the machine does not run: drydock vm up');
	if (purpose === 'work') noteVisit(machine.dock);
	return greetKept(machine);
}

/**
 * Starts the kept machine, as new: from its saved states it is restored. Content if it runs.
 *
 * @throws {Error} one line, if it runs with other hardware than is asked for.
 */
export async function bringUpKept(options: PreparationOptions): Promise<Guest> {
	const running = await findKept();
	if (running !== undefined) return greetIfAsAsked(running, options.hardware);
	const template = await prepare(options);
	return whileKept(async () => {
		// Another program may have been faster.
		const meanwhile = await findKept();
		return meanwhile === undefined ? start(template, undefined) : greetIfAsAsked(meanwhile, options.hardware);
	});
}

/**
 * A new machine in the kept one's place: in a saved state, or pristine and with the same hardware.
 *
 * @param beforehand what is to be done before the old one ends.
 * @throws {Error} one line; what can be known before, before the old one ends.
 */
export async function continueKept(
	snapshot: Snapshot | undefined,
	options: PreparationOptions = {},
	beforehand: () => Promise<void> = async () => {},
): Promise<Guest> {
	const {hardware} = recall(keptDock());
	const template = snapshot === undefined ? await prepare({hardware, ...options}) : await templateOf(snapshot);
	return whileKept(async () => {
		await beforehand();
		await halt();
		return start(template, snapshot);
	});
}

async function start(template: Template, snapshot: Snapshot | undefined): Promise<Guest> {
	const dock = keptDock();
	forgetVisits(dock);
	const machine = await restoreMachine(template, {dock, snapshot, tied: false});
	try {
		const guest = await greet(machine);
		await wake(guest);
		remember(dock, {at: snapshot?.id, hardware: template.blueprint.hardware});
		return guest;
	} catch (error) {
		await machine.stop();
		throw error;
	}
}

/** Ends the kept machine; content if it doesn't run. */
export async function haltKept(): Promise<void> {
	await whileKept(halt);
}

/** It needs no seat: where all are taken, and where QEMU answers no more, there is still a way out. */
async function halt(): Promise<void> {
	for (const {id} of keptRecords()) endMachineProcess(machineDirectory(id));
	sweepMachines();
}

/** Ends the kept machine and removes all that it had. @returns how many bytes are free again. */
export async function destroyKept(): Promise<number> {
	return whileKept(async () => {
		const dock = keptDock();
		const bytes = diskUse(dock.directory);
		await halt();
		removeDock(dock);
		return bytes;
	});
}

/** Shows a folder in the kept machine, packed as it is now. */
export async function shareKept(guest: Guest, share: Omit<Share, 'number'>): Promise<void> {
	await inTurn(turnLock(guest.machine.directory), async () => {
		await showShare(guest, await packShare({...share, number: Date.now()}, keptDock()));
	});
}

/** Does what only one program may do at a time to the kept machine: to bring it up, to end it, to save it. */
export function whileKept<T>(work: () => Promise<T>): Promise<T> {
	return inTurn(keptLock(), work);
}

function keptRecords(): readonly MachineRecord[] {
	const {name} = keptDock();
	return listRecords().filter(({dock}) => dock === name);
}

/**
 * Whether a guest has come to its end by itself, and QEMU waits for somebody to look. Where it can't be asked at once, all seats
 * are taken, and whoever sits there looks.
 */
async function hasEndedUnseen(record: MachineRecord): Promise<boolean> {
	const machine = await attachMachine(record, keptDock(), 0).catch(() => undefined);
	if (machine === undefined) return false;
	const answer = await machine.qmp.execute('query-status').catch(() => ({status: 'shutdown'}));
	const isOver = (answer as {readonly status: string}).status === 'shutdown';
	if (isOver) await machine.ended;
	else machine.leave();
	return isOver;
}

function greetIfAsAsked(machine: Machine, asked: Partial<Hardware> = {}): Promise<Guest> {
	const {hardware} = recall(machine.dock);
	if (isAsAsked(hardware, asked)) return greetKept(machine);
	machine.leave();
	throw new Error(
		`the machine runs already, with ${describeHardware(hardware)}: drydock vm halt first, which ends what runs in it`,
	);
}

/** A command waits for a machine that answers, and not for one that has fallen silent. */
async function greetKept(machine: Machine): Promise<Guest> {
	const guest = await greet(machine, {timeoutMilliseconds: 20_000});
	guest.agent.endInSilence(20_000);
	return guest;
}
