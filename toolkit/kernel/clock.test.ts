import assert from 'node:assert/strict';
import {test} from 'node:test';
import {setClock} from '#kernel/clock';
import {KernelError} from '#kernel/error';
import {needsRoot} from '#kernel/testing';

test('setClock() refuses a time before 1970, and leaves the clock as it was', needsRoot, () => {
	const before = Date.now();
	assert.throws(
		() => setClock(-1000),
		(error: unknown) => error instanceof KernelError && error.call === 'clock_settime' && error.errno === 'EINVAL',
	);
	assert.ok(Date.now() >= before);
});
