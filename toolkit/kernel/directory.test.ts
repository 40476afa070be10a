import assert from 'node:assert/strict';
import {mkdtempSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {test} from 'node:test';
import {makeDirectories} from '#kernel/directory';
import {isErrno} from '#kernel/error';

test('makeDirectories() makes what is missing, and is content with what is there', t => {
	const root = mkdtempSync(join(tmpdir(), 'drydock-directory-'));
	t.after(() => rmSync(root, {recursive: true}));
	makeDirectories(join(root, 'a/b/c'));
	makeDirectories(join(root, 'a/b/c'));
	assert.ok(statSync(join(root, 'a/b/c')).isDirectory());
	writeFileSync(join(root, 'file'), '');
	makeDirectories(join(root, 'file'));
	assert.throws(
		() => makeDirectories(join(root, 'file/below')),
		(error: unknown) => isErrno(error, 'ENOTDIR'),
	);
});

test('makeDirectories() returns where nothing can be made', () => {
	assert.throws(
		() => makeDirectories('/proc/no-such-thing/below'),
		(error: unknown) => isErrno(error, 'ENOENT', 'EACCES', 'EPERM'),
	);
});
