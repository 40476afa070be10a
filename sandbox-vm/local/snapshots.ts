/**
 * Keeping what was changed in a sandbox: a copy of its writable layer. Files come back; processes don't.
 *
 *     containers/ID/layer/upper ──take──▶ containers/ID/snapshots/NAME
 *     containers/ID/snapshots   ──inherit──▶ those of the container that replaces it
 *     containers/ID/snapshots/NAME ──restore──▶ containers/ID/layer/upper, before it starts
 *
 * The copies lie in the container's own directory, so that they go wherever that goes.
 * @module
 */
import {execFile} from 'node:child_process';
import {existsSync, mkdirSync, renameSync, rmSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {promisify} from 'node:util';

const run = promisify(execFile);

/**
 * Copies what was changed.
 *
 * @param layer the container's writable layer.
 * @throws {Error} if the changes are not in one directory, but in memory or in pieces; with cp's words if they can't be copied.
 */
export async function takeSnapshot(layer: string, name: string): Promise<void> {
	if (!existsSync(changesIn(layer))) {
		throw new Error(
			'this sandbox can’t be remembered: its changes are in pieces or in memory, as without root they must be; use sudo',
		);
	}
	await copyTree(changesIn(layer), snapshotPath(layer, name));
}

/** @throws {Error} if there is no snapshot of this name. */
export function requireSnapshot(layer: string, name: string): void {
	if (!existsSync(snapshotPath(layer, name))) throw new Error(`there is no snapshot ${name} of this sandbox`);
}

/** Hands a container's snapshots on to another one. */
export function inheritSnapshots(from: string, to: string): void {
	if (existsSync(snapshotsOf(from))) renameSync(snapshotsOf(from), snapshotsOf(to));
}

/** Gives a container that has not started yet the files of a snapshot. */
export async function restoreSnapshot(layer: string, name: string): Promise<void> {
	await copyTree(snapshotPath(layer, name), changesIn(layer));
}

/** With owners, modes, device nodes and attributes: whiteouts are among them. */
async function copyTree(from: string, to: string): Promise<void> {
	rmSync(to, {recursive: true, force: true});
	mkdirSync(dirname(to), {recursive: true, mode: 0o700});
	await run('cp', ['-a', '--', from, to]);
}

function changesIn(layer: string): string {
	return join(layer, 'upper');
}

function snapshotsOf(layer: string): string {
	return join(dirname(layer), 'snapshots');
}

function snapshotPath(layer: string, name: string): string {
	// A name is a name, and no way out of the directory.
	return join(snapshotsOf(layer), `=${encodeURIComponent(name)}`);
}
