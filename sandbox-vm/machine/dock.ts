/**
 * A dock: where one machine lies at a time, with the disks that it writes and the states that it was saved in.
 *
 *     docks/NAME/disks/ID-….qcow2    what machine ID has written
 *     docks/NAME/snapshots/ID/       a state to go back to
 *
 * A dock with a name is kept until it is removed. A temporary one goes with the program that opened it.
 * @module
 */
import {readdirSync, rmSync} from 'node:fs';
import {join} from 'node:path';
import {makePrivateDirectory} from '#engine/directories';
import {tolerate} from '#kernel/error';
import {docksDirectory} from './directories.ts';
import {newId, ownDirectory} from './ownership.ts';

export interface Dock {
	readonly name: string;
	readonly directory: string;
	/** Gives a temporary dock up, with all that is in it. A kept one stays. */
	readonly close: () => void;
}

/** Opens a dock that is kept, and makes it if need be. */
export function openDock(name: string): Dock {
	if (!/^[a-z0-9][a-z0-9_.-]{0,62}$/.test(name)) {
		throw new Error(`a dock’s name is made of a–z, 0–9, dot, dash and underscore: ${name}`);
	}
	return fitOut({name, directory: join(docksDirectory(), name), close: () => {}});
}

/** Makes a dock that nobody else has, for as long as this program runs. */
export function temporaryDock(): Dock {
	const name = `${temporaryPrefix}${newId()}`;
	const {directory, release} = ownDirectory(join(docksDirectory(), name));
	return fitOut({name, directory, close: release});
}

/** The names of the docks that are kept. */
export function listDocks(): readonly string[] {
	const names = tolerate(['ENOENT'], () => readdirSync(docksDirectory())) ?? [];
	return names.filter(name => !isTemporary(name));
}

/** Whether a dock of this name goes with the program that opened it. */
export function isTemporary(name: string): boolean {
	return name.startsWith(temporaryPrefix);
}

/** Removes a dock and all its states. The machine that lay there must have been stopped. */
export function removeDock(dock: Dock): void {
	dock.close();
	rmSync(dock.directory, {recursive: true, force: true});
}

/** Where a machine's next disk goes. */
export function newDiskPath(dock: Dock, machineId: string): string {
	return join(disksOf(dock), `${machineId}-${newId()}.qcow2`);
}

/** The directory of a dock's disks. */
export function disksOf({directory}: Dock): string {
	return join(directory, 'disks');
}

/** The directory of a dock's states. */
export function snapshotsOf({directory}: Dock): string {
	return join(directory, 'snapshots');
}

/** No kept dock's name begins so. */
const temporaryPrefix = '~';

function fitOut(dock: Dock): Dock {
	makePrivateDirectory(disksOf(dock));
	makePrivateDirectory(snapshotsOf(dock));
	return dock;
}
