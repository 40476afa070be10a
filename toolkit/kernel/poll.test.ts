import assert from 'node:assert/strict';
import {closeSync, writeSync} from 'node:fs';
import {test} from 'node:test';
import {canRead, hasLostReader, waitForRoom} from '#kernel/poll';
import {openPipe} from '#kernel/spawn';

test('canRead() tells of what has come, and hasLostReader() of who has gone', () => {
	const {reading, writing} = openPipe();
	assert.equal(canRead(reading, 0), false);
	writeSync(writing, 'x');
	assert.equal(canRead(reading, 1000), true);
	assert.equal(hasLostReader(writing), false);
	// At once: there is room.
	waitForRoom(writing);
	closeSync(reading);
	assert.equal(hasLostReader(writing), true);
	closeSync(writing);
});
