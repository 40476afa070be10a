/**
 * The learner's keyboard. While the shell has the focus every byte goes there, but for one key that leads back.
 *
 * It reads the terminal itself, not through Ink: a shell, vim and top need the bytes as they came.
 * @module
 */
import type {ReadStream} from 'node:tty';
import {isUnfinished, type Key, nextKey} from './decoder.ts';

/** What the keyboard serves. */
export interface KeyboardTarget {
	/** Asked before each key: the one before may have moved the focus. */
	hasShellFocus(): boolean;
	typeIntoShell(bytes: Buffer): void;
	press(key: Key): void;
}

/** Ctrl-] (telnet's key for the same purpose), and F12 for keyboards on which ] is hard to reach. */
const LEAVE = /\x1d|\x1b\[24~/;
/** How long the rest of a sequence may take, in milliseconds. */
const REST_OF_SEQUENCE = 50;

/** Takes the keyboard; the function that it returns gives it back. */
export function listenToKeyboard(input: ReadStream, target: KeyboardTarget): () => void {
	let unfinished = '';
	let timer: NodeJS.Timeout | undefined;
	const listener = (chunk: Buffer | string) => {
		clearTimeout(timer);
		const text = unfinished + (typeof chunk === 'string' ? chunk : chunk.toString('latin1'));
		unfinished = '';
		if (!target.hasShellFocus() && isUnfinished(text)) {
			unfinished = text;
			timer = setTimeout(() => {
				unfinished = '';
				deliver(text, target);
			}, REST_OF_SEQUENCE);
		} else {
			deliver(text, target);
		}
	};
	input.setRawMode(true);
	input.on('data', listener);
	input.resume();
	return () => {
		clearTimeout(timer);
		input.off('data', listener);
		input.setRawMode(false);
		input.pause();
	};
}

/** Gives bytes (as latin1 text) to whoever has the focus, key by key. */
export function deliver(text: string, target: KeyboardTarget): void {
	let rest = text;
	while (rest !== '') {
		if (target.hasShellFocus()) {
			const leave = LEAVE.exec(rest);
			const forShell = leave === null ? rest : rest.slice(0, leave.index);
			if (forShell !== '') target.typeIntoShell(Buffer.from(forShell, 'latin1'));
			if (leave === null) return;
			rest = rest.slice(leave.index + leave[0].length);
			target.press('ctrl-]');
		} else {
			const {key, length} = nextKey(rest, 0);
			rest = rest.slice(length);
			if (key !== undefined) target.press(key);
		}
	}
}
