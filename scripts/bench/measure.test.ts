import assert from 'node:assert/strict';
import {test} from 'node:test';
import {median, runOnce} from './measure.ts';

test('median() is the middle, whatever the order', () => {
	assert.equal(median([3, 100, 1]), 3);
	assert.equal(median([4, 1, 100, 2]), 3);
});

test('runOnce() refuses to time a failure, and tells what it said', () => {
	assert.ok(runOnce(['true']) > 0);
	assert.throws(() => runOnce(['sh', '-c', 'echo broken >&2; exit 3']), /broken \(exit code 3\)/);
	assert.throws(() => runOnce(['/no/such/program']), /ENOENT/);
});
