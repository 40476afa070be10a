import assert from 'node:assert/strict';
import {test} from 'node:test';
import fc from 'fast-check';
import {toolkit} from '../testing.ts';
import {findByName, nearestNames} from './find.ts';

function found(name: string): string | undefined {
	const result = findByName(toolkit, name, '/srv/drydock');
	return result && `${result.kind} ${result.file.path.replace('toolkit/', '')}:${result.line}`;
}

test('findByName() takes a module by its number, its name, its folder and its import', () => {
	for (const name of ['mnt', '05', '5', '05-mnt', 'toolkit/05-mnt', './toolkit/05-mnt/', '#mnt']) {
		assert.equal(found(name), 'module 05-mnt/mnt.ts:1', name);
	}
	assert.equal(found('kernel'), 'module kernel/libc.ts:1');
});

test('findByName() takes a file by any path that is enough, and a line of it', () => {
	for (const name of ['toolkit/05-mnt/bind.ts', '05-mnt/bind.ts', 'mnt/bind.ts', 'mnt/bind', 'bind.ts', '#mnt/bind']) {
		assert.equal(found(name), 'file 05-mnt/bind.ts:1', name);
	}
	assert.equal(found('toolkit/05-mnt/mnt.ts:42'), 'file 05-mnt/mnt.ts:42');
	assert.equal(found('/srv/drydock/toolkit/05-mnt/mnt.ts:42:7'), 'file 05-mnt/mnt.ts:42');
	assert.equal(found('mnt:42'), 'file 05-mnt/mnt.ts:42');
	assert.equal(found('uts.test.ts'), 'file 02-uts/uts.test.ts:1');
	const {length} = toolkit.files.get('toolkit/05-mnt/mnt.ts')!.lines;
	assert.equal(found('mnt.ts:99999'), `file 05-mnt/mnt.ts:${length}`);
	assert.equal(found('mnt.ts:0'), 'file 05-mnt/mnt.ts:1');
});

test('findByName() takes an exported name', () => {
	assert.match(found('createPidNamespace') ?? '', /^declaration 04-pid\/pid.ts:\d+$/);
	assert.match(found('unshare') ?? '', /^declaration kernel\/sched.ts:\d+$/);
});

test('nearestNames() forgives a slip', () => {
	assert.equal(nearestNames(toolkit, 'mntt')[0], 'mnt');
	assert.equal(nearestNames(toolkit, 'creatPidNamespace')[0], 'createPidNamespace');
	assert.equal(nearestNames(toolkit, 'unhsare')[0], 'unshare');
	assert.deepEqual(nearestNames(toolkit, 'qqqqqqqqqqqqqqqqqqqq'), []);
});

test('findByName() and nearestNames() make something of any text', () => {
	fc.assert(
		fc.property(
			fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', ':', '/', '.', '#', ':1', '..')),
			text => {
				const result = findByName(toolkit, text, '/srv/drydock');
				if (result === undefined) assert.ok(nearestNames(toolkit, text).length <= 4);
				else assert.ok(result.line >= 1 && result.line <= result.file.lines.length);
			},
		),
		{numRuns: 60},
	);
});
