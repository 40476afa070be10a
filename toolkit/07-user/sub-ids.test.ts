import assert from 'node:assert/strict';
import {test} from 'node:test';
import fc from 'fast-check';
import {ownIdMaps, parseSubIds, subIdMaps, subIdsOf} from '#user/sub-ids';

test('parseSubIds() passes over lines that make no sense', () => {
	const text = '# a comment\n\nmary:165536:65536\n1000:300000:10\nbroken\nbad:x:1\nnone:1:0\n:5:5\njoe:1:2:3\n';
	assert.deepEqual(parseSubIds(text), [
		{owner: 'mary', first: 165_536, count: 65_536},
		{owner: '1000', first: 300_000, count: 10},
	]);
	fc.assert(
		fc.property(fc.string(), random => {
			for (const {count, first} of parseSubIds(random)) assert.ok(count > 0 && first >= 0);
		}),
	);
});

test('subIdsOf() finds a user by name and by number', () => {
	const text = 'mary:165536:65536\n1000:300000:10\n1001:400000:10\n';
	assert.deepEqual(
		subIdsOf({name: 'mary', uid: 1000}, text).map(({first}) => first),
		[165_536, 300_000],
	);
	assert.deepEqual(subIdsOf({name: 'joe', uid: 1002}, text), []);
});

test('subIdMaps() says which line is missing', () => {
	assert.throws(() => subIdMaps('drydock-nobody-knows'), {
		message: '/etc/subuid grants drydock-nobody-knows no ids: add a line drydock-nobody-knows:100000:65536',
	});
});

test('ownIdMaps() maps the caller to root', () => {
	assert.deepEqual(ownIdMaps().uidMappings, [{containerID: 0, hostID: process.geteuid?.(), size: 1}]);
});
