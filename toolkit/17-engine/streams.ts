/**
 * A container's input and output, whether they are three pipes or one terminal.
 * @module
 */
import {once} from 'node:events';
import {ReadStream} from 'node:tty';
import type {StreamName} from '#engine/log';
import {isErrno} from '#kernel/error';
import {keyboardOf} from '#process/keyboard';
import {resizeTerminal, type TerminalSize} from '#process/pty';
import type {CreatedContainer} from '#runtime';

/** The way to a container’s input, and the end of its output. */
export interface Streams {
	readonly write: (data: Uint8Array) => void;
	/** Closes the program's standard input. A terminal stays open: there, Ctrl-D is typed. */
	readonly endInput: () => void;
	readonly resize: (size: TerminalSize) => void;
	/** Settles when all that the container wrote was passed on, and nobody can write any more. */
	readonly ended: Promise<void>;
}

/** Passes on what a created container writes, and returns the way to its input. */
export function openStreams(
	created: CreatedContainer,
	onOutput: (stream: StreamName, data: Uint8Array) => void,
): Streams {
	return created.terminal === undefined ? pipes(created, onOutput) : terminal(created.terminal, onOutput);
}

function pipes({child}: CreatedContainer, onOutput: (stream: StreamName, data: Uint8Array) => void): Streams {
	const ends = (['stdout', 'stderr'] as const).map(name => {
		const stream = child[name]!;
		stream.on('data', (data: Buffer) => onOutput(name, data));
		return once(stream, 'close');
	});
	// A program that does not read, or has ended: what was meant for it is lost, as in any pipe.
	child.stdin?.on('error', () => {});
	return {
		write: data => void child.stdin?.write(data),
		endInput: () => void child.stdin?.end(),
		resize: () => {},
		ended: Promise.all(ends).then(() => undefined),
	};
}

function terminal(master: number, onOutput: (stream: StreamName, data: Uint8Array) => void): Streams {
	const stream = new ReadStream(master);
	const keyboard = keyboardOf(master);
	stream.once('close', () => keyboard.destroy());
	stream.on('data', data => onOutput('stdout', data));
	const ended = new Promise<void>((resolve, reject) => {
		stream.once('close', resolve);
		// EIO is how a terminal says that its last program has closed it.
		stream.once('error', error => (isErrno(error, 'EIO') ? resolve() : reject(error)));
	});
	return {
		write: data => void keyboard.write(data),
		endInput: () => {},
		resize: size => resizeTerminal(master, size),
		ended,
	};
}
