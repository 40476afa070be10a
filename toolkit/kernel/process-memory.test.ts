import assert from 'node:assert/strict';
import {test} from 'node:test';
import {KernelError} from '#kernel/error';
import {addressOf, cString} from '#kernel/libc';
import {readCString, readMemory, writeMemory} from '#kernel/process-memory';

const self = process.pid;

test('readMemory() and writeMemory() reach a process’s own bytes', () => {
	const bytes = Buffer.from(new ArrayBuffer(10_000)).fill('boat');
	assert.deepEqual(readMemory(self, addressOf(bytes), 8).toString(), 'boatboat');
	assert.deepEqual(readMemory(self, addressOf(bytes), bytes.length), bytes);
	writeMemory(self, addressOf(bytes) + 4n, Buffer.from('ship'));
	assert.equal(bytes.toString('latin1', 0, 12), 'boatshipboat');
});

test('readMemory() of an address that isn’t there throws EFAULT', () => {
	assert.throws(
		() => readMemory(self, 8n, 8),
		(error: unknown) => error instanceof KernelError && error.errno === 'EFAULT',
	);
});

test('readCString() ends at the NUL, over pages, and at its bound', () => {
	const text = `${'x'.repeat(5000)}end`;
	const bytes = cString(text);
	assert.equal(readCString(self, addressOf(bytes), 6000), text);
	assert.equal(readCString(self, addressOf(bytes), 10), 'x'.repeat(10));
});
