import assert from 'node:assert/strict';
import {mkdtempSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {type TestContext, test} from 'node:test';
import fc from 'fast-check';
import {parseBookmark, readBookmark, saveBookmark} from './bookmark.ts';

function emptyDirectory(context: TestContext): string {
	const directory = mkdtempSync(join(tmpdir(), 'drydock-reading-'));
	context.after(() => rmSync(directory, {recursive: true}));
	return join(directory, 'not/there/yet');
}

test('readBookmark() finds what saveBookmark() has kept, and no draft is left', context => {
	const directory = emptyDirectory(context);
	assert.deepEqual(readBookmark(directory), {read: []});
	const bookmark = {at: {path: 'toolkit/05-mnt/mnt.ts', line: 42}, read: ['toolkit/04-pid/pid.ts']};
	saveBookmark(bookmark, directory);
	assert.deepEqual(readBookmark(directory), bookmark);
	assert.deepEqual(readdirSync(directory), ['reading.json']);
});

test('readBookmark() begins anew where the file makes no sense', context => {
	const directory = emptyDirectory(context);
	saveBookmark({read: ['a']}, directory);
	for (const damage of ['', '{"at', '[]', 'null', '{"at": {"path": 3, "line": "x"}, "read": 7}']) {
		writeFileSync(join(directory, 'reading.json'), damage);
		assert.deepEqual(readBookmark(directory), {read: []});
	}
});

test('saveBookmark() refuses a place that can’t be written', context => {
	const directory = emptyDirectory(context);
	saveBookmark({read: []}, directory);
	assert.throws(() => saveBookmark({read: []}, join(directory, 'reading.json')), /EEXIST|ENOTDIR/);
});

test('parseBookmark() makes a bookmark of any JSON', () => {
	fc.assert(
		fc.property(fc.json(), text => {
			const {read} = parseBookmark(text);
			assert.ok(read.every(path => typeof path === 'string'));
		}),
	);
});
