import assert from 'node:assert/strict';
import {test} from 'node:test';
import fc from 'fast-check';
import {formatIdMap, parseIdMap} from '#kernel/idmap';
import {containerIdOf, hostIdOf, parseIdMapping, validateIdMappings} from '#user/id-maps';

const id = fc.integer({min: 0, max: 2 ** 31});

test('parseIdMap() reads what formatIdMap() writes, and what the kernel shows', () => {
	fc.assert(
		fc.property(fc.array(fc.record({inside: id, outside: id, count: id}, {noNullPrototype: true})), lines => {
			assert.deepEqual(parseIdMap(formatIdMap(lines)), lines);
		}),
	);
	assert.deepEqual(parseIdMap('         0          0 4294967295\n'), [{inside: 0, outside: 0, count: 4_294_967_295}]);
	assert.deepEqual(parseIdMap(''), []);
	assert.throws(() => parseIdMap('0 0\n'), /not a line of an id map/);
});

test('parseIdMapping() reads podman’s form', () => {
	assert.deepEqual(parseIdMapping('0:100000:65536'), {containerID: 0, hostID: 100_000, size: 65_536});
	for (const text of ['', '0:1', '0:1:x', '-1:0:1', '0:0:0', '0:4294967295:1', '1:4294967294:2']) {
		assert.throws(() => parseIdMapping(text), /id map/);
	}
});

test('validateIdMappings() refuses ranges that meet, on either side', () => {
	const mapping = (containerID: number, hostID: number, size: number) => ({containerID, hostID, size});
	validateIdMappings([mapping(0, 1000, 1), mapping(1, 100_000, 65_536)]);
	assert.throws(
		() => validateIdMappings([mapping(0, 1000, 2), mapping(1, 100_000, 1)]),
		/overlap: 0:1000:2 and 1:100000:1/,
	);
	assert.throws(() => validateIdMappings([mapping(0, 1000, 2), mapping(5, 1001, 1)]), /overlap/);
	assert.throws(() => validateIdMappings([mapping(0.5, 0, 1)]), /whole number/);
	const many = Array.from({length: 341}, (_, index) => mapping(index, index, 1));
	assert.throws(() => validateIdMappings(many), /341 ranges: the kernel takes 340/);
});

test('hostIdOf() and containerIdOf() are each other’s way back', () => {
	const mappings = [
		{containerID: 0, hostID: 1000, size: 1},
		{containerID: 1, hostID: 100_000, size: 65_536},
	];
	fc.assert(
		fc.property(fc.integer({min: 0, max: 65_536}), inside => {
			assert.equal(containerIdOf(hostIdOf(inside, mappings)!, mappings), inside);
		}),
	);
	assert.equal(hostIdOf(0, mappings), 1000);
	assert.equal(hostIdOf(65_537, mappings), undefined);
	assert.equal(containerIdOf(0, mappings), undefined);
});
