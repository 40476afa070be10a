import assert from 'node:assert/strict';
import {test} from 'node:test';
import fc from 'fast-check';
import {type Report, reportMark, reportReader} from './reports.ts';

const reports: readonly Report[] = [
	{kind: 'begins', test: 'a “test”\nof two lines'},
	{kind: 'passed', test: 'a', milliseconds: 1.5},
	{kind: 'skipped', test: 'b', reason: 'no v2'},
];
const lines = reports.map(report => `${reportMark}${JSON.stringify(report)}\n`);

test('reportReader() takes reports out of other output, however it is cut in pieces', () => {
	const text = `warning: x\r\n${lines[0]}no end of line${lines[1]}${lines[2]}Error: it broke\n  at once`;
	const bytes = new TextEncoder().encode(text);
	fc.assert(
		fc.property(fc.array(fc.nat(bytes.length)), cuts => {
			const ends = [...cuts, bytes.length].sort((one, other) => one - other);
			const reader = reportReader();
			const read = ends.flatMap((end, index) => reader.read(bytes.subarray(ends[index - 1] ?? 0, end)));
			assert.deepEqual(read, reports);
			assert.equal(reader.rest(), 'warning: x\r\nno end of line\nError: it broke\n  at once');
		}),
	);
});

test('reportReader() takes nothing that it did not understand for a report', () => {
	const reader = reportReader();
	assert.deepEqual(reader.read(new TextEncoder().encode(`${reportMark}{"kind": "pas\n`)), []);
	assert.match(reader.rest(), /"kind": "pas/);
});
