/**
 * Saves a running machine: it stands still for a moment, and goes on.
 *
 *     devices  as a template's
 *     pages    the memory that differs from the template's
 *     disk     what was written until now stays below; from now on another file above it is written
 *
 * @module
 */
import {join} from 'node:path';
import {saveDevices} from './devices.ts';
import {type Snapshot, snapshotDirectory, writeSnapshot} from './history.ts';
import {type Machine, pauseMachine, pluggedDisks, resumeMachine} from './machine.ts';
import {newId, ownDirectory} from './ownership.ts';
import {savePages} from './pages.ts';
import {explainFull} from './room.ts';
import {freezeScratch, scratchChain} from './scratch.ts';

/**
 * Saves a machine's state in its dock.
 *
 * @param place its place in the history: the state that it comes from, by `id`, and whether it is only left.
 * @throws {Error} if there is no room, or this process may not look into the machine's memory; it runs on then, if it ran.
 */
export async function takeSnapshot(
	machine: Machine,
	name: string,
	{parent, isLeft = false}: Partial<Pick<Snapshot, 'parent' | 'isLeft'>> = {},
): Promise<Snapshot> {
	const id = newId();
	const {directory, release, letGo} = ownDirectory(snapshotDirectory(machine.dock, id));
	const {running} = (await machine.qmp.execute('query-status')) as {readonly running: boolean};
	await pauseMachine(machine);
	try {
		await saveDevices(machine, join(directory, 'devices'));
		const memoryBytes = savePages(machine.pid, machine.ram, join(directory, 'pages'));
		const [chain, plugged] = [await scratchChain(machine), await pluggedDisks(machine)];
		await freezeScratch(machine);
		const {template} = machine;
		const snapshot = {id, name, isLeft, parent, takenMilliseconds: Date.now(), template, chain, plugged, memoryBytes};
		writeSnapshot(machine.dock, snapshot);
		letGo();
		return snapshot;
	} catch (error) {
		release();
		throw explainFull(error, directory);
	} finally {
		if (running) await resumeMachine(machine);
	}
}
