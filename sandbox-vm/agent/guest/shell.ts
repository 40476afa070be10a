/**
 * A program on a terminal of its own.
 *
 *     keys ──channel 0──▶ master ═══ slave ◀──▶ setsid ──exec──▶ bash
 *     screen ◀─channel 1── master
 *
 * A terminal becomes a session's own by the hand of the session's leader (TIOCSCTTY), so before it is the shell, the new process has
 * to be somebody who knows that. A Node would take a second to start here; setsid of util-linux takes none.
 *
 * Sources: pty(7), setsid(1), ioctl_tty(2).
 * @module
 */
import {closeSync, constants, openSync} from 'node:fs';
import {ReadStream} from 'node:tty';
import {shellExitCode, waitFor} from '#process';
import {keyboardOf} from '#process/keyboard';
import {openPty, resizeTerminal} from '#process/pty';
import type {TerminalSize} from '#sandbox';
import type {Ended, Program} from '../messages.ts';
import {drain, passOn} from './drain.ts';
import {startFailureText, startProgram} from './program.ts';
import type {Task} from './session.ts';

/** Runs a program on a terminal until it ends. @throws {Error} if it can't be started. */
export async function runShell(
	{size, ...program}: Program & {readonly size: TerminalSize},
	{call, cancelled, tell, onNote}: Task,
): Promise<Ended> {
	const {master, slave} = openPty();
	resizeTerminal(master, size);
	const terminal = new ReadStream(master);
	const keyboard = keyboardOf(master);
	const hangUp = (): void => {
		keyboard.destroy();
		terminal.destroy();
	};
	try {
		const child = await startOn(slave, program);
		const end = waitFor(child);
		if (cancelled.aborted) hangUp();
		cancelled.addEventListener('abort', hangUp, {once: true});
		tell({tell: 'started', pid: child.pid!});
		onNote(note => {
			if (!terminal.destroyed) resizeTerminal(master, note.size);
		});
		const keys = call.incoming(0);
		keys.on('error', hangUp);
		keyboard.on('error', hangUp);
		keys.pipe(keyboard);
		const screen = {from: terminal, to: call.outgoing(1)};
		passOn(screen);
		const exitCode = shellExitCode(await end);
		await drain([screen]);
		return {exitCode};
	} finally {
		hangUp();
	}
}

async function startOn(slave: string, {command, ...program}: Program): ReturnType<typeof startProgram> {
	const fd = openSync(slave, constants.O_RDWR | constants.O_NOCTTY);
	try {
		const withTerminal = {...program, command: ['setsid', '-c', ...command]};
		return await startProgram(withTerminal, {descriptors: [fd, fd, fd], newSession: false});
	} catch (error) {
		const text = startFailureText(error, 'setsid');
		throw text === undefined ? error : new Error(`no terminal can be given: ${text}`, {cause: error});
	} finally {
		closeSync(fd);
	}
}
