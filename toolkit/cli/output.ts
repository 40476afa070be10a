/**
 * What commands write: results to standard output, one clear line of trouble to standard error.
 * @module
 */
import {writeSync} from 'node:fs';
import {dataDirectory} from '#engine/directories';
import {isErrno} from '#kernel/error';

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
	const message = error instanceof Error ? error.message : String(error);
	const advice = isErrno(error, 'ENOSPC', 'EDQUOT')
		? `: make room in ${dataDirectory()}, or let DRYDOCK_DATA name another disk`
		: '';
	writeError(`drydock: ${message}${advice}\n`);
	// The way to it is for those who mend drydock, not for those who use it.
	if (process.env.DRYDOCK_DEBUG && error instanceof Error)
		writeError(`${error.stack}\n${error.cause instanceof Error ? `caused by ${error.cause.stack}\n` : ''}`);
}

function writeAll(fd: number, text: string): void {
	const bytes = Buffer.from(text);
	for (let sent = 0; sent < bytes.length; ) {
		try {
			sent += writeSync(fd, bytes, sent);
		} catch (error) {
			if (isErrno(error, 'EPIPE')) return;
			// A pipe or terminal that is full for the moment, and was set not to wait by whoever shares it.
			if (!isErrno(error, 'EAGAIN')) throw error;
		}
	}
}
