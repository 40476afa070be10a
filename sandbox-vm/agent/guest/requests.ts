/**
 * What the host can ask for, and who does it.
 * @module
 */
import {existsSync, mkdirSync, statSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {Readable} from 'node:stream';
import {pipeline} from 'node:stream/promises';
import {setClock} from '#kernel/clock';
import {isErrno} from '#kernel/error';
import {stirRandomPool} from '#kernel/random';
import {type SnapshotOptions, snapshot} from '#observe';
import {ExplainedError} from '#words/explained-error';
import type {Request} from '../messages.ts';
import {pack} from '../parcel.ts';
import {unpack} from '../unpack.ts';
import {runCommand} from './command.ts';
import type {Task} from './session.ts';
import {attachShell, runShell} from './shell.ts';

const nothing = {};

/** Does a request. @throws what the host shall be told. */
export async function doRequest(request: Request, task: Task): Promise<Readonly<Record<string, unknown>>> {
	switch (request.ask) {
		case 'ping':
			return nothing;
		case 'exec':
			return {...(await runCommand(request, task))};
		case 'shell':
			return {...(await runShell(request, task))};
		case 'attach':
			return {...(await attachShell(request, task))};
		case 'observe':
			return observe(request.options, task);
		case 'put':
			return put(request, task);
		case 'get':
			await pipeline(Readable.from(pack(request.path)), task.call.outgoing(1));
			return nothing;
		case 'alone':
			task.endOthers();
			return nothing;
		case 'setClock':
			setClock(request.milliseconds);
			return nothing;
		case 'reseed':
			stirRandomPool(Buffer.from(request.base64, 'base64'));
			return nothing;
	}
}

async function observe(options: SnapshotOptions, {call}: Task): Promise<Record<string, never>> {
	await pipeline([JSON.stringify(snapshot(options))], call.outgoing(1));
	return nothing;
}

async function put(
	{path: place, name}: {readonly path: string; readonly name?: string},
	{call}: Task,
): Promise<Record<string, never>> {
	const path = name !== undefined && isFolder(place) ? join(place, name) : place;
	// The host is believed, and only keeps its own mistakes from becoming the machine's.
	const options = {replace: true, anyLinks: true, modes: 0o7777, mostBytes: Infinity, mostEntries: Infinity};
	try {
		makeFoldersAbove(path);
		await unpack(call.incoming(0), path, options);
	} catch (error) {
		throw isErrno(error, 'ENOSPC', 'EDQUOT') ? machineIsFull(path, error) : error;
	}
	return nothing;
}

/** The host has disks too: whose is full has to be said. */
function machineIsFull(path: string, cause: unknown): ExplainedError {
	const text = {
		en: `the machine’s disk has no room for ${path}: remove files in the machine, or reset it`,
		zh: `机器的磁盘放不下 ${path}：请删除机器里的一些文件，或者重置机器`,
	};
	return new ExplainedError(text, {cause});
}

/** A slash at the end says that it shall be one. */
function isFolder(path: string): boolean {
	return path.endsWith('/') || (statSync(path, {throwIfNoEntry: false})?.isDirectory() ?? false);
}

/** By hand: Node's own `recursive` never returns where the kernel makes no folders, as in /proc. */
function makeFoldersAbove(path: string): void {
	const above = dirname(path);
	if (existsSync(above)) return;
	makeFoldersAbove(above);
	mkdirSync(above);
}
