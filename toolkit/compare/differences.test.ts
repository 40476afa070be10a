import assert from 'node:assert/strict';
import {test} from 'node:test';
import fc from 'fast-check';
import {contrast} from '#compare/differences';
import {ASPECTS, type Fact, facts, withoutIds} from '#compare/fact';

const portrait = fc
	.uniqueArray(fc.tuple(fc.constantFrom(...ASPECTS), fc.constantFrom('a', 'b', 'c')), {
		selector: ([aspect, name]) => `${aspect} ${name}`,
	})
	.chain(keys =>
		fc
			.array(fc.constantFrom('1', '2'), {minLength: keys.length, maxLength: keys.length})
			.map((values): readonly Fact[] => keys.map(([aspect, name], index) => ({aspect, name, value: values[index]!}))),
	);

test('contrast() finds no difference between a portrait and itself', () => {
	fc.assert(
		fc.property(portrait, one => {
			const {differences, same} = contrast(one, one.toReversed());
			assert.deepEqual(differences, []);
			assert.equal(
				Object.values(same).reduce((sum, count) => sum + count, 0),
				one.length,
			);
		}),
	);
});

test('contrast() tells every fact once, and the same from either side', () => {
	fc.assert(
		fc.property(portrait, portrait, (one, other) => {
			const there = contrast(one, other);
			const back = contrast(other, one);
			const turned = back.differences.map(({ours, theirs, ...each}) => ({...each, ours: theirs, theirs: ours}));
			const sorted = (list: readonly object[]) =>
				list.map(each => JSON.stringify(Object.entries(each).toSorted())).toSorted();
			assert.deepEqual(sorted(turned), sorted(there.differences));
			assert.deepEqual(back.same, {...back.same, ...there.same});
			const names = new Set([...one, ...other].map(({aspect, name}) => `${aspect} ${name}`));
			const same = Object.values(there.same).reduce((sum, count) => sum + count, 0);
			assert.equal(there.differences.length + same, names.size);
			for (const {ours, theirs} of there.differences) assert.notEqual(ours, theirs);
		}),
	);
});

test('facts() leaves out what is not known, and withoutIds() what no two containers share', () => {
	assert.deepEqual(facts('process', {a: 'x', b: undefined}), [{aspect: 'process', name: 'a', value: 'x'}]);
	assert.equal(withoutIds(`/docker/${'ab'.repeat(32)}/x`), '/docker/ID/x');
	assert.equal(withoutIds('/drydock/compare-0123456789ab'), '/drydock/ID');
});
