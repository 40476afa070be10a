import assert from 'node:assert/strict';
import {join} from 'node:path';
import {test} from 'node:test';
import {noCycles} from './cycles.ts';
import {noDeadFiles} from './dead-files.ts';
import {importsGoDown} from './direction.ts';
import {arrows} from './imports.ts';
import {mirroredNames} from './mirrored-names.ts';
import {rules} from './rules.ts';
import {exportsAreExplained, shortFiles, typesAreKept} from './style.ts';
import {readTree, type Tree} from './tree.ts';

const project = readTree(join(import.meta.dirname, '../..'));
for (const [sentence, rule] of Object.entries(rules)) {
	test(`this project: ${sentence}`, () => assert.deepEqual(rule(project), []));
}

const imports = {
	'#kernel/*': './toolkit/kernel/*.ts',
	'#pid': {
		'exercise-pid': './exercises/04-pid/pid.ts',
		'solution-pid': './solutions/04-pid/pid.ts',
		default: './toolkit/04-pid/pid.ts',
	},
	'#pid/*': './toolkit/04-pid/*.ts',
	'#mnt': './toolkit/05-mnt/mnt.ts',
};

/** A made-up project. Words in `<>` are the addresses of imports, so that this file is not taken to import them. */
function made(files: Readonly<Record<string, string>>): Tree {
	const texts = Object.entries(files).map(([path, text]) => [path, text.replaceAll(/<([^>]*)>/g, "'$1'")] as const);
	return new Map([...texts, ['package.json', JSON.stringify({imports, scripts: {build: 'node scripts/build.ts'}})]]);
}

const module = {
	'toolkit/04-pid/pid.ts': '',
	'toolkit/04-pid/pid.test.ts': '',
	'toolkit/05-mnt/mnt.ts': '',
	'toolkit/05-mnt/mnt.test.ts': '',
	'exercises/04-pid/pid.ts': '',
	'exercises/04-pid/README.md': '',
	'solutions/04-pid/pid.ts': '',
};

test('arrows() finds each way to import, and no words in comments', () => {
	const tree = made({
		...module,
		'toolkit/04-pid/reap.ts': [
			'import <node:fs>;',
			'import one from <./pid.ts>;',
			'import type {Two} from <#pid>;',
			'import {\n\ttype Three,\n\tfour,\n} from <#mnt>;',
			'import five, {six} from <#kernel/libc>;',
			'import * as seven from <seven>;',
			'export * from <#pid/pid>;',
			'export type {Eight} from <../05-mnt/mnt.ts>;',
			'const nine = await import(<./pid.ts>);',
			' * import ten from <ten>; and import(<ten>)',
			'// import(<eleven>)',
			'export const twelve = <from>;',
		].join('\n'),
	});
	assert.deepEqual(
		arrows(tree).map(({specifier, to, typeOnly, line}) => [line, specifier, to, typeOnly]),
		[
			[1, 'node:fs', undefined, false],
			[2, './pid.ts', 'toolkit/04-pid/pid.ts', false],
			[3, '#pid', 'toolkit/04-pid/pid.ts', true],
			[4, '#mnt', 'toolkit/05-mnt/mnt.ts', false],
			[8, '#kernel/libc', 'toolkit/kernel/libc.ts', false],
			[9, 'seven', undefined, false],
			[10, '#pid/pid', 'toolkit/04-pid/pid.ts', false],
			[11, '../05-mnt/mnt.ts', 'toolkit/05-mnt/mnt.ts', true],
			[12, './pid.ts', 'toolkit/04-pid/pid.ts', false],
		],
	);
});

test('importsGoDown() refuses an arrow upward, also of a type', () => {
	const problems = importsGoDown(made({...module, 'toolkit/04-pid/pid.ts': 'import type {Mount} from <#mnt>;'}));
	assert.deepEqual(problems, [
		'toolkit/04-pid/pid.ts:1: #mnt: imports go down, and toolkit/05-mnt stands above toolkit/04-pid',
	]);
	assert.deepEqual(importsGoDown(made({...module, 'toolkit/05-mnt/mnt.ts': 'import {pid} from <#pid>;'})), []);
});

test('importsGoDown() keeps the order of the folders above the modules', () => {
	const up = (path: string, to: string): readonly string[] =>
		importsGoDown(
			made({...module, [path]: `import <${to}>;`, 'sandbox-vm/a.ts': '', 'lessons/a.ts': '', 'toolkit/cli/a.ts': ''}),
		);
	assert.match(up('toolkit/kernel/x.ts', '#pid')[0] ?? '', /04-pid stands above toolkit\/kernel/);
	assert.match(up('toolkit/04-pid/x.ts', '../../sandbox-vm/a.ts')[0] ?? '', /sandbox-vm stands above/);
	assert.match(up('sandbox-vm/x.ts', '../lessons/a.ts')[0] ?? '', /lessons stands above/);
	assert.match(up('lessons/x.ts', '../toolkit/cli/a.ts')[0] ?? '', /cli stands above/);
	assert.deepEqual(up('toolkit/cli/x.ts', '../../lessons/a.ts'), []);
	assert.deepEqual(up('lessons/x.ts', '../sandbox-vm/a.ts'), []);
});

test('importsGoDown() lets the kernel alone import ffi-rs', () => {
	const problems = importsGoDown(
		made({'toolkit/kernel/libc.ts': 'import <ffi-rs>;', 'toolkit/04-pid/x.ts': 'import <ffi-rs>;'}),
	);
	assert.deepEqual(problems, ['toolkit/04-pid/x.ts:1: ffi-rs: only toolkit/kernel may import ffi-rs']);
});

test('importsGoDown() keeps lessons from the kernel, and everybody from learners’ folders', () => {
	const tree = made({
		...module,
		'toolkit/kernel/libc.ts': '',
		'lessons/app/app.tsx': 'import {call} from <#kernel/libc>;',
		'toolkit/05-mnt/mnt.ts': 'import {pid} from <../../solutions/04-pid/pid.ts>;',
	});
	assert.deepEqual(importsGoDown(tree), [
		'toolkit/05-mnt/mnt.ts:1: ../../solutions/04-pid/pid.ts: nobody imports learners’ folders',
		'lessons/app/app.tsx:1: #kernel/libc: a lesson never calls the kernel',
	]);
});

test('importsGoDown() refuses what leads nowhere', () => {
	const problems = importsGoDown(made({'toolkit/04-pid/pid.ts': 'import <#pod>;\nimport <./reap.ts>;'}));
	assert.deepEqual(problems, [
		'toolkit/04-pid/pid.ts:1: #pod: package.json’s "imports" does not know it',
		'toolkit/04-pid/pid.ts:2: ./reap.ts: there is no toolkit/04-pid/reap.ts',
	]);
});

test('noCycles() finds a circle, unless a type closes it', () => {
	const circle = (last: string): Tree =>
		made({'lessons/a.ts': 'import <./b.ts>;', 'lessons/b.ts': 'import <./c.ts>;', 'lessons/c.ts': last});
	assert.deepEqual(noCycles(circle('import {a} from <./a.ts>;')), [
		'lessons/a.ts: imports go in a circle: lessons/a.ts → lessons/b.ts → lessons/c.ts → lessons/a.ts',
	]);
	assert.deepEqual(noCycles(circle('import type {A} from <./a.ts>;')), []);
	const diamond = made({
		'lessons/a.ts': 'import <./b.ts>;\nimport <./c.ts>;',
		'lessons/b.ts': 'import <./d.ts>;',
		'lessons/c.ts': 'import <./d.ts>;',
		'lessons/d.ts': '',
	});
	assert.deepEqual(noCycles(diamond), []);
});

test('noDeadFiles() finds what nothing leads to', () => {
	const tree = made({
		...module,
		'toolkit/cli/main.ts': 'import(<./run.ts>);',
		'toolkit/cli/run.ts': '',
		'toolkit/cli/old.ts': 'import <./older.ts>;',
		'toolkit/cli/older.ts': '',
		'toolkit/cli/run.test.ts': 'import <./testing.ts>;\nimport <./only-tested.ts>;',
		'toolkit/cli/testing.ts': '',
		'toolkit/cli/only-tested.ts': '',
		'scripts/build.ts': '',
	});
	assert.deepEqual(noDeadFiles(tree), [
		'toolkit/cli/old.ts:1: nothing leads here',
		'toolkit/cli/older.ts:1: nothing leads here',
		'toolkit/cli/only-tested.ts:1: nothing but a test leads here',
	]);
});

test('mirroredNames() wants a module’s main file and its test', () => {
	assert.deepEqual(mirroredNames(made(module)), []);
	assert.deepEqual(mirroredNames(made({...module, 'toolkit/06-rootfs/pivot.ts': '', 'toolkit/utils/x.ts': ''})), [
		'toolkit/06-rootfs/rootfs.ts: is missing',
		'toolkit/06-rootfs/rootfs.test.ts: is missing',
		'toolkit/utils: is not called NN-name',
	]);
});

test('mirroredNames() wants the same names in learners’ folders', () => {
	const tree = made({
		...module,
		'exercises/05-mount/mount.ts': '',
		'slides/09-net.en.md': '',
		'lessons/04-pid/lesson.ts': '',
	});
	assert.deepEqual(mirroredNames(tree), [
		'exercises/05-mount/mount.ts: toolkit/05-mount/mount.ts is missing',
		'exercises/05-mount/mount.ts: exercises/05-mount/README.md is missing',
		'exercises/05-mount/mount.ts: solutions/05-mount/mount.ts is missing',
		'slides/09-net.en.md: toolkit/09-net/net.ts is missing',
		'lessons/04-pid/lesson.ts: lessons/04-pid/lesson.en.md is missing',
		'lessons/04-pid/lesson.ts: lessons/04-pid/lesson.zh.md is missing',
	]);
});

test('mirroredNames() follows package.json’s "imports"', () => {
	const tree = new Map(made(module));
	const wrong = {'exercise-pid': './solutions/04-pid/pid.ts', 'solution-pid': './solutions/04-pid/pid.ts'};
	tree.set(
		'package.json',
		JSON.stringify({
			imports: {'#pid': {...wrong, default: './toolkit/04-pid/pid.ts'}, '#net': './toolkit/09-net/net.ts'},
		}),
	);
	const [conditions, missing, ...rest] = mirroredNames(tree);
	assert.match(
		conditions ?? '',
		/^package.json: #pid: its conditions should be exercise-pid,exercises\/04-pid\/pid.ts/,
	);
	assert.equal(missing, 'package.json: #net leads to toolkit/09-net/net.ts, which is missing');
	assert.deepEqual(rest, []);
});

test('shortFiles() refuses line 301', () => {
	const long = 'x\n'.repeat(301);
	const tree = made({
		'toolkit/04-pid/long.ts': long,
		'toolkit/04-pid/long.test.ts': long,
		'toolkit/04-pid/short.ts': 'x\n'.repeat(300),
		'lessons/04-pid/lesson.ts': long,
	});
	assert.deepEqual(shortFiles(tree), ['toolkit/04-pid/long.ts:301: 301 lines: a file of more than 300 has two ideas']);
});

test('typesAreKept() tells the type from the word', () => {
	const problems = (line: string): readonly string[] => typesAreKept(new Map([['lessons/a.ts', line]]));
	for (const line of ['let a: *;', 'let b = c as *;', 'let d: *[];', 'let e: Map<string, *>;', 'function f(a: *) {}']) {
		assert.equal(problems(line.replace('*', 'any')).length, 1, line);
	}
	assert.equal(problems(`// @ts-${'ignore'}`).length, 1);
	for (const line of ['// if any, as any child would', 'any(1)', "title: 'any word'", 'Note: any number will do']) {
		assert.deepEqual(problems(line), []);
	}
});

test('exportsAreExplained() wants a sentence above each export of a module', () => {
	const text = '/** A. */\nexport const a = 1;\n\nexport async function b() {}\n/** C. */\n\nexport interface C {}\n';
	assert.deepEqual(exportsAreExplained(made({'toolkit/04-pid/x.ts': text, 'lessons/x.ts': text})), [
		'toolkit/04-pid/x.ts:4: b has no sentence that says what it is',
		'toolkit/04-pid/x.ts:7: C has no sentence that says what it is',
	]);
});
