/**
 * What this host has for machines, what is missing, and what to do.
 * @module
 */
import {readdirSync, statSync} from 'node:fs';
import {join} from 'node:path';
import {dataDirectory, makePrivateDirectory} from '#engine/directories';
import {tolerate} from '#kernel/error';
import {findExecutable} from '#kernel/executable';
import {judgeAccelerators, type Verdict} from './accelerator.ts';
import {usualHardware} from './blueprint.ts';
import {machineDirectory, templatesDirectory} from './directories.ts';
import {findQemu, type Qemu} from './find-qemu.ts';
import {isOwned} from './ownership.ts';
import {listRecords} from './record.ts';
import {mebibytes, requireDisk, requireMemory} from './room.ts';

/** One line of the report. */
export interface Finding {
	readonly about: string;
	/** `slow`: it will do. `bad`: no machine without it. */
	readonly state: 'good' | 'slow' | 'bad';
	/** What is, and if it isn't good, what to do. */
	readonly says: string;
}

/** Looks at everything that a machine needs. Never throws. */
export async function examineHost(): Promise<readonly Finding[]> {
	const qemu = attempt(findQemu);
	return [
		qemu instanceof Error
			? {about: 'QEMU', state: 'bad', says: qemu.message}
			: {about: 'QEMU', state: 'good', says: `${qemu.path}, ${qemu.version}`},
		...(qemu instanceof Error ? [] : await examineAccelerators(qemu)),
		examineTie(),
		examine('memory', () => {
			requireMemory(usualHardware.memoryBytes);
			return `${mebibytes(process.availableMemory())} free; a machine takes up to ${mebibytes(usualHardware.memoryBytes)}`;
		}),
		examine('disk', () => {
			requireDisk(makePrivateDirectory(dataDirectory()), usualHardware.memoryBytes);
			return `${dataDirectory()} has room`;
		}),
		examine('templates', describeTemplates),
		examine('machines', describeMachines),
	];
}

async function examineAccelerators(qemu: Qemu): Promise<readonly Finding[]> {
	const verdicts = await judgeAccelerators(qemu);
	const chosen = verdicts.find(({works}) => works);
	return verdicts.map(verdict => ({
		about: verdict.accelerator,
		state: stateOf(verdict),
		says: `${verdict.because}${verdict === chosen ? '; machines use it' : ''}`,
	}));
}

/** Without the hardware's help a machine is slow; without the translator's there is none. */
function stateOf({accelerator, works}: Verdict): Finding['state'] {
	if (works) return 'good';
	return accelerator === 'tcg' ? 'bad' : 'slow';
}

function examineTie(): Finding {
	return findExecutable('setpriv') !== undefined
		? {about: 'setpriv', state: 'good', says: 'a killed program takes its machines with it'}
		: {about: 'setpriv', state: 'bad', says: 'it is missing: apt-get install util-linux'};
}

function describeTemplates(): string {
	const keys = tolerate(['ENOENT'], () => readdirSync(templatesDirectory())) ?? [];
	// What counts is what the disk gives: memory that was never written takes none.
	const bytes = keys.flatMap(key => ['ram', 'disk'].map(name => join(templatesDirectory(), key, name)));
	const taken = bytes.reduce((sum, path) => sum + (tolerate(['ENOENT'], () => statSync(path).blocks * 512) ?? 0), 0);
	return keys.length === 0 ? 'none yet: the first start boots, and saves one' : `${keys.length}, ${mebibytes(taken)}`;
}

function describeMachines(): string {
	const [owned, left] = [true, false].map(
		wanted => listRecords().filter(({id}) => isOwned(machineDirectory(id)) === wanted).length,
	);
	return `${owned} running${left === 0 ? '' : `; ${left} left behind, which the next command removes`}`;
}

function examine(about: string, look: () => string): Finding {
	const says = attempt(look);
	return says instanceof Error ? {about, state: 'bad', says: says.message} : {about, state: 'good', says};
}

function attempt<T>(look: () => T): T | Error {
	try {
		return look();
	} catch (error) {
		return error as Error;
	}
}
