import assert from 'node:assert/strict';
import {test} from 'node:test';
import type {FileResult} from './run-file.ts';
import {allIsWell, faultLines, fileLine, summaryLine} from './summary.ts';

const good: FileResult = {
	file: 'toolkit/04-pid/pid.test.ts',
	seconds: 7.6,
	reports: [
		{kind: 'begins', test: 'a'},
		{kind: 'passed', test: 'a', milliseconds: 1},
		{kind: 'skipped', test: 'b', reason: 'no v1'},
		{kind: 'skipped', test: 'c', reason: 'no v1'},
	],
};
const bad: FileResult = {
	file: 'toolkit/09-net/net.test.ts',
	seconds: 1,
	reports: [{kind: 'failed', test: 'd', milliseconds: 1, message: 'ENODEV\nat net.ts'}],
};
const stuck: FileResult = {...good, fault: 'it took more than 180 s\nlast words'};

test('fileLine() tells how a file went', () => {
	assert.equal(fileLine(good, 3, 12), '✔  3/12 toolkit/04-pid/pid.test.ts  1 pass, 2 skipped  8 s');
	assert.equal(fileLine(bad, 12, 12), '✖ 12/12 toolkit/09-net/net.test.ts  0 pass, 1 fail  1 s');
	assert.match(fileLine(stuck, 1, 1), /^✖ .* it took more than 180 s$/);
});

test('faultLines() tell what went wrong, and nothing of what went well', () => {
	assert.deepEqual(faultLines(good), []);
	assert.deepEqual(faultLines(bad), [bad.file, '  ✖ d', '      ENODEV', '      at net.ts']);
	assert.deepEqual(faultLines(stuck), [stuck.file, '      it took more than 180 s', '      last words']);
});

test('summaryLine() counts, and gives each reason for skipping once', () => {
	assert.equal(summaryLine([good, bad]), 'guest: 4 tests, 1 pass, 2 skipped (2× no v1), 1 fail');
	assert.match(summaryLine([good, stuck]), /, 0 fail, 1 file not run to the end$/);
});

test('allIsWell() is false for a failure, a fault, and for nothing at all', () => {
	assert.equal(allIsWell([good]), true);
	for (const results of [[good, bad], [stuck], []]) assert.equal(allIsWell(results), false);
});
