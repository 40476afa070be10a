import assert from 'node:assert/strict';
import {
	closeSync,
	mkdirSync,
	mkdtempSync,
	openSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {type TestContext, test} from 'node:test';
import {writeWholeFile} from '#kernel/whole-file';

function emptyDirectory(context: TestContext): string {
	const directory = mkdtempSync(join(tmpdir(), 'drydock-whole-'));
	context.after(() => rmSync(directory, {recursive: true}));
	return directory;
}

test('writeWholeFile() puts a new file in the place of the old one, for its owner only, and leaves nothing beside it', context => {
	const directory = emptyDirectory(context);
	const path = join(directory, 'state.json');
	writeFileSync(path, 'the old one, which is longer', {mode: 0o644});
	const old = openSync(path, 'r');
	for (const durable of [false, true]) {
		writeWholeFile(path, 'the new one', {durable});
		assert.equal(readFileSync(path, 'utf8'), 'the new one');
	}
	assert.equal(readFileSync(old, 'utf8'), 'the old one, which is longer');
	closeSync(old);
	assert.equal(statSync(path).mode & 0o777, 0o600);
	assert.deepEqual(readdirSync(directory), ['state.json']);
});

test('writeWholeFile() leaves the old file and no draft where it can’t write', context => {
	const directory = emptyDirectory(context);
	assert.throws(() => writeWholeFile(join(directory, 'not/there'), ''), {code: 'ENOENT'});
	mkdirSync(join(directory, 'taken'));
	assert.throws(() => writeWholeFile(join(directory, 'taken'), ''), {code: 'EISDIR'});
	assert.deepEqual(readdirSync(directory), ['taken']);
});

test('writeWholeFile() follows no link that stands in the draft’s place', context => {
	const directory = emptyDirectory(context);
	writeFileSync(join(directory, 'victim'), 'untouched');
	symlinkSync('victim', join(directory, `file.${process.pid}`));
	assert.throws(() => writeWholeFile(join(directory, 'file'), 'x'), {code: 'ELOOP'});
	assert.equal(readFileSync(join(directory, 'victim'), 'utf8'), 'untouched');
});
