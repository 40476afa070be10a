import assert from 'node:assert/strict';
import {test} from 'node:test';
import {requireName} from './snapshot-name.ts';

test('requireName() takes what can be read', () => {
	for (const name of ['before', 'step 1', '开始之前', 'naïve', '<&>', '⛵', 'x'.repeat(64), '船'.repeat(64)])
		requireName(name);
});

test('requireName() refuses in one line what can’t be read or typed again', () => {
	for (const name of [
		'',
		' ',
		' x',
		'x ',
		'x\ny',
		'x\ty',
		'\x1b[31mx',
		'\u009bx',
		'\u202ex',
		'a\u200bb',
		'x'.repeat(65),
		'\ud800',
	])
		assert.throws(
			() => requireName(name),
			/^Error: a snapshot’s name is 1 to 64 printable characters.*$/,
			JSON.stringify(name),
		);
});
