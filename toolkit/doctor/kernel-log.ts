/**
 * The kernel's own log: the only place where some file systems say what they didn't like.
 *
 *     4,812,10642883127,-;tmpfs: Unknown parameter 'colour'
 *     priority, number, microseconds after boot, flags; text
 *
 * Source: Documentation/ABI/testing/dev-kmsg.
 * @module
 */
import {closeSync, constants, openSync, readSync} from 'node:fs';
import {isErrno} from '#kernel/error';
import {asKernelError} from '#kernel/file';

/** One line of the log. */
export interface LogLine {
	readonly text: string;
	readonly ageMilliseconds: number;
}

const MOST_LINES = 20_000;
const LONGEST_LINE = 8192;

/** The lines that the log still holds, oldest first. @throws {KernelError} `EPERM` where only root may read them. */
export function kernelLog(): readonly LogLine[] {
	const fd = open();
	const now = Number(process.hrtime.bigint() / 1000n);
	const lines: LogLine[] = [];
	const buffer = Buffer.alloc(LONGEST_LINE);
	try {
		while (lines.length < MOST_LINES) {
			const line = next(fd, buffer);
			if (line === 'end') break;
			const match = /^\d+,\d+,(\d+),[^;]*;(.*)/.exec(line);
			if (match !== null) lines.push({text: match[2]!, ageMilliseconds: (now - Number(match[1])) / 1000});
		}
	} finally {
		closeSync(fd);
	}
	return lines;
}

/** One read(2) is one line. EAGAIN: there are no more; EPIPE: the oldest were overwritten meanwhile. */
function next(fd: number, buffer: Buffer): string {
	try {
		return buffer.toString('utf8', 0, readSync(fd, buffer)).split('\n')[0]!;
	} catch (error) {
		if (isErrno(error, 'EAGAIN')) return 'end';
		if (isErrno(error, 'EPIPE')) return '';
		throw asKernelError('read', ['/dev/kmsg'], error);
	}
}

function open(): number {
	try {
		return openSync('/dev/kmsg', constants.O_RDONLY | constants.O_NONBLOCK);
	} catch (error) {
		throw asKernelError('open', ['/dev/kmsg'], error);
	}
}
