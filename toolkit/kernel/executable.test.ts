import assert from 'node:assert/strict';
import {chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {test} from 'node:test';
import {findExecutable, isExecutable} from '#kernel/executable';

test('findExecutable() takes the first file that can be executed, by a link too, and no directory', t => {
	const folder = mkdtempSync(join(tmpdir(), 'drydock-executable-'));
	t.after(() => rmSync(folder, {recursive: true}));
	const at = (...names: string[]): string => join(folder, ...names);
	for (const name of ['directory', 'text', 'program', 'link']) mkdirSync(at(name));
	mkdirSync(at('directory', 'sail'));
	writeFileSync(at('text', 'sail'), '');
	writeFileSync(at('program', 'sail'), '');
	chmodSync(at('program', 'sail'), 0o755);
	symlinkSync('../program/sail', at('link', 'sail'));
	const path = (...names: string[]): string => names.map(name => at(name)).join(':');

	assert.equal(findExecutable('sail', path('none', 'directory', 'text', 'link', 'program')), at('link', 'sail'));
	assert.equal(findExecutable('sail', path('directory', 'text')), undefined);
	assert.equal(findExecutable('sail', ''), undefined);
	assert.equal(isExecutable(at('program', 'sail')), true);
	assert.equal(isExecutable(at('program', 'sail', 'nothing')), false);
});

test('findExecutable() does not look in the current directory for an empty entry', t => {
	const folder = mkdtempSync(join(tmpdir(), 'drydock-executable-'));
	const before = process.cwd();
	t.after(() => {
		process.chdir(before);
		rmSync(folder, {recursive: true});
	});
	process.chdir(folder);
	writeFileSync('sail', '');
	chmodSync('sail', 0o755);
	assert.equal(findExecutable('sail', ':/none:'), undefined);
	assert.equal(findExecutable('sail', folder), join(folder, 'sail'));
});
