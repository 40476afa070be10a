import assert from 'node:assert/strict';
import {test} from 'node:test';
import {decodeStop} from '#kernel/ptrace';

test('decodeStop() tells ends, calls, events and signals apart', () => {
	assert.deepEqual(decodeStop(7, 0x0300), {stop: 'ended', tid: 7, exitCode: 3});
	assert.deepEqual(decodeStop(7, 0x0009), {stop: 'killed', tid: 7, signal: 9});
	assert.deepEqual(decodeStop(7, 0x008b), {stop: 'killed', tid: 7, signal: 11}, 'with a core dump');
	assert.deepEqual(decodeStop(7, 0x857f), {stop: 'call', tid: 7});
	assert.deepEqual(decodeStop(7, 0x4057f), {stop: 'event', tid: 7, event: 4, signal: 5});
	assert.deepEqual(decodeStop(7, 0x80137f), {stop: 'event', tid: 7, event: 128, signal: 19});
	assert.deepEqual(decodeStop(7, 0x057f), {stop: 'signal', tid: 7, signal: 5}, 'a SIGTRAP that is one');
});
