/**
 * A container's input and output, whether they are three pipes or one terminal.
 * @module
 */
import {once} from 'node:events';
import type {Readable, Writable} from 'node:stream';
import {ReadStream} from 'node:tty';
import type {StreamName} from '#engine/log';
import {isErrno} from '#kernel/error';
import {keyboardOf} from '#process/keyboard';
import {resizeTerminal, type TerminalSize} from '#process/pty';
import type {CreatedContainer} from '#runtime';

/** Where a container's output goes, each of its two streams. */
export type Outputs = Readonly<Record<StreamName, Writable>>;

/** The way to a container’s input, and the end of its output. */
export interface Streams {
	/** Takes no more than the program reads; undefined if it has no input. */
	readonly input: Writable | undefined;
	/** Closes the program's standard input. A terminal stays open: there, Ctrl-D is typed. */
	readonly endInput: () => void;
	readonly resize: (size: TerminalSize) => void;
	/** Settles when all that the container wrote was passed on, and nobody can write any more. */
	readonly ended: Promise<void>;
}

/** What becomes of a container's output. */
export interface Listener {
	readonly onOutput: (stream: StreamName, data: Uint8Array) => void;
	/** Where it goes besides, no faster than all of them take it. They stay open. */
	readonly outputs: readonly Outputs[];
	/** Called if one of those can't be written to any more. */
	readonly onLost: () => void;
}

/** Passes on what a created container writes, and returns the way to its input. */
export function openStreams(created: CreatedContainer, listener: Listener): Streams {
	return created.terminal === undefined ? pipes(created, listener) : terminal(created.terminal, listener);
}

function pipes({child}: CreatedContainer, listener: Listener): Streams {
	const ends = (['stdout', 'stderr'] as const).map(name => {
		const stream = child[name]!;
		listen(stream, name, listener);
		return once(stream, 'close');
	});
	// A program that does not read, or has ended: what was meant for it is lost, as in any pipe.
	child.stdin?.on('error', () => {});
	return {
		input: child.stdin ?? undefined,
		endInput: () => void child.stdin?.end(),
		resize: () => {},
		ended: Promise.all(ends).then(() => undefined),
	};
}

function terminal(master: number, listener: Listener): Streams {
	const stream = new ReadStream(master);
	const keyboard = keyboardOf(master);
	stream.once('close', () => keyboard.destroy());
	listen(stream, 'stdout', listener);
	const ended = new Promise<void>((resolve, reject) => {
		stream.once('close', resolve);
		// EIO is how a terminal says that its last program has closed it.
		stream.once('error', error => (isErrno(error, 'EIO') ? resolve() : reject(error)));
	});
	return {
		input: keyboard,
		endInput: () => {},
		resize: size => resizeTerminal(master, size),
		ended,
	};
}

function listen(source: Readable, name: StreamName, {onOutput, outputs, onLost}: Listener): void {
	source.on('data', (data: Buffer) => onOutput(name, data));
	for (const {[name]: output} of outputs) {
		source.pipe(output, {end: false});
		output.once('error', () => {
			// The pipe has let go, and the source may stand still. Its log goes on.
			source.resume();
			onLost();
		});
	}
}
