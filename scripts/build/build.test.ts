import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {type TestContext, test} from 'node:test';
import {Script} from 'node:vm';
import {crc32} from 'node:zlib';
import {bundle} from './bundle.ts';
import {keepCode} from './code-cache.ts';
import {withoutDevtools} from './ink-without-devtools.ts';
import {lazyLessons} from './lazy-lessons.ts';
import {withoutSearch} from './quick-ffi.ts';
import {splitBinary} from './quick-yoga.ts';

/** A folder where a bundle finds the project's packages. */
function folder(t: TestContext): string {
	const path = mkdtempSync(join(import.meta.dirname, '../../node_modules/.drydock-build-test-'));
	t.after(() => rmSync(path, {recursive: true}));
	return path;
}

/** Bundles a text, and returns what a Node prints that runs it. */
async function printedBy(t: TestContext, text: string): Promise<string> {
	const path = folder(t);
	writeFileSync(join(path, 'source.ts'), text);
	await bundle({program: join(path, 'source.ts')}, path);
	const {stdout, stderr} = spawnSync(process.execPath, [join(path, 'program.cjs')], {encoding: 'utf8'});
	return stdout.replaceAll(path, '…') + stderr;
}

test('bundle() gives a script all that a module knows', async t => {
	const printed = await printedBy(t, 'console.log(import.meta.filename, import.meta.dirname, import.meta.url);');
	assert.equal(printed, '…/program.cjs … file://…/program.cjs\n');
});

test('bundle() leaves every language readable, in regular expressions too', async t => {
	const text = "console.log('”…文😀x'.match(/[”’…]+/u)?.[0], /^文(😀)x/u.exec('文😀x')?.[1], '“…”');";
	assert.equal(await printedBy(t, text), '”… 😀 “…”\n');
});

test('keepCode() keeps code that V8 takes, also of functions that were not called', t => {
	const path = folder(t);
	const text = `(function () { function notCalled() { return '${'x'.repeat(100)}'; } return notCalled; })`;
	writeFileSync(join(path, 'a.js'), text);
	keepCode(join(path, 'a.js'), join(path, 'a.bin'));
	const cachedData = readFileSync(join(path, 'a.bin'));
	assert.equal(new Script(text, {cachedData}).cachedDataRejected, false);
	assert.ok(cachedData.includes('x'.repeat(100)));
	const lazy = new Script(text.replaceAll('x', 'y')).createCachedData();
	assert.ok(!lazy.includes('y'.repeat(100)));
});

test('quickFfi leaves ffi-rs able to call libc', async t => {
	const text = `
		import {DataType, load, open} from 'ffi-rs';
		open({library: 'libc', path: ''});
		console.log(load({library: 'libc', funcName: 'abs', retType: DataType.I32, paramsType: [DataType.I32], paramsValue: [-7]}));
	`;
	assert.equal(await printedBy(t, text), '7\n');
});

test('quickYoga and inkWithoutDevtools leave Ink able to draw', async t => {
	const text = `
		import {Box, renderToString, Text} from 'ink';
		import {createElement} from 'react';
		const row = createElement(Box, {width: 5, justifyContent: 'flex-end'}, createElement(Text, null, 'ab'));
		console.log(renderToString(row));
	`;
	assert.equal(await printedBy(t, text), '   ab\n');
});

test('withLazyBuiltins() loads a costly module with its first use', async t => {
	const text = `
		import {crc32} from 'node:zlib';
		import {Readable} from 'node:stream';
		const loaded = (name: string): boolean => process.moduleLoadList.includes(\`NativeModule \${name}\`);
		const before = loaded('zlib');
		class Mine extends Readable {}
		console.log(before, crc32('drydock'), loaded('zlib'), new Mine() instanceof Readable);
	`;
	assert.equal(await printedBy(t, text), `false ${crc32('drydock')} true true\n`);
});

test('the plugins refuse files that are not as they expect', () => {
	assert.throws(() => withoutSearch('module.exports = {}'), /quick-ffi\.ts/);
	assert.throws(() => splitBinary('export default () => {}'), /quick-yoga\.ts/);
	assert.throws(() => withoutDevtools('export {}'), /ink-without-devtools\.ts/);
});

test('lazyLessons() leaves what is imported on demand from lessons to another bundle', async t => {
	const path = folder(t);
	const prose = join(import.meta.dirname, '../../lessons/prose.ts');
	writeFileSync(
		join(path, 'source.ts'),
		[prose, './lesson-of-mine.ts']
			.map((path, index) => `export const on${index} = () => import('${path}');`)
			.join('\n'),
	);
	writeFileSync(join(path, 'lesson-of-mine.ts'), 'export const here = true;');
	const entries = new Map<string, string>();
	await bundle({program: join(path, 'source.ts')}, path, [lazyLessons(entries)]);
	assert.deepEqual([...entries], [['prose', prose]]);
	const text = readFileSync(join(path, 'program.js'), 'utf8');
	assert.match(text, /require\("\.\/prose\.cjs"\)/);
	assert.doesNotMatch(text, /parseProse/);
	assert.match(text, /here = !0/);
});
