/**
 * Passing bytes between this process's terminal and one whose master it holds.
 * @module
 */
import {ReadStream} from 'node:tty';
import {isErrno} from '#kernel/error';
import {type ProcessEnd, shellExitCode} from '#process';
import {keyboardOf} from '#process/keyboard';
import {resizeTerminal} from '#process/pty';
import {detachFilter, parseDetachKeys} from './detach-keys.ts';
import {lostReaderExitCode, standardStream} from './standard-stream.ts';
import {rawTerminal, terminalSize} from './terminal.ts';

/** Relays until the program has ended, or was left with the detach keys. @returns its exit code; 0 if it was left. */
export async function relayTerminal(
	master: number,
	ended: Promise<ProcessEnd>,
	{interactive = false, detachKeys}: {readonly interactive?: boolean; readonly detachKeys?: string},
): Promise<number> {
	const terminal = new ReadStream(master);
	const keyboard = keyboardOf(master);
	const drained = new Promise<void>(resolve => {
		terminal.once('close', resolve);
		terminal.once('error', error => {
			if (isErrno(error, 'EIO')) resolve();
			else throw error;
		});
	});
	const left = Promise.withResolvers<number>();
	const output = standardStream('stdout');
	terminal.pipe(output, {end: false});
	output.once('error', () => left.resolve(lostReaderExitCode));
	const filter = detachFilter(parseDetachKeys(detachKeys));
	const onTyped = (typed: Buffer): void => {
		const {pass, detach} = filter(typed);
		if (pass.length > 0) keyboard.write(pass);
		if (detach) left.resolve(0);
	};
	const onResize = (): void => resizeTerminal(master, terminalSize());
	const restore = interactive ? rawTerminal() : () => {};
	if (interactive) process.stdin.on('data', onTyped);
	process.stdout.on('resize', onResize);
	try {
		const code = Promise.all([ended, drained]).then(([end]) => shellExitCode(end));
		return await Promise.race([code, left.promise]);
	} finally {
		process.stdin.off('data', onTyped);
		process.stdout.off('resize', onResize);
		restore();
		process.stdin.destroy();
		keyboard.destroy();
		terminal.destroy();
	}
}
