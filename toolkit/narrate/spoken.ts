/**
 * A call that is spoken of, and its words made fit for a terminal.
 * @module
 */

import {KernelName} from '#kernel/error';
import {harmless} from '#words/visible';
import type {TracedCall} from './traced-call.ts';

/** What a sentence needs of a call: of a traced one, or one of the engine's own. */
export type SpokenCall = Pick<TracedCall, 'call' | 'args'> &
	Partial<Pick<TracedCall, 'errno' | 'parent' | 'files' | 'interpreter' | 'isRaw'>>;

const MOST_LETTERS = 120;

/** An argument as a word of a sentence: short, and without anything that a terminal would obey. */
export function word(value: unknown): string {
	if (value === null || value === undefined) return '';
	const text = value instanceof KernelName ? value.text : value instanceof Uint8Array ? '' : String(value);
	const clean = harmless(text.trim()).replace(/ {2,}/g, ' ');
	return clean.length > MOST_LETTERS ? `${clean.slice(0, MOST_LETTERS - 1)}…` : clean;
}

/** The first three arguments as words; what is missing is an empty one. */
export function threeWords(args: readonly unknown[]): readonly [string, string, string] {
	return [word(args[0]), word(args[1]), word(args[2])];
}

/** Whether an argument, a set of flags, has this one. */
export function has(flags: unknown, flag: string): boolean {
	return word(flags).split('|').includes(flag);
}
