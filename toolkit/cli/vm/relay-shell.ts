/**
 * This terminal on a shell of the machine's.
 * @module
 */
import type {Guest} from '#sandbox/qemu/guest';
import {rawTerminal, terminalSize} from '../terminal.ts';
import {UsageError} from '../usage-error.ts';

/** Relays until the shell has ended. @returns its exit code. */
export async function relayShell({agent, machine}: Guest): Promise<number> {
	if (!process.stdin.isTTY) throw new UsageError('the input device is not a TTY: use drydock vm exec');
	const shell = await agent.shell(terminalSize());
	const restore = rawTerminal();
	const onTyped = (typed: Buffer): void => shell.write(typed);
	const onResize = (): void => shell.resize(terminalSize());
	process.stdin.on('data', onTyped);
	process.stdout.on('resize', onResize);
	shell.onData(data => void process.stdout.write(data));
	try {
		return await new Promise<number>(resolve => shell.onExit(resolve));
	} finally {
		process.stdin.off('data', onTyped);
		process.stdout.off('resize', onResize);
		restore();
		agent.close();
		machine.leave();
	}
}
