/**
 * This terminal on a shell of the machine's.
 * @module
 */
import type {SandboxTerminal} from '#sandbox';
import type {Guest} from '#sandbox/qemu/guest';
import {standardStream} from '../standard-stream.ts';
import {rawTerminal, terminalSize} from '../terminal.ts';
import {UsageError} from '../usage-error.ts';
import {untilSignalled} from './until-signalled.ts';

/** Relays until the shell has ended. A signal hangs it up. @returns its exit code; 128 + n after a signal. */
export async function relayShell({agent, machine}: Guest): Promise<number> {
	if (!process.stdin.isTTY) throw new UsageError('the input device is not a TTY: use drydock vm exec');
	try {
		return await untilSignalled(async signal => relay(await agent.shell(terminalSize()), signal));
	} finally {
		agent.close();
		machine.leave();
	}
}

async function relay(shell: SandboxTerminal, signal: AbortSignal): Promise<number> {
	const restore = rawTerminal();
	const onTyped = (typed: Buffer): void => shell.write(typed);
	const onResize = (): void => shell.resize(terminalSize());
	process.stdin.on('data', onTyped);
	process.stdout.on('resize', onResize);
	const screen = standardStream('stdout');
	shell.onData(data => void screen.write(data));
	try {
		return await new Promise<number>((resolve, reject) => {
			const hangUp = (): void => {
				shell.close();
				reject(signal.reason);
			};
			shell.onExit(resolve);
			signal.addEventListener('abort', hangUp);
			if (signal.aborted) hangUp();
		});
	} finally {
		process.stdin.off('data', onTyped);
		process.stdout.off('resize', onResize);
		restore();
	}
}
