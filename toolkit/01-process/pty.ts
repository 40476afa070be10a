/**
 * Pseudo-terminals: a pair of descriptors. What is typed goes into the master; the program behind the slave believes that
 * it has a terminal, and Ctrl-C becomes SIGINT between the two.
 *
 *     screen ◀──▶ master ═══ line discipline ═══ slave ◀──▶ sh
 *
 * Sources: pty(7), pts(4), ioctl_tty(2).
 * @module
 */
import {closeSync, constants, openSync} from 'node:fs';
import {KernelName} from '#kernel/error';
import {call} from '#kernel/libc';

/** A terminal's size in characters. */
export interface TerminalSize {
	readonly columns: number;
	readonly rows: number;
}

const TIOCSCTTY = 0x540e;
const TIOCGWINSZ = 0x5413;
const TIOCSWINSZ = 0x5414;
const TIOCGPTN = 0x80045430;
const TIOCSPTLCK = 0x40045431;

/**
 * Makes a pair in the devpts file system whose multiplexer is at `multiplexer`.
 *
 * @returns the master's descriptor and the slave's path.
 * @throws {KernelError} `ENOSPC` if the file system has no more; the file system's own errors.
 */
export function openPty(multiplexer = '/dev/ptmx'): {readonly master: number; readonly slave: string} {
	const master = openSync(multiplexer, constants.O_RDWR | constants.O_NOCTTY);
	const number = Buffer.alloc(4);
	ioctl(master, TIOCSPTLCK, 'TIOCSPTLCK', Buffer.alloc(4));
	ioctl(master, TIOCGPTN, 'TIOCGPTN', number);
	return {master, slave: `/dev/pts/${number.readUInt32LE()}`};
}

/** Tells a terminal its size; the programs on it get SIGWINCH if it changed. */
export function resizeTerminal(fd: number, {columns, rows}: TerminalSize): void {
	ioctl(fd, TIOCSWINSZ, 'TIOCSWINSZ', new Uint8Array(Uint16Array.of(rows, columns, 0, 0).buffer));
}

/** A terminal's size. @throws {KernelError} `ENOTTY` if it is none. */
export function terminalSize(fd: number): TerminalSize {
	const size = Buffer.alloc(8);
	ioctl(fd, TIOCGWINSZ, 'TIOCGWINSZ', size);
	return {rows: size.readUInt16LE(0), columns: size.readUInt16LE(2)};
}

/**
 * Makes the terminal at `path` this process's own: a new session's controlling terminal, and its descriptors 0, 1, 2.
 *
 * @throws {KernelError} `EPERM` if this process already leads a process group.
 */
export function adoptTerminal(path: string): void {
	call('setsid', []);
	const fd = openSync(path, constants.O_RDWR | constants.O_NOCTTY);
	call('ioctl', [fd, TIOCSCTTY, 0], {show: () => [fd, new KernelName('TIOCSCTTY'), 0]});
	for (const standard of [0, 1, 2]) call('dup2', [fd, standard]);
	if (fd > 2) closeSync(fd);
}

function ioctl(fd: number, request: number, name: string, data: Uint8Array): void {
	call('ioctl', [fd, request, data], {show: () => [fd, new KernelName(name), null]});
}
