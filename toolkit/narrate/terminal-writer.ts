/**
 * Writing into another process's terminal, between what its programs print.
 *
 * The surprise: a terminal may not take anything, for as long as its reader likes (Ctrl-S). Whoever waits for that while
 * processes stand still stops them all. So nothing here waits: what finds no room is kept, up to a bound, and then dropped.
 *
 * Sources: tty(4), proc(5) on /proc/PID/fd.
 * @module
 */
import {closeSync, constants, openSync, writeSync} from 'node:fs';
import {isErrno} from '#kernel/error';
import {linkTarget} from './raw-call.ts';

/** A terminal to write into. */
export interface TerminalWriter {
	/** Whole or not at all, as soon as there is room. */
	write(text: string): void;
	close(): void;
}

const MOST_WAITING_BYTES = 64 * 1024;

/**
 * Opens the terminal that a process reads from or writes to.
 *
 * @throws {Error} if it has none, or it can't be opened.
 */
export function openTerminalOf(pid: number): TerminalWriter {
	const fd = [0, 1, 2].find(number => isTerminal(linkTarget(pid, number)));
	if (fd === undefined) throw new Error(`process ${pid} has no terminal: use --report json`);
	// Opened anew: a copy of its descriptor would share the switch that says whether to wait, with all its programs.
	const terminal = openSync(`/proc/${pid}/fd/${fd}`, constants.O_WRONLY | constants.O_NOCTTY | constants.O_NONBLOCK);
	let waiting = Buffer.alloc(0);
	return {
		write: text => {
			const bytes = Buffer.from(text);
			if (waiting.length + bytes.length > MOST_WAITING_BYTES) return;
			waiting = Buffer.concat([waiting, bytes]);
			// The rest of a sequence that was begun comes first, or the terminal would take all that follows for a part of it.
			waiting = waiting.subarray(writtenNow(terminal, waiting));
		},
		close: () => closeSync(terminal),
	};
}

/** Whether that is where a descriptor of a terminal leads. */
export function isTerminal(target: string | undefined): boolean {
	return /^\/dev\/(pts\/\d+|tty\w*|console)$/.test(target ?? '');
}

function writtenNow(fd: number, bytes: Buffer): number {
	try {
		return writeSync(fd, bytes);
	} catch (error) {
		// EIO: the terminal's other end is closed.
		if (isErrno(error, 'EAGAIN')) return 0;
		if (isErrno(error, 'EIO')) return bytes.length;
		throw error;
	}
}
