/**
 * A container's record: what was asked for and what became of it. A stopped container is a directory with this in it.
 * @module
 */

import {mkdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {containerData} from '#engine/directories';
import {isErrno} from '#kernel/error';
import {exactJson, parseExactJson} from '#kernel/exact-json';
import type {ProcessName} from '#kernel/pidfd';
import {writeWholeFile} from '#kernel/whole-file';
import type {Container} from '#runtime';

/** Where in its life a container is, in docker's words. */
export type Status = 'created' | 'running' | 'paused' | 'exited' | 'dead';

/** What became of a container. */
export interface ContainerState {
	readonly status: Status;
	/** The first process, while it runs. */
	readonly process?: ProcessName | undefined;
	readonly exitCode: number;
	/** Why it could not be started, if so. */
	readonly error: string;
	readonly oomKilled: boolean;
	/** Times are ISO 8601; empty if it hasn't happened. */
	readonly startedAt: string;
	readonly finishedAt: string;
}

/** All that is known of a container. */
export interface ContainerRecord {
	readonly id: string;
	readonly name: string;
	/** ISO 8601. */
	readonly createdAt: string;
	/** What it was made from, as it was typed: `host`, a directory or a tar file. */
	readonly image: string;
	readonly labels: Readonly<Record<string, string>>;
	/** Remove it when it ends. */
	readonly autoRemove: boolean;
	/** Whether its standard input stays open for whoever attaches. */
	readonly openStdin: boolean;
	/** `bridge`, `none`, `host` or `container:ID`. */
	readonly networkMode: string;
	/** The signal that asks it to end. */
	readonly stopSignal: number;
	readonly container: Container;
	readonly state: ContainerState;
}

/** Whether its first process runs, frozen or not. */
export function isRunning({state}: ContainerRecord): boolean {
	return state.status === 'running' || state.status === 'paused';
}

const fileName = 'container.json';

/** Reads a container's record; undefined if there is none, or one that can't be read. */
export function readRecord(id: string): ContainerRecord | undefined {
	try {
		return parseExactJson(readFileSync(join(containerData(id), fileName), 'utf8')) as ContainerRecord;
	} catch (error) {
		if (isErrno(error, 'ENOENT', 'ENOTDIR') || error instanceof SyntaxError) return undefined;
		throw error;
	}
}

/** Makes a container's directory with its record in it, whole or not at all. */
export function createRecord(record: ContainerRecord): void {
	const directory = containerData(record.id);
	mkdirSync(directory, {recursive: true, mode: 0o700});
	writeRecord(record);
}

/** Saves a record in place of the one before. A reader sees the old or the new one, never half of one. */
export function writeRecord(record: ContainerRecord): void {
	writeWholeFile(join(containerData(record.id), fileName), exactJson(record, '\t'));
}

/** Saves a change of a container's state and returns the record as it then is. */
export function changeState(record: ContainerRecord, change: Partial<ContainerState>): ContainerRecord {
	const changed = {...record, state: {...record.state, ...change}};
	writeRecord(changed);
	return changed;
}
