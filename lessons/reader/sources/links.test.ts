import assert from 'node:assert/strict';
import {test} from 'node:test';
import {made, toolkit} from '../testing.ts';
import {type Link, linksOf} from './links.ts';
import {pageName, pagesAt, sourcePages} from './pages.ts';
import {exportOf, scopeOf} from './symbols.ts';
import {usesOf} from './uses.ts';

const library = made({
	'kernel/libc.ts': 'export function call(name: string): void {}\n',
	'kernel/sched.ts': [
		'import {call} from <#kernel/libc>;',
		'',
		'/** See clone(2). */',
		'export function setns(fd: number): void {',
		"\tcall('setns');",
		'}',
	].join('\n'),
	'kernel/namespace.ts': [
		'import {setns} from <#kernel/sched>;',
		'',
		'export function join(path: string): void {',
		'\tsetns(open(path));',
		'}',
	].join('\n'),
	'05-mnt/mnt.ts': [
		'/**',
		' * 05 · Mounts, as 06-none and bind.ts have them. Use `attach`, or `nobody`.',
		' *',
		' * Sources: mount(2),',
		' * proc(5).',
		' */',
		'import {join} from <#kernel/namespace>;',
		'import {bind as bindMount} from <#mnt/bind>;',
		'export {attach} from <#mnt/passing>;',
		'export type {Mount} from <#mnt/bind>;',
		'',
		'export function mountAll(join: string, options: {bindMount: number}): void {',
		'\tbindMount(options.bindMount, {bindMount: 1}, options.join);',
		`\tconst text = \`$\{bindMount(2)} join\`; // join`,
		'\treturn options.path ? bindMount : text;',
		'}',
	].join('\n'),
	'05-mnt/passing.ts': 'export * from <#mnt/bind>;\nexport * from <#mnt/passing>;\n',
	'05-mnt/bind.ts': [
		'export interface Mount {}',
		'export function bind(mount: Mount): void {}',
		'export const attach = (mounts: Mount[]) => mounts.map(bind => bind);',
	].join('\n'),
	'05-mnt/mnt.test.ts': 'import {mountAll} from <#mnt>;\n\nmountAll();\nmountAll(mountAll());\n',
});
const file = (path: string) => library.files.get(`toolkit/${path}`)!;

function told({start, end, line, target, isUse}: Link, lines: readonly string[]): string {
	const where =
		target.kind === 'page'
			? pageName(target.page)
			: target.kind === 'file'
				? target.path
				: `${target.declaration.path}:${target.declaration.line}`;
	return `${line} ${lines[line - 1]!.slice(start, end)} → ${where.replace('toolkit/', '')}${isUse ? ' used' : ''}`;
}

test('exportOf() goes through files that only pass a name on, and round no circle', () => {
	const found = exportOf(library, file('05-mnt/mnt.ts'), 'attach');
	assert.deepEqual([found?.path, found?.line], ['toolkit/05-mnt/bind.ts', 3]);
	assert.equal(exportOf(library, file('05-mnt/mnt.ts'), 'Mount')?.kind, 'interface');
	assert.equal(exportOf(library, file('05-mnt/passing.ts'), 'nothing'), undefined);
});

test('scopeOf() knows what a file declares and imports, by the names that it gave', () => {
	assert.deepEqual([...scopeOf(library, file('05-mnt/mnt.ts')).keys()].sort(), ['bindMount', 'join', 'mountAll']);
});

test('linksOf() follows names where they stand for themselves, addresses, files and pages', () => {
	const {lines} = file('05-mnt/mnt.ts');
	assert.deepEqual(
		linksOf(library, file('05-mnt/mnt.ts')).map(link => told(link, lines)),
		[
			'2 bind.ts → 05-mnt/bind.ts',
			'2 attach → 05-mnt/bind.ts:3',
			'4 mount(2) → mount(2)',
			'5 proc(5) → proc(5)',
			'7 join → kernel/namespace.ts:3',
			"7 '#kernel/namespace' → kernel/namespace.ts",
			'8 bindMount → 05-mnt/bind.ts:2',
			"8 '#mnt/bind' → 05-mnt/bind.ts",
			"9 '#mnt/passing' → 05-mnt/passing.ts",
			"10 '#mnt/bind' → 05-mnt/bind.ts",
			'12 mountAll → 05-mnt/mnt.ts:12',
			'13 bindMount → 05-mnt/bind.ts:2 used',
			'14 bindMount → 05-mnt/bind.ts:2 used',
			'15 bindMount → 05-mnt/bind.ts:2 used',
		],
	);
});

test('usesOf() tells each line once, and leaves out imports, parameters and the declaration', () => {
	const uses = (path: string, name: string) =>
		usesOf(library, exportOf(library, file(path), name)!).map(({path, line}) => `${path.slice(8)}:${line}`);
	assert.deepEqual(uses('05-mnt/mnt.ts', 'mountAll'), ['05-mnt/mnt.test.ts:3', '05-mnt/mnt.test.ts:4']);
	assert.deepEqual(uses('05-mnt/bind.ts', 'Mount'), ['05-mnt/bind.ts:2', '05-mnt/bind.ts:3']);
	assert.deepEqual(uses('kernel/sched.ts', 'setns'), ['kernel/namespace.ts:4']);
});

test('usesOf() agrees with the toolkit’s text: every call of unshare is found', () => {
	const unshare = exportOf(toolkit, toolkit.files.get('toolkit/kernel/sched.ts')!, 'unshare')!;
	const found = new Set(usesOf(toolkit, unshare).map(({path, line}) => `${path}:${line}`));
	for (const {path, lines} of toolkit.walk) {
		lines.forEach((text, index) => {
			const isCall = /^\s*unshare\(CLONE/.test(text);
			assert.ok(!isCall || found.has(`${path}:${index + 1}`), `${path}:${index + 1} ${text}`);
		});
	}
	assert.ok(found.size >= 8);
});

test('pagesAt() finds the calls behind a name of the kernel’s room', () => {
	assert.deepEqual(pagesAt(library, file('kernel/namespace.ts'), 4).map(pageName), ['setns(2)']);
	assert.deepEqual(pagesAt(library, file('05-mnt/mnt.ts'), 7).map(pageName), ['setns(2)']);
	assert.deepEqual(pagesAt(library, file('kernel/sched.ts'), 5).map(pageName), ['setns(2)']);
	assert.deepEqual(pagesAt(library, file('05-mnt/mnt.ts'), 13).map(pageName), []);
});

test('sourcePages() are those that the module’s map names as its sources', () => {
	assert.deepEqual(sourcePages(library, file('05-mnt/bind.ts')).map(pageName), ['mount(2)', 'proc(5)']);
});

test('linksOf() leads to places that exist, all over the toolkit', () => {
	for (const file of toolkit.files.values()) {
		for (const {line, start, end, target} of linksOf(toolkit, file)) {
			assert.ok(start < end && end <= file.lines[line - 1]!.length);
			if (target.kind === 'file') assert.ok(toolkit.files.has(target.path));
			if (target.kind === 'declaration') assert.ok(toolkit.files.has(target.declaration.path));
		}
	}
});
