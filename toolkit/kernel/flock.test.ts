import assert from 'node:assert/strict';
import {closeSync, mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {test} from 'node:test';
import {tryLockFile, withLock} from '#kernel/flock';

test('withLock() excludes others while it runs, and lets go', () => {
	const directory = mkdtempSync(join(tmpdir(), 'flock-'));
	const path = join(directory, 'lock');
	// Two descriptors of one process are two owners to flock, as two processes are.
	withLock(path, () => assert.equal(tryLockFile(path), undefined));
	const fd = tryLockFile(path);
	assert.notEqual(fd, undefined);
	closeSync(fd!);
	assert.throws(() =>
		withLock(path, () => {
			throw new Error('on the way');
		}),
	);
	withLock(path, () => {});
	rmSync(directory, {recursive: true});
});
