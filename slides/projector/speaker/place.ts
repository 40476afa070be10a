/**
 * Where a presentation can be found: a Unix socket in the engine's state, named after its deck and its process.
 *
 *     /run/drydock/slides/two-hours.4711.sock
 *
 * Two presentations never meet, not even of one deck. A socket that nobody answers at is what a killed one has left.
 * @module
 */
import {readdirSync, rmSync} from 'node:fs';
import {createConnection, type Socket} from 'node:net';
import {join} from 'node:path';
import {makePrivateDirectory, stateDirectory} from '#engine/directories';
import {isErrno, tolerate} from '#kernel/error';

/** A presentation that may be running. */
export interface Presentation {
	readonly deck: string;
	readonly pid: number;
	readonly path: string;
}

/** Where this process's presentation of a deck is found. Makes the folder, which is its owner's alone. */
export function presentationPath(deck: string, pid = process.pid): string {
	return join(makePrivateDirectory(directory()), `${deck}.${pid}.sock`);
}

/** All presentations that have left a socket, also those that were killed. */
export function presentations(): readonly Presentation[] {
	const files = tolerate(['ENOENT'], () => readdirSync(directory())) ?? [];
	return files.flatMap(file => {
		const [, deck, pid] = /^([\w.-]+)\.(\d+)\.sock$/.exec(file) ?? [];
		return deck === undefined ? [] : [{deck, pid: Number(pid), path: join(directory(), file)}];
	});
}

/** Whether somebody means this one by `two-hours` or by `two-hours.4711`; without a word, by any. */
export function isMeant({deck, pid}: Presentation, wanted: string | undefined): boolean {
	return wanted === undefined || wanted === deck || wanted === `${deck}.${pid}`;
}

/** Removes the sockets of presentations that were killed. */
export async function sweepPresentations(): Promise<void> {
	for (const {path} of presentations()) (await connectTo(path))?.destroy();
}

/** Connects; undefined, and no socket any more, if nobody answers there. */
export function connectTo(path: string): Promise<Socket | undefined> {
	const {promise, resolve, reject} = Promise.withResolvers<Socket | undefined>();
	const socket = createConnection(path);
	socket.once('connect', () => resolve(socket));
	socket.once('error', error => {
		if (isErrno(error, 'ECONNREFUSED')) rmSync(path, {force: true});
		if (isErrno(error, 'ECONNREFUSED', 'ENOENT', 'EACCES')) resolve(undefined);
		else reject(error);
	});
	return promise;
}

function directory(): string {
	return join(stateDirectory(), 'slides');
}
