/**
 * Colours code in the prose. A lexer of a few rules is enough for lines that are there to be read; a library would bring
 * two hundred languages to the first frame.
 * @module
 */
import {type Line, PLAIN, type Run, run, type Style} from './line.ts';
import {ACCENT, FAINT} from './theme.ts';

const KEYWORD: Style = {color: {palette: 5}};
const STRING: Style = {color: {palette: 2}};
const NUMBER: Style = {color: {palette: 3}};
const COMMAND: Style = {bold: true};

interface Rule {
	readonly pattern: RegExp;
	readonly style: Style;
}

/** The first rule that matches where the lexer stands wins; a character that none wants is plain. */
const SHELL: readonly Rule[] = [
	{pattern: /#(?<=^#|\s#).*/y, style: FAINT},
	{pattern: /'[^']*'|"(?:\\.|[^"\\])*"/y, style: STRING},
	{pattern: /\$(?:\w+|\{[^}]*\}|[$?!#@*-])/y, style: NUMBER},
	{pattern: /(?<=\s)--?[A-Za-z\d][\w-]*/y, style: ACCENT},
	{pattern: /[\w./~-]+/y, style: PLAIN},
];

const CURLY: readonly Rule[] = [
	{pattern: /\/\/.*|\/\*.*?(?:\*\/|$)|^\s*\*.*/y, style: FAINT},
	{pattern: /'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|`(?:\\.|[^`\\])*`/y, style: STRING},
	{pattern: /#\s*(?:include|define|if|ifdef|ifndef|endif|else)\b/y, style: KEYWORD},
	{
		pattern:
			/\b(?:import|from|export|type|interface|function|const|let|return|if|else|for|while|of|in|new|throw|try|catch|finally|async|await|readonly|undefined|null|true|false|void|int|char|long|unsigned|struct|static|sizeof)\b/y,
		style: KEYWORD,
	},
	{pattern: /\b(?:0x[\da-f]+|\d[\d_]*)\b/iy, style: NUMBER},
	{pattern: /[\w$]+/y, style: PLAIN},
];

/** One line of code in a language that the prose names: `sh`, `ts`, `c`; others stay plain, as drawings must. */
export function highlight(text: string, language: string): Line {
	switch (language) {
		case 'sh':
		case 'bash':
		case 'console':
			return shellLine(text, language === 'console');
		case 'ts':
		case 'tsx':
		case 'js':
		case 'json':
		case 'c':
			return lexed(text, CURLY);
		default:
			return text === '' ? [] : [run(text)];
	}
}

/** A prompt is faint and what follows it a command; in a `console` block the lines without one are output. */
function shellLine(text: string, isConsole: boolean): Line {
	const prompt = /^\s*[$#] (?=\S)/.exec(text)?.[0] ?? '';
	if (prompt === '' && isConsole) return text === '' ? [] : [run(text, FAINT)];
	const command = /^\s*[\w./-]+/.exec(text.slice(prompt.length))?.[0] ?? '';
	const rest = text.slice(prompt.length + command.length);
	return [run(prompt, FAINT), run(command, COMMAND), ...lexed(rest, SHELL)].filter(({text}) => text !== '');
}

function lexed(text: string, rules: readonly Rule[]): Line {
	const runs: Run[] = [];
	let at = 0;
	while (at < text.length) {
		const {length, style} = firstMatch(text, at, rules);
		const last = runs.at(-1);
		if (last?.style === style) runs[runs.length - 1] = run(last.text + text.slice(at, at + length), style);
		else runs.push(run(text.slice(at, at + length), style));
		at += length;
	}
	return runs;
}

function firstMatch(text: string, at: number, rules: readonly Rule[]): {length: number; style: Style} {
	for (const {pattern, style} of rules) {
		pattern.lastIndex = at;
		const length = pattern.exec(text)?.[0].length ?? 0;
		if (length > 0) return {length, style};
	}
	return {length: text.codePointAt(at)! > 0xffff ? 2 : 1, style: PLAIN};
}
