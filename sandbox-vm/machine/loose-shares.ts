/**
 * Folders that were packed for a kept machine, and that nobody needs any more.
 *
 * A dock that goes with its program keeps them as long as it does: its next machine shows them too.
 * @module
 */
import {readdirSync, readlinkSync, rmSync} from 'node:fs';
import {join} from 'node:path';
import {tolerate} from '#kernel/error';
import {machineDirectory} from './directories.ts';
import type {Dock} from './dock.ts';
import {readSnapshots} from './history.ts';
import {findMachineProcess} from './processes.ts';
import {listRecords} from './record.ts';
import {isSomebodysTurn, turnLock} from './seat.ts';

/** Removes the packed folders of a kept dock that neither its machine nor a snapshot has plugged in. */
export function removeLooseShares(dock: Dock): void {
	const names = tolerate(['ENOENT'], () => readdirSync(dock.directory)) ?? [];
	const shares = names.filter(name => /^share-\d+\.squashfs$/.test(name)).map(name => join(dock.directory, name));
	if (shares.length === 0) return;
	const machines = listRecords().filter(({dock: name}) => name === dock.name);
	// Who packs one does so in turn, until it is plugged in.
	if (machines.some(({id}) => isSomebodysTurn(turnLock(machineDirectory(id))))) return;
	const needed = new Set([
		...readSnapshots(dock).flatMap(({plugged}) => plugged.map(({path}) => path)),
		...machines.flatMap(({id}) => openFiles(machineDirectory(id))),
	]);
	for (const share of shares) if (!needed.has(share)) rmSync(share, {force: true});
}

function openFiles(directory: string): readonly string[] {
	const process = findMachineProcess(directory);
	if (process === undefined) return [];
	const descriptors = tolerate(['ENOENT', 'EACCES'], () => readdirSync(`/proc/${process.pid}/fd`)) ?? [];
	return descriptors.flatMap(fd => tolerate(['ENOENT'], () => readlinkSync(`/proc/${process.pid}/fd/${fd}`)) ?? []);
}
