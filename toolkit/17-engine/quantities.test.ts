import assert from 'node:assert/strict';
import {test} from 'node:test';
import fc from 'fast-check';
import {formatBytes, formatDecimalBytes, parseBytes, parseInteger} from '#engine/quantities';

test('parseBytes() reads sizes as docker does', () => {
	for (const [text, bytes] of [
		['1024', 1024],
		['6m', 6 * 2 ** 20],
		['6M', 6 * 2 ** 20],
		['1.5g', 1.5 * 2 ** 30],
		['2kb', 2048],
		['2KiB', 2048],
		['1t', 2 ** 40],
		['7b', 7],
	] as const) {
		assert.equal(parseBytes(text, '--memory'), bytes, text);
	}
	for (const wrong of ['', '-1', 'm', '1x', '1 2', '0x10', '1e3', '9999999p', '1..5m']) {
		assert.throws(() => parseBytes(wrong, '--memory'), /--memory/, wrong);
	}
});

test('parseBytes() reads back every whole number, and throws one line or returns a whole number for any text', () => {
	fc.assert(fc.property(fc.nat(), bytes => parseBytes(String(bytes), '-m') === bytes));
	fc.assert(
		fc.property(fc.string(), text => {
			try {
				return Number.isSafeInteger(parseBytes(text, '-m'));
			} catch (error) {
				return error instanceof Error && error.message.includes('-m');
			}
		}),
	);
});

test('parseInteger() keeps to its bounds', () => {
	assert.equal(parseInteger('-1', '--x', -1), -1);
	assert.throws(() => parseInteger('-2', '--x', -1), /at least -1/);
	assert.throws(() => parseInteger('11', '--x', 0, 10), /from 0 to 10/);
	assert.throws(() => parseInteger('1.5', '--x', 0), /whole number/);
});

test('formatBytes() and formatDecimalBytes() write what docker stats shows', () => {
	assert.deepEqual([0, 1023, 1024, 1536 * 1024, 64 * 2 ** 20].map(formatBytes), [
		'0B',
		'1023B',
		'1KiB',
		'1.5MiB',
		'64MiB',
	]);
	assert.deepEqual([0, 999, 1310, 2_130_000].map(formatDecimalBytes), ['0B', '999B', '1.31kB', '2.13MB']);
});
