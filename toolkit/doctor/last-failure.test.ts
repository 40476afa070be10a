import assert from 'node:assert/strict';
import {mkdtempSync, readdirSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, test} from 'node:test';
import {KernelError} from '#kernel/error';
import {keepEngineFailure, keepFailure, lastFailures} from './last-failure.ts';

let directory = '';
beforeEach(() => {
	directory = mkdtempSync(join(tmpdir(), 'doctor-'));
	process.env.DRYDOCK_STATE = join(directory, 'state');
});
afterEach(() => {
	delete process.env.DRYDOCK_STATE;
	rmSync(directory, {recursive: true});
});

const failure = {call: 'umount2', args: ['/etc', '0'], errno: 'EINVAL', pid: process.pid};

test('keepFailure() keeps the last of each kind, for its owner only, and nothing beside it', () => {
	assert.deepEqual(lastFailures(), []);
	keepFailure('traced', 'one', failure, {ruledOut: [], untested: []});
	keepFailure('engine', 'two', failure, {ruledOut: ['umount-in-use'], untested: []});
	keepFailure('traced', 'three', failure, {ruledOut: [], untested: []});
	assert.deepEqual(
		lastFailures()
			.map(({program}) => program)
			.toSorted(),
		['three', 'two'],
	);
	assert.deepEqual(readdirSync(join(directory, 'state')), ['last-failures.json']);
	assert.equal(statSync(join(directory, 'state/last-failures.json')).mode & 0o777, 0o600);
});

test('keepFailure() keeps a bounded part of what is long', () => {
	const diagnosis = {
		cause: 'a-cause',
		sentence: {en: 's', zh: '句'},
		evidence: Array.from({length: 1000}, () => 'x'.repeat(100_000)),
		remedy: {en: 'r', zh: '法'},
		source: 's(2)',
	};
	keepFailure(
		'traced',
		'p'.repeat(100_000),
		{...failure, args: ['y'.repeat(1_000_000)]},
		{diagnosis, ruledOut: [], untested: []},
	);
	assert.ok(statSync(join(directory, 'state/last-failures.json')).size < 20_000);
});

test('keepEngineFailure() finds the kernel’s error below others, and examines it', () => {
	const inner = new KernelError('umount2', ['/etc', '0'], 'EINVAL');
	const kept = keepEngineFailure(
		new Error('can’t stop', {cause: new Error('step', {cause: inner})}),
		'drydock stop web',
	);
	assert.equal(kept?.diagnosis?.cause, 'umount-not-a-mount-point');
	assert.equal(lastFailures()[0]?.program, 'drydock stop web');
	assert.equal(keepEngineFailure(new Error('no such container'), 'drydock stop web'), undefined);
});

test('keepEngineFailure() names no cause for a process that has gone', () => {
	const error = Object.assign(new Error('init: can’t mount'), {name: 'InitError'});
	const kept = keepEngineFailure(error, 'drydock run web');
	assert.equal(kept?.diagnosis, undefined);
	assert.equal(kept?.text, 'init: can’t mount');
});

test('lastFailures() of a file that can’t be made sense of is empty', () => {
	keepFailure('traced', 'one', failure, {ruledOut: [], untested: []});
	for (const text of ['', '[', 'null', '{"traced": 7}', '{"traced": {"at": 1}}']) {
		writeFileSync(join(directory, 'state/last-failures.json'), text);
		assert.deepEqual(lastFailures(), [], text);
	}
});
