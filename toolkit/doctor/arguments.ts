/**
 * Reading a call's arguments back from how they are told to people.
 * @module
 */
import {KernelName} from '#kernel/error';
import type {Failure} from './cause.ts';

/** An argument as text; '' for NULL or one that isn't there. A list becomes its words. */
export function textAt({args}: Failure, index: number): string {
	const value = args[index];
	if (value === null || value === undefined) return '';
	if (Array.isArray(value)) return value.join(' ');
	return typeof value === 'string' ? value : value instanceof KernelName ? value.text : String(value);
}

/** The names in a set of flags: `MS_BIND|MS_REC`. */
export function flagsAt(failure: Failure, index: number): ReadonlySet<string> {
	return new Set(
		textAt(failure, index)
			.split('|')
			.map(name => name.trim()),
	);
}

/** An argument as a number; undefined if it is none. */
export function numberAt(failure: Failure, index: number): number | undefined {
	// A descriptor may be told with what it is open on: `3</etc>`.
	const digits = /^-?\d+/.exec(textAt(failure, index))?.[0];
	return digits === undefined ? undefined : Number(digits);
}

/** The value of `name value` among arguments told as words: `kind bridge`, `dev eth0`. */
export function wordAfter({args}: Failure, name: string): string | undefined {
	const words = args.flatMap(value => String(value).split(' '));
	const index = words.indexOf(name);
	return index === -1 ? undefined : words[index + 1];
}
