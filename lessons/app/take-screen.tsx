/**
 * Takes the terminal, draws on it, and gives it back as it was, whatever happens. The course, the reader and the slides are
 * performed on it.
 * @module
 */
import {render, useApp} from 'ink';
import {type ReactNode, useEffect} from 'react';
import {type KeyboardTarget, listenToKeyboard} from './keys/keyboard.ts';
import type {Size} from './layout.ts';
import {onEnd} from './on-end.ts';

/** Bracketed paste: pasted text comes between marks, so that it can be told from typed keys. */
const PASTE_MARKS_ON = '\x1b[?2004h';
const PASTE_MARKS_OFF = '\x1b[?2004l';

/** Who has the terminal. */
export interface Performance extends KeyboardTarget {
	readonly screen: ReactNode;
	readonly resize: (size: Size) => void;
	/** Ends what runs in the background. */
	readonly close: () => Promise<void>;
	/** Settles when it is over, with an exit code. */
	readonly ended: PromiseWithResolvers<number>;
}

/** A terminal that was taken. */
export interface Screen {
	/** Settles when the performance is over and the terminal as it was: with its exit code, or a signal's. */
	readonly ended: Promise<number>;
	/** Lends the whole terminal to another program, an editor say, until that has ended. */
	lend<T>(work: () => Promise<T>): Promise<T>;
}

type Suspend = (work: () => Promise<void>) => Promise<void>;

/** Gives the terminal to a performance until it has ended. */
export function takeScreen({screen, resize, close, ended, ...keyboard}: Performance): Screen {
	const {stdin, stdout} = process;
	const resized = (): void => resize(sizeOf(stdout));
	stdout.on('resize', resized);
	// Before anything is drawn: until then the terminal echoes what is typed, and would move the cursor under the drawing.
	let stopListening = listenToKeyboard(stdin, keyboard);
	// What was typed too early stands on this line already; the drawing begins where the cursor is.
	stdout.write(`\r${PASTE_MARKS_ON}`);
	let suspend: Suspend = work => work();
	const ink = render(<Lent onSuspend={inks => (suspend = inks)}>{screen}</Lent>, {
		alternateScreen: true,
		incrementalRendering: true,
		interactive: true,
		exitOnCtrlC: false,
		patchConsole: true,
		maxFps: 40,
	});
	let isLent = false;
	const restore = (): void => {
		stdout.off('resize', resized);
		stopListening();
		ink.unmount();
		stdout.write(PASTE_MARKS_OFF);
	};
	const forget = onEnd({restore, close, isLent: () => isLent}, ended.resolve);
	ink.waitUntilExit().catch(ended.reject);
	return {
		ended: ended.promise.finally(async () => {
			restore();
			await close();
			forget();
		}),
		lend: async work => {
			let result: Awaited<ReturnType<typeof work>> | undefined;
			stopListening();
			isLent = true;
			try {
				await suspend(async () => {
					result = await work();
				});
			} finally {
				isLent = false;
				stopListening = listenToKeyboard(stdin, keyboard);
				// It may have been resized under the other's feet.
				resized();
			}
			return result!;
		},
	};
}

/** How large a terminal is; 80×24 where it doesn't say. */
export function sizeOf({columns, rows}: NodeJS.WriteStream): Size {
	return {columns: columns || 80, rows: rows || 24};
}

interface LentProps {
	/** Is given the way to take the drawing off the terminal for a while. */
	readonly onSuspend: (suspend: Suspend) => void;
	readonly children: ReactNode;
}

function Lent({onSuspend, children}: LentProps): ReactNode {
	const {suspendTerminal} = useApp();
	useEffect(() => onSuspend(suspendTerminal), [onSuspend, suspendTerminal]);
	return children;
}
