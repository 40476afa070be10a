/**
 * Takes the terminal, draws on it, and gives it back as it was, whatever happens.
 * @module
 */
import {render} from 'ink';
import type {ReactNode} from 'react';
import {type KeyboardTarget, listenToKeyboard} from '#lessons/app/keys/keyboard';
import type {Size} from '#lessons/app/layout';
import {onEnd} from '#lessons/app/on-end';

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

/** Gives the terminal to a performance until it has ended. Returns its exit code. */
export async function takeScreen({screen, resize, close, ended, ...keyboard}: Performance): Promise<number> {
	const {stdin, stdout} = process;
	const resized = () => resize(sizeOf(stdout));
	stdout.on('resize', resized);
	stdout.write(PASTE_MARKS_ON);
	const ink = render(screen, {
		alternateScreen: true,
		incrementalRendering: true,
		interactive: true,
		exitOnCtrlC: false,
		patchConsole: true,
		maxFps: 40,
	});
	const stopListening = listenToKeyboard(stdin, keyboard);
	const restore = () => {
		stdout.off('resize', resized);
		stopListening();
		ink.unmount();
		stdout.write(PASTE_MARKS_OFF);
	};
	const forget = onEnd({restore, close}, ended.resolve);
	ink.waitUntilExit().catch(ended.reject);
	try {
		return await ended.promise;
	} finally {
		restore();
		await close();
		forget();
	}
}

/** How large a terminal is; 80×24 where it doesn't say. */
export function sizeOf({columns, rows}: NodeJS.WriteStream): Size {
	return {columns: columns || 80, rows: rows || 24};
}
