import assert from 'node:assert/strict';
import {join} from 'node:path';
import {test} from 'node:test';
import {made, toolkit} from '../testing.ts';
import {declarationAt, declarationsOf} from './declarations.ts';
import {importsOf} from './imports.ts';
import {findProject, mapOf, moduleOf, testOf, walkIndex} from './library.ts';
import {moduleOrder} from './order.ts';
import {firstSentence, ideaOf} from './source-file.ts';

test('moduleOrder() has the floor first, then the numbers, then what looks at all of them', () => {
	const folders = [
		'cli',
		'narrate',
		'17-engine',
		'kernel',
		'doctor',
		'02-uts',
		'words',
		'other',
		'11-layers',
		'observe',
	];
	assert.deepEqual(moduleOrder(folders), [
		...['words', 'kernel', 'observe', '02-uts', '11-layers', '17-engine', 'narrate', 'doctor', 'other', 'cli'],
	]);
});

test('libraryOf() begins a module with its main file and follows its imports', () => {
	const library = made({
		'05-mnt/mnt.ts': 'import {b} from <#mnt/b>;\nimport {a} from <./a.ts>;\n',
		'05-mnt/a.ts': '',
		'05-mnt/b.ts': 'export {c} from <#mnt/c>;\nimport {mnt} from <#mnt>;\n',
		'05-mnt/c.ts': '',
		'05-mnt/init.ts': 'import {d} from <#mnt/d>;\n',
		'05-mnt/d.ts': '',
		'05-mnt/b.test.ts': '',
		'05-mnt/testing.ts': '',
		'kernel/path.ts': '',
		'kernel/libc.ts': '/**\n * The door.\n *\n * Next: path.ts.\n * @module\n */\n',
		'cli/args.ts': '',
		'cli/main.ts': 'const {run} = await import(<./commands/run.ts>);\n',
		'cli/commands/run.ts': '',
	});
	assert.deepEqual(
		library.walk.map(({path}) => path.slice('toolkit/'.length)),
		[
			...['kernel/libc.ts', 'kernel/path.ts'],
			...['05-mnt/mnt.ts', '05-mnt/b.ts', '05-mnt/c.ts', '05-mnt/a.ts', '05-mnt/d.ts', '05-mnt/init.ts'],
			...['cli/main.ts', 'cli/commands/run.ts', 'cli/args.ts'],
		],
	);
	const [mnt] = library.modules.filter(({id}) => id === '05-mnt');
	assert.deepEqual(mnt!.tests.map(({name}) => name).sort(), ['b.test.ts', 'testing.ts']);
});

test('libraryOf() begins a module without a main file with the file that most of it needs', () => {
	const library = made({
		'words/error.ts': 'import type {Language} from <./language.ts>;\n',
		'words/language.ts': '',
	});
	assert.deepEqual(
		library.walk.map(({name}) => name),
		['language.ts', 'error.ts'],
	);
});

test('readLibrary() reads the whole toolkit, each module from its own main file on', () => {
	assert.equal(toolkit.walk.length, new Set(toolkit.walk).size);
	assert.equal(toolkit.walk.length, [...toolkit.files.values()].filter(({isTest}) => !isTest).length);
	assert.equal(toolkit.modules[0]!.id, 'words');
	assert.equal(toolkit.modules.at(-1)!.id, 'cli');
	for (const module of toolkit.modules.filter(({id}) => /^\d\d-/.test(id))) {
		assert.equal(module.files[0]!.name, `${module.name}.ts`);
		assert.match(mapOf(module), new RegExp(`^${module.id.slice(0, 2)} · `));
	}
});

test('findProject() finds the sources above, and nothing where there are none', () => {
	const root = findProject()!;
	assert.equal(findProject(join(root, 'toolkit/cli')), root);
	assert.equal(findProject('/usr/lib'), undefined);
});

test('walkIndex() takes a test for the file that it tests', () => {
	const library = made({'05-mnt/mnt.ts': '', '05-mnt/z.ts': '', '05-mnt/z.test.ts': '', '05-mnt/other.test.ts': ''});
	const file = (name: string) => library.files.get(`toolkit/05-mnt/${name}`)!;
	assert.equal(walkIndex(library, file('z.test.ts')), 1);
	assert.equal(walkIndex(library, file('other.test.ts')), 0);
	assert.equal(testOf(library, file('z.ts')), file('z.test.ts'));
	assert.equal(moduleOf(library, file('z.test.ts')).id, '05-mnt');
});

test('importsOf() reads every form that Biome writes', () => {
	const library = made({
		'05-mnt/mnt.ts': [
			'import <./a.ts>;',
			'import type {A, B as C} from <#mnt/b>;',
			'import {\n\ttype D,\n\te,\n} from <#mnt/c>;',
			'import * as f from <#mnt/d>;',
			'import g, {h} from <#mnt/e>;',
			'export type * from <#mnt/f>;',
			'export {i, type J} from <#mnt/g>;',
			'\tconst {k, l: m} = await import(<#mnt/h>);',
			'// import(<#mnt/i>)',
			' * import {n} from <#mnt/j>;',
		].join('\n'),
	});
	assert.deepEqual(
		importsOf(library.walk[0]!).map(({kind, specifier, names}) => [
			kind,
			specifier,
			names.map(({theirs, ours}) => (theirs === ours ? ours : `${theirs}:${ours}`)).join(' '),
		]),
		[
			['import', './a.ts', ''],
			['import', '#mnt/b', 'A B:C'],
			['import', '#mnt/c', 'D e'],
			['import', '#mnt/d', '*:f'],
			['import', '#mnt/e', 'default:g h'],
			['export', '#mnt/f', '*'],
			['export', '#mnt/g', 'i J'],
			['import', '#mnt/h', 'k l:m'],
		],
	);
});

test('declarationsOf() finds each name with its comment and its end', () => {
	const text = `/**
 * The file.
 * @module
 */
const one = 1;

/** Two things. And more. */
export async function two(
	a: number,
): Promise<void> {
	const three = 3;

	return three;
}

/**
 * Four of them,
 * in two lines: \`a\`.
 */
export type Four =
	| 'a'
	| 'b';
export interface Five {}
`;
	const library = made({'05-mnt/mnt.ts': text});
	const file = library.walk[0]!;
	assert.deepEqual(
		declarationsOf(file).map(({name, kind, isExported, firstLine, line, lastLine, sentence}) => [
			...[name, kind, isExported, firstLine, line, lastLine, sentence],
		]),
		[
			['one', 'const', false, 5, 5, 5, ''],
			['two', 'function', true, 7, 8, 14, 'Two things.'],
			['Four', 'type', true, 16, 20, 22, 'Four of them, in two lines: `a`.'],
			['Five', 'interface', true, 23, 23, 23, ''],
		],
	);
	assert.equal(declarationAt(file, 12)?.name, 'two');
	assert.equal(declarationAt(file, 6), undefined);
	assert.equal(ideaOf(file), 'The file.');
});

test('declarationsOf() finds every export of the toolkit, and a place for it', () => {
	for (const file of toolkit.walk) {
		const names = declarationsOf(file).filter(({isExported}) => isExported);
		const written = file.text.match(/^export (?!\{|\*|type [{*])/gm) ?? [];
		assert.equal(names.length, written.length, file.path);
		for (const {name, line, firstLine, lastLine} of declarationsOf(file)) {
			assert.ok(file.lines[line - 1]!.includes(name));
			assert.ok(firstLine <= line && line <= lastLine && lastLine <= file.lines.length);
		}
	}
});

test('firstSentence() ends at a full stop, not at the dot of a name', () => {
	assert.equal(firstSentence('See sched.ts and /proc. Then\nmore.'), 'See sched.ts and /proc.');
	assert.equal(firstSentence('One line\nin two\n\nand another.'), 'One line in two');
});
