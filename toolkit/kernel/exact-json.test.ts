import assert from 'node:assert/strict';
import {test} from 'node:test';
import fc from 'fast-check';
import {exactJson, parseExactJson} from '#kernel/exact-json';

test('exactJson() keeps each number of 64 bits', () => {
	fc.assert(
		fc.property(fc.bigInt({min: -(2n ** 63n), max: 2n ** 64n - 1n}), number => {
			const read = parseExactJson(exactJson({deep: [number]})) as {readonly deep: readonly [number | bigint]};
			assert.equal(BigInt(read.deep[0]), number);
		}),
	);
});

test('parseExactJson() reads everything else as JSON.parse() does', () => {
	fc.assert(
		fc.property(fc.json({noUnicodeString: false}), text => {
			const exact = exactJson(parseExactJson(text));
			assert.deepEqual(JSON.parse(exact), JSON.parse(text));
		}),
	);
});
