/**
 * The container's terminal: made inside, from the container's own devpts, so that `tty` tells a name that exists there;
 * its master is fetched by the starter.
 *
 * Source: runtime-spec config.md "process.terminal", config-linux.md "dev/console".
 * @module
 */
import {closeSync, constants, openSync} from 'node:fs';
import {call} from '#kernel/libc';
import {MS_BIND, mount} from '#kernel/mount';
import type {Step} from '#kernel/plan';
import {adoptTerminal, openPty, resizeTerminal} from '#process/pty';
import {hear, tell} from '#runtime/channel';
import type {ProcessSpec} from '#runtime/spec';

/** For a program without a terminal. */
export function sessionSteps(): readonly Step[] {
	return [
		{
			module: 'process',
			title: 'lead a session',
			why: 'Ctrl-C in the starter’s terminal is for the starter, which decides what to pass on',
			run: () => void call('setsid', []),
		},
	];
}

/** For a program that wants a terminal. It runs inside the new root. */
export function terminalSteps(process: ProcessSpec, {console}: {readonly console: boolean}): readonly Step[] {
	return [
		{
			module: 'process',
			title: 'take a terminal',
			why: 'a shell wants one, and it must be the container’s own, or its name would mean nothing inside',
			run: () => takeTerminal(process, console),
		},
	];
}

function takeTerminal({consoleSize}: ProcessSpec, console: boolean): void {
	const {master, slave} = openPty('/dev/pts/ptmx');
	if (consoleSize !== undefined) resizeTerminal(master, {columns: consoleSize.width, rows: consoleSize.height});
	tell({report: 'terminal', fd: master});
	hear();
	closeSync(master);
	if (console) bindConsole(slave);
	adoptTerminal(slave);
}

/** /dev/console is the first process's terminal by another name. */
function bindConsole(slave: string): void {
	closeSync(
		openSync('/dev/console', constants.O_CREAT | constants.O_NOFOLLOW | constants.O_WRONLY | constants.O_NOCTTY, 0o600),
	);
	mount(slave, '/dev/console', null, MS_BIND);
}
