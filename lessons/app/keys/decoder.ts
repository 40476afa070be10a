/**
 * Bytes of a keyboard → named keys, for the course's own keys. What goes to the shell is never decoded.
 * @module
 */

/** A character as typed, or a name such as `enter`, `up`, `ctrl-c`. */
export type Key = string;

/** What terminals send for the keys that have no character (xterm's sequences, and the VT's for Home and End). */
const SEQUENCES: Readonly<Record<string, Key>> = {
	'[A': 'up',
	'[B': 'down',
	'[C': 'right',
	'[D': 'left',
	OA: 'up',
	OB: 'down',
	OC: 'right',
	OD: 'left',
	'[H': 'home',
	'[F': 'end',
	OH: 'home',
	OF: 'end',
	'[1~': 'home',
	'[4~': 'end',
	'[5~': 'pageup',
	'[6~': 'pagedown',
	'[Z': 'shift-tab',
	'[24~': 'f12',
};

const CONTROLS: Readonly<Record<string, Key>> = {
	'\r': 'enter',
	'\n': 'enter',
	'\t': 'tab',
	'\x7f': 'backspace',
	'\b': 'backspace',
	'\x03': 'ctrl-c',
	'\x1d': 'ctrl-]',
	'\x1b': 'escape',
};

const SEQUENCE = /\x1b(?:\[[0-9;?]*[ -/]*[@-~]|O[A-Z])/y;
const PASTE = /\x1b\[200~[\s\S]*?(?:\x1b\[201~|$)/y;
const UNFINISHED = /\x1b(?:\[[0-9;?]*|O)?$/;

/** A key, if the bytes are one that the course knows, and how many characters it took. */
export interface Decoded {
	readonly key: Key | undefined;
	readonly length: number;
}

/**
 * The key at `at`. Pasted text is no key: a course that obeyed a clipboard would do odd things. An escape alone at the
 * end is the Escape key.
 */
export function nextKey(text: string, at: number): Decoded {
	const pasted = lengthAt(PASTE, text, at);
	if (pasted > 0) return {key: undefined, length: pasted};
	const sequence = lengthAt(SEQUENCE, text, at);
	if (sequence > 0) return {key: SEQUENCES[text.slice(at + 1, at + sequence)], length: sequence};
	const character = String.fromCodePoint(text.codePointAt(at)!);
	return {key: CONTROLS[character] ?? (character >= ' ' ? character : undefined), length: character.length};
}

/** Whether the text ends inside a sequence, of which the rest may be on its way (over a slow line). */
export function isUnfinished(text: string): boolean {
	return UNFINISHED.test(text);
}

function lengthAt(pattern: RegExp, text: string, at: number): number {
	pattern.lastIndex = at;
	return pattern.exec(text)?.[0].length ?? 0;
}
