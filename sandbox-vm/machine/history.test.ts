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

test('undoTarget() goes to the parent, and stops at the root', () => {
	assert.equal(undoTarget(tree, 'c')?.id, 'b1');
	assert.equal(undoTarget(tree, 'a'), undefined);
	assert.equal(undoTarget(tree, undefined), undefined);
});

test('redoTarget() goes to the youngest child', () => {
	assert.equal(redoTarget(tree, 'a')?.id, 'd');
	assert.equal(redoTarget(tree, 'b1')?.id, 'c');
	assert.equal(redoTarget(tree, 'c'), undefined);
	assert.equal(redoTarget(tree, undefined)?.id, 'a');
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
