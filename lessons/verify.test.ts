import assert from 'node:assert/strict';
import {test} from 'node:test';
import type {Provider} from '#sandbox';
import {verifyLessons} from './verify.ts';

const write = (): void => {};

test('verifyLessons() names the lessons there are, if one is asked for that isn’t', async () => {
	await assert.rejects(verifyLessons({lessons: ['99'], write}), /there is no lesson 99; there are 01-process, /);
});

test('verifyLessons() refuses a sandbox that this version doesn’t have', async () => {
	await assert.rejects(
		verifyLessons({lessons: ['pid'], sandbox: 'raft' as Provider, write}),
		/there is no sandbox called raft/,
	);
});
