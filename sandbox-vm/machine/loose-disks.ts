/**
 * Disks that nobody needs any more.
 * @module
 */
import {readdirSync, rmSync} from 'node:fs';
import {join} from 'node:path';
import {tolerate} from '#kernel/error';
import {type Dock, disksOf} from './dock.ts';
import {readSnapshots} from './history.ts';
import {listRecords} from './record.ts';

/** Removes the disks that neither a machine nor a snapshot needs any more. */
export function removeLooseDisks(dock: Dock): void {
	const disks = tolerate(['ENOENT'], () => readdirSync(disksOf(dock))) ?? [];
	if (disks.length === 0) return;
	const machines = listRecords().filter(({dock: name}) => name === dock.name);
	const needed = new Set([...machines, ...readSnapshots(dock)].flatMap(({chain}) => chain));
	for (const disk of disks) {
		const path = join(disksOf(dock), disk);
		if (!needed.has(path) && !machines.some(({id}) => disk.startsWith(`${id}-`))) rmSync(path, {force: true});
	}
}
