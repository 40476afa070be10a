/**
 * What a file takes from others, and what it passes on.
 *
 * Regular expressions are enough, because Biome has formatted every file: an import begins a line, and its address is
 * in single quotes. TypeScript's own parser would be a thousand times the size of this.
 * @module
 */
import {once} from './once.ts';
import type {SourceFile} from './source-file.ts';

/** One import, or one export from elsewhere. */
export interface Import {
	/** `import` and `await import()` bring names in; `export … from` passes them on. */
	readonly kind: 'import' | 'export';
	/** As it is written: `#mnt/bind`. */
	readonly specifier: string;
	/** What the other file calls each name, and what this one does; `*` is all of it. */
	readonly names: readonly NamePair[];
	/** Where it stands in the text. */
	readonly offset: number;
}

interface NamePair {
	readonly theirs: string;
	readonly ours: string;
}

const clause = String.raw`\*(?: as \w+)?|\w+|(?:\w+, )?\{[^}]*\}|\w+, \* as \w+`;
const atOnce = new RegExp(`^(import|export) (?:type )?(?:(${clause}) from )?'([^']+)'`, 'gm');
const onDemand = /^(?!\s*(?:\*|\/\/)).*?(?:(\{[^}]*\}) = await )?\bimport\(\s*'([^']+)'/gm;
const passedOn = /^export (?:type )?(\{[^}]*\});$/gm;

/** All imports of a file, in the order of its text. */
export const importsOf = once(({text}: SourceFile): readonly Import[] => {
	const atTop = [...text.matchAll(atOnce)].map(
		({1: kind, 2: names = '', 3: specifier = '', index}): Import => ({
			kind: kind === 'export' ? 'export' : 'import',
			specifier,
			names: pairs(names),
			offset: index,
		}),
	);
	const within = [...text.matchAll(onDemand)].map(
		({1: names = '', 2: specifier = '', index}): Import => ({
			kind: 'import',
			specifier,
			names: pairs(names),
			offset: index,
		}),
	);
	return [...atTop, ...within];
});

/** Names that a file imported and exports without saying from where: `export {O_PATH};`. */
export const passedOnNames = once(({text}: SourceFile): readonly NamePair[] =>
	[...text.matchAll(passedOn)].flatMap(([, names = '']) => pairs(names)),
);

/** `{call, type Argument as Value}` and `* as libc`, as pairs of names. */
function pairs(names: string): readonly NamePair[] {
	const braces = /\{([^}]*)\}/.exec(names)?.[1] ?? '';
	const star = /\*(?: as (\w+))?/.exec(names);
	const whole = /^(\w+)(?:,|$)/.exec(names)?.[1];
	return [
		...(whole === undefined ? [] : [{theirs: 'default', ours: whole}]),
		...(star === null ? [] : [{theirs: '*', ours: star[1] ?? '*'}]),
		...braces
			.split(',')
			.map(name => name.trim().replace(/^type (?=\w)/, ''))
			.filter(name => name !== '')
			.map(name => name.split(/ as |: /))
			.map(([theirs = '', ours = theirs]) => ({theirs, ours})),
	];
}
