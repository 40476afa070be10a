import assert from 'node:assert/strict';
import {test} from 'node:test';
import fc from 'fast-check';
import {detachFilter, parseDetachKeys} from './detach-keys.ts';

const keys = parseDetachKeys();

test('parseDetachKeys() reads control keys and characters', () => {
	assert.deepEqual([...keys], [16, 17]);
	assert.deepEqual([...parseDetachKeys('ctrl-a,d')], [1, 100]);
	for (const wrong of ['', 'ctrl-', 'ctrl-1', 'ab', 'a,,b'])
		assert.throws(() => parseDetachKeys(wrong), /invalid detach keys/);
});

test('detachFilter() detaches at the sequence, however it was cut', () => {
	const filter = detachFilter(keys);
	assert.deepEqual(filter(Buffer.from([97, 16])), {pass: Buffer.from([97]), detach: false});
	assert.deepEqual(filter(Buffer.from([17])), {pass: Buffer.from([]), detach: true});
});

test('detachFilter() passes on everything else, in order', () => {
	fc.assert(
		fc.property(fc.array(fc.uint8Array({maxLength: 5}), {maxLength: 10}), pieces => {
			const typed = Buffer.concat(pieces);
			fc.pre(!typed.includes(keys));
			const filter = detachFilter(keys);
			const passed = Buffer.concat([...pieces.map(piece => filter(piece).pass), filter(Buffer.from([0])).pass]);
			assert.deepEqual(passed, Buffer.concat([typed, Buffer.from([0])]));
		}),
	);
});
