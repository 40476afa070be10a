/**
 * A program on a terminal of its own.
 *
 * A terminal becomes a session's own by the hand of the session's leader (TIOCSCTTY), so before it is the shell, the new process has
 * to be somebody who knows that. A Node would take a second to start here; setsid of util-linux takes none.
 *
 * Sources: pty(7), setsid(1), ioctl_tty(2).
 * @module
 */

import {closeSync, constants, openSync} from 'node:fs';
import {shellExitCode, waitFor} from '#process';
import {openPty, resizeTerminal} from '#process/pty';
import type {TerminalSize} from '#sandbox';
import {ExplainedError} from '#words/explained-error';
import type {Ended, Program} from '../messages.ts';
import {startFailureText, startProgram} from './program.ts';
import type {Task} from './session.ts';

/** Runs a program on a terminal until it ends. @throws {Error} if it can't be started. */
export async function runShell(
	{size, ...program}: Program & {readonly size: TerminalSize},
	task: Task,
): Promise<Ended> {
	const {master, slave} = openPty();
	resizeTerminal(master, size);
	const child = await startOn(slave, program).catch((error: unknown) => {
		closeSync(master);
		throw error;
	});
	return task.terminals.open(child.pid!, master, waitFor(child).then(shellExitCode)).show(task);
}

/** Comes back to a terminal that a host before this one had. @throws {Error} if there is none. */
export function attachShell(
	{pid, size}: {readonly pid: number; readonly size: TerminalSize},
	task: Task,
): Promise<Ended> {
	const terminal = task.terminals.find(pid);
	terminal.resize(size);
	return terminal.show(task);
}

async function startOn(slave: string, {command, ...program}: Program): ReturnType<typeof startProgram> {
	const fd = openSync(slave, constants.O_RDWR | constants.O_NOCTTY);
	try {
		const withTerminal = {...program, command: ['setsid', '-c', ...command]};
		return await startProgram(withTerminal, {descriptors: [fd, fd, fd], newSession: false});
	} catch (error) {
		const text = startFailureText(error, 'setsid');
		if (text === undefined) throw error;
		const explained = {en: `no terminal can be given: ${text}`, zh: `无法提供终端：${text}`};
		throw new ExplainedError(explained, {cause: error});
	} finally {
		closeSync(fd);
	}
}
