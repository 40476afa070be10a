/**
 * The scratch disk of a machine: a chain of qcow2 files, of which only the uppermost is written.
 * @module
 */
import {newDiskPath} from './dock.ts';
import type {Machine} from './machine.ts';
import {newId} from './ownership.ts';

/** The files of a machine's scratch disk, the uppermost first. */
export async function scratchChain(machine: Machine): Promise<readonly string[]> {
	const files: string[] = [];
	for (let file: ImageFile | undefined = (await scratch(machine)).image; file; file = file['backing-image']) {
		files.push(file.filename);
	}
	return files;
}

/** Puts a new file on top: what was there until now is never written again. */
export async function freezeScratch(machine: Machine): Promise<void> {
	const node = (await scratch(machine))['node-name'];
	await machine.qmp.execute('blockdev-snapshot-sync', {
		'node-name': node,
		'snapshot-file': newDiskPath(machine.dock, machine.id),
		'snapshot-node-name': `scratch-${newId()}`,
		format: 'qcow2',
	});
}

interface ImageFile {
	readonly filename: string;
	readonly 'backing-image'?: ImageFile;
}

interface Inserted {
	readonly 'node-name': string;
	readonly image: ImageFile;
}

async function scratch({qmp}: Machine): Promise<Inserted> {
	const blocks = (await qmp.execute('query-block')) as readonly {qdev?: string; inserted?: Inserted}[];
	const inserted = blocks.find(({qdev}) => qdev?.includes('/scratch/'))?.inserted;
	if (inserted === undefined) throw new Error('the machine has lost its scratch disk');
	return inserted;
}
