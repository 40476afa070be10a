import assert from 'node:assert/strict';
import {test} from 'node:test';
import {Family} from './family.ts';

test('Family forgets a child whose life was told before its birth', () => {
	const family = new Family();
	const parent = family.add(process.pid, family.begin(process.pid));
	const child = 2 ** 22 + 7;
	family.adopt(child);
	family.forget(child);
	family.forgetProcess(child);
	family.born(parent, child);
	assert.deepEqual(
		family.tracees.map(({tid}) => tid),
		[process.pid],
	);
	family.born(parent, child);
	assert.equal(family.get(child)?.process.parent, parent.process.number, 'a number may be given again');
});

test('Family knows a child once, whatever comes first', () => {
	const family = new Family();
	const parent = family.add(process.pid, family.begin(process.pid));
	const child = 2 ** 22 + 8;
	const adopted = family.adopt(child);
	family.born(parent, child);
	assert.equal(family.get(child), adopted);
	assert.equal(family.tracees.length, 2);
});
