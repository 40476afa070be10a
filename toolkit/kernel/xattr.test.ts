import assert from 'node:assert/strict';
import {mkdtempSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {test} from 'node:test';
import {isErrno} from '#kernel/error';
import {needsRoot} from '#kernel/testing';
import {getXattr, listXattrs, setXattr} from '#kernel/xattr';

test('setXattr() keeps bytes as they are, empty and long ones too', needsRoot, () => {
	const directory = mkdtempSync(join(tmpdir(), 'xattr-'));
	try {
		const path = join(directory, 'file');
		writeFileSync(path, '');
		assert.deepEqual(listXattrs(path), []);
		assert.equal(getXattr(path, 'trusted.none'), undefined);
		const values = [Buffer.from([0, 128, 255, 10]), Buffer.alloc(0), Buffer.alloc(2000, 7)];
		for (const [index, value] of values.entries()) setXattr(path, `trusted.test${index}`, value);
		assert.deepEqual([...listXattrs(path)].sort(), ['trusted.test0', 'trusted.test1', 'trusted.test2']);
		for (const [index, value] of values.entries()) assert.deepEqual(getXattr(path, `trusted.test${index}`), value);
	} finally {
		rmSync(directory, {recursive: true});
	}
});

test('getXattr() does not follow a link', needsRoot, () => {
	const directory = mkdtempSync(join(tmpdir(), 'xattr-'));
	try {
		writeFileSync(join(directory, 'file'), '');
		symlinkSync('file', join(directory, 'link'));
		setXattr(join(directory, 'file'), 'trusted.test', Buffer.from('x'));
		assert.equal(getXattr(join(directory, 'link'), 'trusted.test'), undefined);
		assert.throws(
			() => getXattr(join(directory, 'none'), 'trusted.test'),
			(error: unknown) => isErrno(error, 'ENOENT'),
		);
	} finally {
		rmSync(directory, {recursive: true});
	}
});
