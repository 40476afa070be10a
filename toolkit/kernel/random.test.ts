import assert from 'node:assert/strict';
import {randomBytes} from 'node:crypto';
import {test} from 'node:test';
import {stirRandomPool} from '#kernel/random';
import {needsRoot} from '#kernel/testing';
import {watchCalls} from '#kernel/trace';

test('stirRandomPool() gives the kernel its bytes, and has it begin from them', needsRoot, () => {
	const calls: string[] = [];
	const stop = watchCalls(({args}) => calls.push(String(args[1])));
	stirRandomPool(randomBytes(64));
	stop();
	assert.deepEqual(calls, ['RNDADDENTROPY', 'RNDRESEEDCRNG']);
});

test('stirRandomPool() refuses more than the kernel takes', () => {
	assert.throws(() => stirRandomPool(new Uint8Array(4097)), RangeError);
});
