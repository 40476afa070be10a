import assert from 'node:assert/strict';
import {closeSync, readSync, writeSync} from 'node:fs';
import {test} from 'node:test';
import {KernelError} from '#kernel/error';
import {waitForTrace} from '#kernel/ptrace';
import {openPipe, spawnProgram} from '#kernel/spawn';

test('spawnProgram() gives the program its descriptor 3 and its environment', () => {
	const there = openPipe();
	const pid = spawnProgram('/bin/sh', ['sh', '-c', 'read word <&3; exit "$MORE$word"'], ['MORE=2'], there.reading);
	closeSync(there.reading);
	writeSync(there.writing, '1\n');
	closeSync(there.writing);
	// Nobody traces here: the end of a child is all there is to wait for.
	assert.deepEqual(waitForTrace(), {stop: 'ended', tid: pid, exitCode: 21});
});

test('spawnProgram() of what is not there throws ENOENT', () => {
	const {reading, writing} = openPipe();
	assert.throws(
		() => spawnProgram('/nosuch', ['nosuch'], [], reading),
		(error: unknown) => error instanceof KernelError && error.errno === 'ENOENT',
	);
	for (const fd of [reading, writing]) closeSync(fd);
});

test('openPipe() carries bytes', () => {
	const {reading, writing} = openPipe();
	writeSync(writing, 'boat');
	const bytes = Buffer.alloc(8);
	assert.equal(bytes.toString('utf8', 0, readSync(reading, bytes)), 'boat');
	for (const fd of [reading, writing]) closeSync(fd);
});
