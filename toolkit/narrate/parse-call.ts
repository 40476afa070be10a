/**
 * From the text of a call back to its arguments: a container's start tells its calls as text.
 *
 *     mount("proc", "/proc", NULL, MS_BIND|MS_REC)  ─▶  call: mount, args: "proc", "/proc", null, MS_BIND|MS_REC
 *
 * @module
 */
import {KernelName} from '#kernel/error';
import type {SpokenCall} from './spoken.ts';

/** Reads what `formatCall` wrote. What it can't read becomes a name: the text may have been cut. */
export function parseCall(text: string): SpokenCall {
	const open = text.indexOf('(');
	if (open === -1) return {call: text, args: []};
	return {call: text.slice(0, open), args: pieces(text.slice(open + 1).replace(/\)$/, '')).map(parseArgument)};
}

/** Splits at commas that stand neither in quotes nor in brackets. */
function pieces(text: string): readonly string[] {
	const found: string[] = [];
	let depth = 0;
	let start = 0;
	for (let at = 0; at < text.length; at++) {
		const letter = text[at]!;
		if (letter === '"') at = endOfQuote(text, at);
		else if ('[{('.includes(letter)) depth++;
		else if (']})'.includes(letter)) depth--;
		else if (letter === ',' && depth <= 0) {
			found.push(text.slice(start, at));
			start = at + 1;
		}
	}
	const last = text.slice(start);
	return (found.length === 0 && last.trim() === '' ? [] : [...found, last]).map(piece => piece.trim());
}

function endOfQuote(text: string, open: number): number {
	for (let at = open + 1; at < text.length; at++) {
		if (text[at] === '\\') at++;
		else if (text[at] === '"') return at;
	}
	return text.length;
}

function parseArgument(text: string): unknown {
	if (text === 'NULL') return null;
	if (/^-?\d{1,15}$/.test(text)) return Number(text);
	if (text.startsWith('"')) return parseString(text);
	if (text.startsWith('[') && text.endsWith(']')) return pieces(text.slice(1, -1)).map(parseArgument);
	return new KernelName(text);
}

function parseString(text: string): unknown {
	try {
		return JSON.parse(text) as unknown;
	} catch {
		return new KernelName(text);
	}
}
