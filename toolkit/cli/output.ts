/**
 * What commands write: results to standard output, one clear line of trouble to standard error.
 * @module
 */

import {writeSync} from 'node:fs';
import {join} from 'node:path';
import {dataDirectory} from '#engine/directories';
import {isErrno, KernelError} from '#kernel/error';
import {waitForRoom} from '#kernel/poll';
import {plainMessage, plainReason} from '#words/file-complaint';

/** Writes to standard output, at once and whole. A reader that has gone (`| head`) is no error. */
export function writeOut(text: string): void {
	writeAll(1, text);
}

/** Writes to standard error, like `writeOut`. */
export function writeError(text: string): void {
	writeAll(2, text);
}

/** Tells of an error in one line. */
export function tellError(error: unknown): void {
	writeError(`drydock: ${plainMessage(error)}${adviceFor(error)}\n`);
	// The way to it is for those who mend drydock, not for those who use it.
	if (process.env.DRYDOCK_DEBUG && error instanceof Error)
		writeError(`${error.stack}\n${error.cause instanceof Error ? `caused by ${error.cause.stack}\n` : ''}`);
}

function adviceFor(error: unknown): string {
	if (!isErrno(error, 'ENOSPC', 'EDQUOT') || !isAboutData(error)) return '';
	return `: make room in ${dataDirectory()}, or let DRYDOCK_DATA name another disk`;
}

/** Whether a full disk is the engine's own. Node's error of write(2) names no file: whoever writes elsewhere says where. */
function isAboutData(error: unknown): boolean {
	const below = join(dataDirectory(), '/');
	if (error instanceof KernelError) return error.args.some(value => String(value).startsWith(below));
	const {path} = error as NodeJS.ErrnoException;
	return path === undefined || path.startsWith(below);
}

const streamNames = {1: 'standard output', 2: 'standard error'} as const;

function writeAll(fd: keyof typeof streamNames, text: string): void {
	const bytes = Buffer.from(text);
	for (let sent = 0; sent < bytes.length; ) {
		try {
			sent += writeSync(fd, bytes, sent);
		} catch (error) {
			if (isErrno(error, 'EPIPE')) return;
			if (!isErrno(error, 'EAGAIN'))
				throw new Error(`can't write to ${streamNames[fd]}: ${plainReason(error)}`, {cause: error});
			// A pipe or terminal that is full for the moment, and was set not to wait by whoever shares it.
			waitForRoom(fd);
		}
	}
}
