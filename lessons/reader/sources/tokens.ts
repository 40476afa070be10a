/**
 * A TypeScript text as tokens: enough to tell a name from a word in a comment, and to colour it.
 *
 * The surprise is the slash: after a value it divides, elsewhere it begins a regular expression, and no lexer knows
 * which without looking back.
 * @module
 */
import {once} from './once.ts';
import type {SourceFile} from './source-file.ts';

export type TokenKind = 'comment' | 'string' | 'number' | 'keyword' | 'name' | 'sign' | 'space';

/** A piece of one line: what goes on over several lines is a token on each. */
export interface Token {
	readonly kind: TokenKind;
	readonly text: string;
	readonly line: number;
	/** Where it begins in its line, in characters from 0. */
	readonly start: number;
}

const KEYWORDS = new Set(
	`import export from default type interface class enum function const let var return if else for while do of in instanceof
	typeof keyof new throw try catch finally switch case break continue async await yield readonly extends implements static
	override private as is satisfies void undefined null true false this super delete infer unique declare asserts`.split(
		/\s+/,
	),
);
/** After these a slash divides. */
const VALUE_ENDS = /^(?:[)\]}]|this|super|true|false|null|undefined)$/;

const SPACE = /\s+/y;
const COMMENT = /\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/y;
const STRING = /'(?:\\[\s\S]|[^'\\\n])*'?|"(?:\\[\s\S]|[^"\\\n])*"?/y;
const TEMPLATE = /(?:\\[\s\S]|\$(?!\{)|[^`\\$])*(?:`|\$\{|$)/y;
const REGEXP = /\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[a-z]*/y;
const NUMBER = /0[xbo][\da-f_]+n?|\d[\d_]*(?:\.\d+)?(?:e[+-]?\d+)?n?/iy;
const NAME = /[\p{L}_$][\p{L}\p{N}_$]*/uy;
const SIGN = /\.\.\.|\?\.(?!\d)|=>|[\s\S]/y;

/** The tokens of a file, by line. */
export const tokensOf = once(({text}: SourceFile): readonly (readonly Token[])[] => tokenize(text));

/** The tokens of a text, by line: joined they are the text. */
export function tokenize(text: string): readonly (readonly Token[])[] {
	const lines: Token[][] = [[]];
	/** For each template that is open: how many braces its `${` has open within. */
	const templates: number[] = [];
	let before = '';
	let column = 0;
	let at = 0;
	const take = (kind: TokenKind, length: number): void => {
		const piece = text.slice(at, at + length);
		piece.split('\n').forEach((part, index) => {
			if (index > 0) {
				lines.push([]);
				column = 0;
			}
			if (part !== '') lines.at(-1)!.push({kind, text: part, line: lines.length, start: column});
			column += part.length;
		});
		if (kind !== 'space' && kind !== 'comment') before = kind === 'name' || kind === 'number' ? 'x' : piece;
		at += length;
	};
	const template = (opened: number): void => {
		const length = opened + lengthAt(TEMPLATE, text, at + opened);
		if (text.slice(at, at + length).endsWith('${')) templates.push(0);
		take('string', length);
	};
	while (at < text.length) {
		const character = text[at]!;
		if (lengthAt(SPACE, text, at) > 0) take('space', lengthAt(SPACE, text, at));
		else if (lengthAt(COMMENT, text, at) > 0) take('comment', lengthAt(COMMENT, text, at));
		else if (character === "'" || character === '"') take('string', lengthAt(STRING, text, at));
		else if (character === '`') template(1);
		else if (character === '}' && templates.at(-1) === 0) {
			templates.pop();
			template(1);
		} else if (character === '/' && !endsValue(before) && lengthAt(REGEXP, text, at) > 0) {
			take('string', lengthAt(REGEXP, text, at));
		} else if (lengthAt(NUMBER, text, at) > 0) take('number', lengthAt(NUMBER, text, at));
		else if (lengthAt(NAME, text, at) > 0) {
			const length = lengthAt(NAME, text, at);
			take(isKeyword(text, at, length, before) ? 'keyword' : 'name', length);
		} else {
			if (templates.length > 0 && character === '{') templates[templates.length - 1]!++;
			if (templates.length > 0 && character === '}') templates[templates.length - 1]!--;
			take('sign', lengthAt(SIGN, text, at));
		}
	}
	return lines;
}

/** `type` is a word of the language, but not in `{type: 'x'}` or `step.type`. */
function isKeyword(text: string, at: number, length: number, before: string): boolean {
	if (!KEYWORDS.has(text.slice(at, at + length)) || before === '.' || before === '?.') return false;
	return (
		!/^\??:/.test(text.slice(at + length, at + length + 2)) ||
		/^(?:default|undefined|null|true|false)$/.test(text.slice(at, at + length))
	);
}

function endsValue(before: string): boolean {
	return before === 'x' || VALUE_ENDS.test(before) || /['"`]$/.test(before);
}

function lengthAt(pattern: RegExp, text: string, at: number): number {
	pattern.lastIndex = at;
	return pattern.exec(text)?.[0].length ?? 0;
}
