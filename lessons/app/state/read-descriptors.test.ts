import assert from 'node:assert/strict';
import {test} from 'node:test';
import {parseDescriptors} from './read-descriptors.ts';

test('parseDescriptors() reads records that end in NUL', () => {
	assert.deepEqual(parseDescriptors('/proc/10/fd/0 /dev/pts/1\0/proc/10/fd/12 pipe:[77]\0'), [
		{pid: 10, descriptor: 0, target: '/dev/pts/1'},
		{pid: 10, descriptor: 12, target: 'pipe:[77]'},
	]);
});

test('parseDescriptors() lets no file name move the cursor', () => {
	assert.deepEqual(parseDescriptors('/proc/1/fd/3 /tmp/a\nb\x1b[2J\0'), [
		{pid: 1, descriptor: 3, target: '/tmp/a?b?[2J'},
	]);
});

test('parseDescriptors() leaves out what is none', () => {
	assert.deepEqual(parseDescriptors('\0find: nothing\0'), []);
});
