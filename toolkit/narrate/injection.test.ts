import assert from 'node:assert/strict';
import {test} from 'node:test';
import {conventions} from './injection.ts';

/** Registers that all differ. */
const own = BigUint64Array.from({length: 34}, (_, index) => BigInt(1000 + index));

test('conventions.x64 puts the call into orig_rax and its arguments into rdi, rsi, rdx', () => {
	const changed = conventions.x64.withCall(own, 317, [1n, 4n, 99n]);
	assert.deepEqual([changed[15], changed[14], changed[13], changed[12]], [317n, 1n, 4n, 99n]);
	assert.equal(changed.filter((value, index) => value !== own[index]).length, 4);
});

test('conventions.x64 makes the own call again: two bytes back, with its number', () => {
	const changed = conventions.x64.withCallAgain(own);
	assert.deepEqual([changed[16], changed[10], changed[15]], [1014n, 1015n, 0xffff_ffff_ffff_ffffn]);
});

test('conventions.arm64 changes x0 to x2 only, and goes four bytes back', () => {
	const changed = conventions.arm64.withCall(own, 277, [1n, 4n, 99n]);
	assert.deepEqual([...changed.subarray(0, 4)], [1n, 4n, 99n, 1003n]);
	const again = conventions.arm64.withCallAgain(own);
	assert.equal(again[32], 1028n);
	assert.equal(again.filter((value, index) => value !== own[index]).length, 1);
});
