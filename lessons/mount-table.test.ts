import assert from 'node:assert/strict';
import {test} from 'node:test';
import type {ObservedMount} from '#observe/types';
import {type MountTable, mountAt, mountUnder, rootMount} from './mount-table.ts';

/** A table of mounts, each written as `id on parent at mountPoint`. */
function table(...rows: readonly string[]): MountTable {
	const mounts = rows.map(row => {
		const [id, parentId, mountPoint] = row.split(/ on | at /);
		return {id: Number(id), parentId: Number(parentId), mountPoint} as ObservedMount;
	});
	return {id: 1, through: 1, mounts};
}

test('rootMount() is the lowest at /, in whatever order they are told', () => {
	assert.equal(rootMount(table('31 on 30 at /', '30 on 9 at /', '32 on 30 at /proc'))?.id, 30);
	assert.equal(rootMount(table('30 on 30 at /'))?.id, 30);
	assert.equal(rootMount(undefined), undefined);
});

test('mountUnder() is the nearest mount above a path', () => {
	const plain = table('1 on 0 at /', '2 on 1 at /proc', '3 on 2 at /proc/sys', '4 on 1 at /process');
	assert.equal(mountUnder(plain, '/proc/sys/kernel')?.id, 3);
	assert.equal(mountUnder(plain, '/proc/sysrq-trigger')?.id, 2);
	assert.equal(mountUnder(plain, '/etc')?.id, 1);
	assert.equal(mountUnder(undefined, '/etc'), undefined);
});

test('mountUnder() and mountAt() don’t see what another mount covers', () => {
	const covered = table('1 on 0 at /', '2 on 1 at /proc', '3 on 2 at /proc/sys', '4 on 2 at /proc');
	assert.equal(mountUnder(covered, '/proc/sys')?.id, 4);
	assert.equal(mountAt(covered, '/proc/sys'), undefined);
	assert.equal(mountAt(covered, '/proc')?.id, 4);
});
