/**
 * What is remembered of the kept machine, whether it runs or not.
 *
 *     docks/default/last       the state that it came from, and what it was built of
 *     docks/default/visited    somebody has been at it since: it may have changed
 *
 * @module
 */
import {existsSync, readFileSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {tolerate} from '#kernel/error';
import {type Hardware, usualHardware} from '../machine/blueprint.ts';
import type {Dock} from '../machine/dock.ts';

/** What the machine was last. */
export interface KeptMemory {
	/** The saved state that it came from, by its `id`; undefined if it was new then. */
	readonly at?: string | undefined;
	readonly hardware: Hardware;
}

/** What the machine was last; a usual one if there was none. */
export function recall(dock: Dock): KeptMemory {
	const text = tolerate(['ENOENT'], () => readFileSync(memoryPath(dock), 'utf8')) ?? '{}';
	return {hardware: usualHardware, ...(JSON.parse(text) as Partial<KeptMemory>)};
}

/** Remembers it, whole or not at all. */
export function remember(dock: Dock, memory: KeptMemory): void {
	const path = memoryPath(dock);
	writeFileSync(`${path}~`, JSON.stringify(memory), {mode: 0o600});
	renameSync(`${path}~`, path);
}

/** Remembers that somebody is at the machine. Of a dock that is being removed there is nothing to remember. */
export function noteVisit(dock: Dock): void {
	tolerate(['ENOENT'], () => writeFileSync(visitPath(dock), '', {mode: 0o600}));
}

/** Whether anybody has been at the machine since it was in a saved state. */
export function wasVisited(dock: Dock): boolean {
	return existsSync(visitPath(dock));
}

/** The machine is in a saved state, or as new. */
export function forgetVisits(dock: Dock): void {
	rmSync(visitPath(dock), {force: true});
}

function memoryPath({directory}: Dock): string {
	return join(directory, 'last');
}

function visitPath({directory}: Dock): string {
	return join(directory, 'visited');
}
