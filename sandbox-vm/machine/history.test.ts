import assert from 'node:assert/strict';
import {test} from 'node:test';
import {drawTree, findSnapshot, redoTarget, type Snapshot, undoTarget} from './history.ts';

function snapshot(id: string, parent?: string): Snapshot {
	const name = id.slice(0, 1);
	return {id, name, parent, takenMilliseconds: 0, template: '', chain: [], plugged: [], memoryBytes: 0};
}

// a ─┬─ b1 ─── c
//    └─ d ──── b2
const tree = [snapshot('a'), snapshot('b1', 'a'), snapshot('c', 'b1'), snapshot('d', 'a'), snapshot('b2', 'd')];

test('undoTarget() goes to where the machine came from, from there to the parent, and stops at the root', () => {
	assert.equal(undoTarget(tree, 'c', true)?.id, 'c');
	assert.equal(undoTarget(tree, 'c', false)?.id, 'b1');
	assert.equal(undoTarget(tree, 'a', false), undefined);
	for (const hasChanged of [true, false]) assert.equal(undoTarget(tree, undefined, hasChanged), undefined);
});

test('undoTarget() passes by what an undo left', () => {
	const left = [...tree, {...snapshot('left', 'c'), isLeft: true}, snapshot('e', 'left')];
	for (const hasChanged of [true, false]) assert.equal(undoTarget(left, 'left', hasChanged)?.id, 'c');
	assert.equal(undoTarget(left, 'e', false)?.id, 'c');
	assert.equal(redoTarget(left, 'c')?.id, 'left');
});

test('redoTarget() goes to the youngest child', () => {
	assert.equal(redoTarget(tree, 'a')?.id, 'd');
	assert.equal(redoTarget(tree, 'b1')?.id, 'c');
	assert.equal(redoTarget(tree, 'c'), undefined);
	assert.equal(redoTarget(tree, undefined)?.id, 'a');
});

test('redoTarget() goes round all that was left of one state', () => {
	const left = ['one', 'two', 'three'].map(id => ({...snapshot(id, 'c'), isLeft: true}));
	const seen = ['c'];
	for (let redone = 0; redone < 4; redone++) seen.push(redoTarget([...tree, ...left], seen.at(-1))!.id);
	assert.deepEqual(seen, ['c', 'three', 'two', 'one', 'three']);
	assert.equal(redoTarget([...tree, ...left.slice(0, 1)], 'one'), undefined);
});

test('findSnapshot() finds the youngest of a name, or tells the names', () => {
	assert.equal(findSnapshot(tree, 'b').id, 'b2');
	assert.throws(() => findSnapshot(tree, 'x'), /no snapshot called x; there is a, b, c, d$/);
	assert.throws(() => findSnapshot([], 'x'), /there is none at all$/);
});

test('drawTree() draws every branch, also one whose parent was removed', () => {
	assert.deepEqual(drawTree(tree, 'c'), ['└─ a', '   ├─ b', '   │  └─ c  ◀ here', '   └─ d', '      └─ b']);
	assert.deepEqual(drawTree(tree.slice(2)), ['├─ c', '└─ d', '   └─ b']);
});
