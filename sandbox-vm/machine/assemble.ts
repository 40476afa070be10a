/**
 * Puts a machine together: its directory, its disk, its process, and the watch for its end.
 * @module
 */
import {rmSync} from 'node:fs';
import {ExplainedError} from '#words/explained-error';
import {type Blueprint, qemuArguments, qmpSocket, scratchBytes, type Wiring} from './blueprint.ts';
import {machineDirectory} from './directories.ts';
import {type Dock, newDiskPath} from './dock.ts';
import {awaitExit, launchQemu} from './launch.ts';
import {removeLooseDisks} from './loose-disks.ts';
import type {Machine} from './machine.ts';
import {writeOverlay} from './overlay.ts';
import {isOwned, newId, ownDirectory} from './ownership.ts';
import {endMachineProcess, findMachineProcess} from './processes.ts';
import {connectQmp} from './qmp.ts';
import {type MachineRecord, readRecord, writeRecord} from './record.ts';
import {explainFull, requireMemory} from './room.ts';
import {inTurn, type Seat, takeSeat, turnLock} from './seat.ts';
import {watchEnd} from './watch-end.ts';

/** A machine to be made. */
export interface Assembly extends Pick<Wiring, 'ram' | 'plugged' | 'start'> {
	readonly blueprint: Blueprint;
	readonly template: string;
	readonly dock: Dock;
	/** The qcow2 files below its scratch disk, the uppermost first. */
	readonly chain: readonly string[];
	/** Whether it ends with this program. */
	readonly tied: boolean;
	/** A descriptor that QEMU gets as 3. */
	readonly inherit?: number | undefined;
}

/**
 * Starts QEMU. The guest doesn't run yet if it is to be restored.
 *
 * @throws {Error} one line; nothing is left then.
 */
export async function assemble(assembly: Assembly): Promise<Machine> {
	const {blueprint, dock, ram, plugged, start, tied, chain} = assembly;
	requireMemory(blueprint.hardware.memoryBytes);
	const id = newId();
	const {directory, fd, release, letGo} = ownDirectory(machineDirectory(id));
	const forget = (): void => {
		release();
		removeLooseDisks(dock);
	};
	let seat: Seat | undefined;
	try {
		const taken = await takeSeat(directory);
		seat = taken;
		const record = recordOf(id, assembly);
		writeRecord(directory, record);
		const disk = newDiskPath(dock, id);
		writeOverlay(disk, scratchBytes, chain[0] === undefined ? undefined : {path: chain[0], format: 'qcow2'});
		const {child, pid, qmp, gone} = await launchQemu({
			path: blueprint.qemu.path,
			args: qemuArguments(blueprint, {directory, ram, disk, plugged, start}),
			directory,
			seat: taken.number,
			tied,
			// Its own descriptor of the lock is what keeps a machine that isn't tied.
			inherit: [assembly.inherit ?? 'ignore', ...(tied ? [] : [fd])],
		});
		const kill = async (): Promise<void> => {
			child.kill('SIGKILL');
			await awaitExit(child);
		};
		const leave = (): void => {
			qmp.close();
			letGo();
		};
		void qmp.closed.then(taken.release);
		const end = watchEnd({qmp, gone, kill, forget});
		return {...record, directory, dock, pid, seat: taken.number, qmp, gone, leave, ...end};
	} catch (error) {
		seat?.release();
		forget();
		throw explainFull(error, dock.directory);
	}
}

/**
 * Finds a machine that an earlier program started and left.
 *
 * @param milliseconds how long to wait for a free seat.
 * @returns undefined if none lies in this dock.
 * @throws {Error} if it doesn't answer.
 */
export async function attachMachine(
	record: MachineRecord,
	dock: Dock,
	milliseconds?: number,
): Promise<Machine | undefined> {
	const directory = machineDirectory(record.id);
	const process = isOwned(directory) ? findMachineProcess(directory) : undefined;
	if (process === undefined || readRecord(directory) === undefined) return undefined;
	const seat = await takeSeat(directory, milliseconds);
	const qmp = await connectQmp(qmpSocket(directory, seat.number)).catch((error: unknown) => {
		seat.release();
		throw error;
	});
	void qmp.closed.then(seat.release);
	const gone = new AbortController();
	let isLeft = false;
	void qmp.closed.then(() => {
		if (!isLeft) gone.abort(new ExplainedError({en: 'QEMU has ended', zh: 'QEMU 已结束'}));
	});
	const leave = (): void => {
		isLeft = true;
		qmp.close();
	};
	const kill = async (): Promise<void> => endMachineProcess(directory);
	const forget = (): void => {
		rmSync(directory, {recursive: true, force: true});
		removeLooseDisks(dock);
	};
	const query = async (): Promise<string> => ((await qmp.execute('query-status')) as {readonly status: string}).status;
	let status = await query();
	if (status === 'paused') {
		await inTurn(turnLock(directory), async () => {
			status = await query();
			// Who made it stand still, to save it, was killed: it is nobody else's turn.
			if (status === 'paused') await qmp.execute('cont');
		});
	}
	const end = watchEnd({qmp, gone: gone.signal, kill, forget, over: status === 'shutdown'});
	return {...record, directory, dock, pid: process.pid, seat: seat.number, qmp, gone: gone.signal, leave, ...end};
}

function recordOf(id: string, {blueprint, template, dock, ram, chain, tied}: Assembly): MachineRecord {
	return {id, accelerator: blueprint.accelerator, dock: dock.name, template, ram: ram.path, chain, tied};
}
