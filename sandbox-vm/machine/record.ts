/**
 * What a machine's directory tells other programs of it.
 * @module
 */
import {readdirSync, readFileSync, renameSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {tolerate} from '#kernel/error';
import type {Accelerator} from './accelerator.ts';
import {machinesDirectory} from './directories.ts';

export interface MachineRecord {
	readonly id: string;
	readonly accelerator: Accelerator;
	/** The name of the dock where it lies. */
	readonly dock: string;
	readonly template: string;
	/** The memory that it shares. */
	readonly ram: string;
	/** The files below its scratch disk, the uppermost first. */
	readonly chain: readonly string[];
	readonly tied: boolean;
}

/** Writes a record, whole or not at all. */
export function writeRecord(directory: string, record: MachineRecord): void {
	const path = join(directory, recordFile);
	writeFileSync(`${path}~`, JSON.stringify(record), {mode: 0o600});
	renameSync(`${path}~`, path);
}

/** Reads a record; undefined if the machine's maker was killed before it was written. */
export function readRecord(directory: string): MachineRecord | undefined {
	const text = tolerate(['ENOENT'], () => readFileSync(join(directory, recordFile), 'utf8'));
	return text === undefined ? undefined : (JSON.parse(text) as MachineRecord);
}

/** The records of all machines that run, or whose remains are not swept yet. */
export function listRecords(): readonly MachineRecord[] {
	const names = tolerate(['ENOENT'], () => readdirSync(machinesDirectory())) ?? [];
	return names.flatMap(name => readRecord(join(machinesDirectory(), name)) ?? []);
}

const recordFile = 'machine.json';
