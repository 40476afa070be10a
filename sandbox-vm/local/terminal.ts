/**
 * A shell of the sandbox on a pseudo-terminal: what a terminal window is to a shell.
 *
 * Source: pty(7).
 * @module
 */
import {ReadStream} from 'node:tty';
import {keyboardOf} from '#process/keyboard';
import {resizeTerminal} from '#process/pty';
import type {SandboxTerminal} from '#sandbox';

const REPLAY_BYTES = 65_536;

/**
 * Makes a terminal of a pty's master end.
 *
 * @param ended settles with the shell's exit code.
 */
export function localTerminal(master: number, pid: number, ended: Promise<number>): SandboxTerminal {
	// A pty's master end is a terminal device to the kernel, and Node's stream for such devices goes both ways.
	const stream = new ReadStream(master);
	const keyboard = keyboardOf(master);
	stream.once('close', () => keyboard.destroy());
	const listeners = new Set<(data: Uint8Array) => void>();
	let printed = Buffer.alloc(0);

	stream.on('data', (data: Buffer) => {
		printed = Buffer.concat([printed, data]).subarray(-REPLAY_BYTES);
		for (const listener of listeners) listener(data);
	});
	// EIO: the last process has closed the other end. That is how a terminal learns that it's over.
	stream.on('error', () => stream.destroy());

	return {
		pid,
		write: data => {
			if (!keyboard.destroyed) keyboard.write(data);
		},
		resize: size => {
			if (!stream.destroyed) resizeTerminal(master, size);
		},
		onData: listener => {
			if (printed.length > 0) listener(printed);
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
		onExit: listener => void ended.then(listener),
		// Closing the master is the hang-up: the kernel sends SIGHUP to the session's leader.
		close: () => stream.destroy(),
	};
}
