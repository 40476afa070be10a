import assert from 'node:assert/strict';
import {join} from 'node:path';
import {test} from 'node:test';
import {holdingLock} from './lock.ts';
import {emptyDirectory} from './testing.ts';

test('holdingLock() lets one in after the other, also after a failure', async t => {
	const path = join(emptyDirectory(t), 'lock');
	const order: string[] = [];
	const first = holdingLock(path, undefined, async () => {
		order.push('first');
		await new Promise(resolve => setTimeout(resolve, 50));
		order.push('first is done');
		throw new Error('no luck');
	});
	const second = holdingLock(path, undefined, async () => order.push('second'));
	await assert.rejects(first, /no luck/);
	await second;
	assert.deepEqual(order, ['first', 'first is done', 'second']);
});

test('holdingLock() stops waiting when it is aborted', async t => {
	const path = join(emptyDirectory(t), 'lock');
	await holdingLock(path, undefined, async () => {
		const waiting = holdingLock(path, AbortSignal.timeout(20), async () => assert.fail('the lock was another’s'));
		await assert.rejects(waiting, {name: 'AbortError'});
	});
});
