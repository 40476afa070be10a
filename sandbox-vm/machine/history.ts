/**
 * The tree of the states that a machine was saved in: every branch is kept.
 *
 *     pristine ─┬─ step 1 ─── step 2       undo: towards the root
 *               └─ left by undo            redo: to the youngest child; at the end, to what was left beside it
 *
 * @module
 */
import {readdirSync, readFileSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {tolerate} from '#kernel/error';
import type {PluggedDisk} from './blueprint.ts';
import {type Dock, snapshotsOf} from './dock.ts';
import {adoptAbandoned} from './ownership.ts';

/** A state to go back to. */
export interface Snapshot {
	readonly id: string;
	readonly name: string;
	/** Saved because an undo or a redo led away from it: undo passes it by. */
	readonly isLeft?: boolean;
	/** The state that the machine had been in before; undefined if it was the template's. */
	readonly parent: string | undefined;
	/** Since 1970. */
	readonly takenMilliseconds: number;
	/** The template whose memory it is based on. */
	readonly template: string;
	/** The files of its scratch disk, the uppermost first. */
	readonly chain: readonly string[];
	readonly plugged: readonly PluggedDisk[];
	/** The memory that differs from the template's. */
	readonly memoryBytes: number;
}

/** The directory of one state. */
export function snapshotDirectory(dock: Dock, id: string): string {
	return join(snapshotsOf(dock), id);
}

/** All states of a dock, the oldest first. */
export function readSnapshots(dock: Dock): readonly Snapshot[] {
	const ids = tolerate(['ENOENT'], () => readdirSync(snapshotsOf(dock))) ?? [];
	return ids
		.flatMap(id => {
			const text = tolerate(['ENOENT'], () => readFileSync(join(snapshotDirectory(dock, id), recordFile), 'utf8'));
			return text === undefined ? [] : [JSON.parse(text) as Snapshot];
		})
		.sort((one, other) => one.takenMilliseconds - other.takenMilliseconds);
}

/** Writes a state's record: from now on there is this state. */
export function writeSnapshot(dock: Dock, snapshot: Snapshot): void {
	const path = join(snapshotDirectory(dock, snapshot.id), recordFile);
	writeFileSync(`${path}~`, JSON.stringify(snapshot), {mode: 0o600});
	renameSync(`${path}~`, path);
}

/** Removes a state. Its children get its parent. */
export function removeSnapshot(dock: Dock, {id, parent}: Snapshot): void {
	for (const child of readSnapshots(dock)) if (child.parent === id) writeSnapshot(dock, {...child, parent});
	rmSync(snapshotDirectory(dock, id), {recursive: true, force: true});
}

/** Removes what a killed program left of states that it was about to save. */
export function removeUnfinishedSnapshots(dock: Dock): void {
	const finished = new Set(readSnapshots(dock).map(({id}) => id));
	adoptAbandoned(
		snapshotsOf(dock),
		() => {},
		id => !finished.has(id),
	);
}

/** The youngest state of this name. @throws {Error} if there is none. */
export function findSnapshot(snapshots: readonly Snapshot[], name: string): Snapshot {
	const found = snapshots.findLast(snapshot => snapshot.name === name);
	if (found !== undefined) return found;
	const names = [...new Set(snapshots.map(snapshot => snapshot.name))].join(', ');
	throw new Error(`there is no snapshot called ${name}; there is ${names || 'none at all'}`);
}

/**
 * The state that undo leads to: the one that the machine came from, or from there the one before; undefined if that is the
 * pristine machine.
 *
 * @param hasChanged whether anything may have been done since.
 */
export function undoTarget(
	snapshots: readonly Snapshot[],
	at: string | undefined,
	hasChanged: boolean,
): Snapshot | undefined {
	const find = (wanted: string | undefined): Snapshot | undefined => snapshots.find(({id}) => id === wanted);
	let target = hasChanged ? find(at) : find(find(at)?.parent);
	while (target?.isLeft) target = find(target.parent);
	return target;
}

/** The state after: of several, the youngest. From one that was only left, the one that was left there before, and round. */
export function redoTarget(snapshots: readonly Snapshot[], at: string | undefined): Snapshot | undefined {
	const next = snapshots.findLast(({parent}) => parent === at);
	const here = snapshots.find(({id}) => id === at);
	if (next !== undefined || !here?.isLeft) return next;
	const beside = snapshots.filter(({isLeft, parent}) => isLeft && parent === here.parent);
	return beside.length === 1 ? undefined : beside.at(beside.indexOf(here) - 1);
}

/** The branches, as lines to print. */
export function drawTree(snapshots: readonly Snapshot[], at?: string): readonly string[] {
	const known = new Set(snapshots.map(({id}) => id));
	const childrenOf = (id: string | undefined): readonly Snapshot[] =>
		snapshots.filter(({parent}) => (parent !== undefined && known.has(parent) ? parent : undefined) === id);
	const draw = (snapshot: Snapshot, indent: string, isLast: boolean): readonly string[] => {
		const children = childrenOf(snapshot.id);
		return [
			`${indent}${isLast ? '└─' : '├─'} ${snapshot.name}${snapshot.id === at ? '  ◀ here' : ''}`,
			...children.flatMap((child, index) =>
				draw(child, `${indent}${isLast ? '  ' : '│ '} `, index === children.length - 1),
			),
		];
	};
	const roots = childrenOf(undefined);
	return roots.flatMap((root, index) => draw(root, '', index === roots.length - 1));
}

const recordFile = 'snapshot.json';
