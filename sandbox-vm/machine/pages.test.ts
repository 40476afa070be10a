import assert from 'node:assert/strict';
import {test} from 'node:test';
import fc from 'fast-check';
import {findChanged, parseMappings} from './pages.ts';

test('parseMappings() finds a file’s mappings, and what they map of it', () => {
	const maps = [
		'55d0-55d1 r--p 00000000 fe:00 12 /usr/bin/qemu',
		'7f0000000000-7f0000002000 rw-p 00000000 fe:00 99 /data/a b/ram',
		'7f0000002000-7f0000003000 ---p 00000000 00:00 0',
		'7f0000003000-7f0000004000 rw-p 00002000 fe:00 99 /data/a b/ram (deleted)',
		'7f0000005000-7f0000006000 rw-p 00000000 fe:00 98 /data/a b/ram2',
	].join('\n');
	assert.deepEqual(parseMappings(maps, '/data/a b/ram'), [
		{address: 0x7f0000000000, firstPage: 0, pages: 2},
		{address: 0x7f0000003000, firstPage: 2, pages: 1},
	]);
});

test('findChanged() finds every page of the process’s own, and few others', () => {
	const kinds = {untouched: 0, ofTheFile: 0b101, own: 0b100, swapped: 0b010};
	fc.assert(
		fc.property(fc.array(fc.constantFrom(...Object.values(kinds)), {maxLength: 200}), fc.nat(1000), (bits, first) => {
			const entries = new Uint32Array(bits.flatMap(kind => [0xffffffff, (kind << 29) >>> 0]));
			const runs = findChanged(entries, first);
			const pages = runs.flatMap(run => Array.from({length: run.count}, (_, index) => run.first + index));
			const changed = bits.flatMap((kind, index) =>
				kind === kinds.own || kind === kinds.swapped ? [first + index] : [],
			);
			assert.deepEqual(
				pages,
				[...new Set(pages)].sort((one, other) => one - other),
				'in order, each once',
			);
			assert.ok(
				changed.every(page => pages.includes(page)),
				'all that were changed',
			);
			assert.ok(
				runs.every(run => changed.includes(run.first)),
				'a run begins with one',
			);
			assert.ok(pages.length <= changed.length * 5, 'few between them');
		}),
	);
});
