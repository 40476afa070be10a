import assert from 'node:assert/strict';
import {test} from 'node:test';
import {type Branches, grown, type Mark, noBranches, redoTarget, undoTarget} from './branches.ts';

function mark(branches: Branches, name: string, kind: Mark['kind'] = 'start'): Branches {
	return grown(branches, {
		name,
		kind,
		stepIndex: 0,
		phase: undefined,
		shell: undefined,
		workingDirectory: undefined,
		before: undefined,
	});
}

const at = (branches: Branches, name: string): Branches => ({
	...branches,
	at: branches.marks.find(mark => mark.name === name),
});

test('undoTarget() is the step’s start, then the start before, then nothing', () => {
	const branches = mark(mark(noBranches, 'one'), 'two');
	assert.equal(undoTarget(branches, true)?.name, 'two');
	assert.equal(undoTarget(branches, false)?.name, 'one');
	assert.equal(undoTarget(at(branches, 'one'), true)?.name, 'one');
	assert.equal(undoTarget(at(branches, 'one'), false), undefined);
	assert.equal(undoTarget(noBranches, true), undefined);
});

test('undoTarget() leads from what was left to its step’s start', () => {
	const branches = mark(mark(mark(noBranches, 'one'), 'two'), 'a try', 'left');
	assert.equal(undoTarget(branches, false)?.name, 'two');
	assert.equal(undoTarget(branches, true)?.name, 'two');
	assert.equal(undoTarget(mark(branches, 'three'), false)?.name, 'two');
});

test('redoTarget() follows the youngest branch, and goes round all of them at its end', () => {
	const first = mark(mark(noBranches, 'one'), 'a try', 'left');
	const second = mark(at(first, 'one'), 'another', 'left');
	const third = mark(at(second, 'one'), 'a third', 'left');
	const seen = ['one'];
	for (let redone = 0; redone < 4; redone++) seen.push(redoTarget(at(third, seen.at(-1)!))!.name);
	assert.deepEqual(seen, ['one', 'a third', 'another', 'a try', 'a third']);
});

test('redoTarget() is nothing where nothing was undone', () => {
	assert.equal(redoTarget(noBranches), undefined);
	assert.equal(redoTarget(mark(mark(noBranches, 'one'), 'two')), undefined);
});
