/**
 * The words after a block's three backticks: what is run, and how it must end.
 *
 *     ```sh run                 exit code 0
 *     ```sh run expect=126      this exit code
 *     ```sh run fails           any exit code but 0
 *     ```sh run prints="1"      and this text is printed
 *
 * @module
 */
import type {Tokens} from 'marked';
import type {Problem, Runnable} from './deck.ts';

const WORD = /([^\s=]+)(?:=("[^"]*"|\S*))?/g;

/** A block that can be run; undefined if it is only there to be read. */
export function parseRunnable(
	{lang = '', text}: Tokens.Code,
	line: number,
	problems: Problem[],
): Omit<Runnable, 'step'> | undefined {
	const [language, ...words] = [...lang.matchAll(WORD)].map(([, name = '', value]) => ({name, value}));
	if (language === undefined || !words.some(({name}) => name === 'run')) return undefined;
	if (language.name !== 'sh') problems.push({line, text: `a block that is run is sh, not ${language.name}`});
	let expected: Runnable['expected'] = 0;
	let prints: string | undefined;
	for (const {name, value} of words) {
		if (name === 'fails' && value === undefined) expected = 'failure';
		else if (name === 'expect' && /^\d{1,3}$/.test(value ?? '')) expected = Number(value);
		else if (name === 'prints' && value !== undefined) prints = value.replace(/^"(.*)"$/, '$1');
		else if (name !== 'run' || value !== undefined)
			problems.push({line, text: `${name} is none of run, expect=N, fails, prints="…"`});
	}
	return {kind: 'run', line, code: text, expected, prints};
}
