import assert from 'node:assert/strict';
import {closeSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after, test} from 'node:test';
import {tryLockFile} from '#kernel/flock';
import {machineDirectory} from './directories.ts';
import {openDock} from './dock.ts';
import {snapshotDirectory, writeSnapshot} from './history.ts';
import {removeLooseShares} from './loose-shares.ts';
import {writeRecord} from './record.ts';
import {turnLock} from './seat.ts';

const directory = mkdtempSync(join(tmpdir(), 'dl-'));
Object.assign(process.env, {DRYDOCK_STATE: join(directory, 'state'), DRYDOCK_DATA: join(directory, 'data')});
after(() => rmSync(directory, {recursive: true}));

test('removeLooseShares() spares what a snapshot has plugged in, and waits for whose turn it is', () => {
	const dock = openDock('default');
	const [kept, loose] = ['share-1.squashfs', 'share-2.squashfs'];
	for (const name of [kept, loose, 'at']) writeFileSync(join(dock.directory, name), '');
	mkdirSync(snapshotDirectory(dock, 'one'));
	const plugged = [{slot: 0, path: join(dock.directory, kept)}];
	const saved = {
		id: 'one',
		name: 'one',
		parent: undefined,
		takenMilliseconds: 1,
		template: 'x',
		chain: [],
		memoryBytes: 1,
	};
	writeSnapshot(dock, {...saved, plugged});
	const machine = machineDirectory('0123456789ab');
	mkdirSync(machine, {recursive: true});
	const record = {
		id: '0123456789ab',
		accelerator: 'tcg',
		dock: 'default',
		template: 'x',
		ram: '/x',
		chain: [],
	} as const;
	writeRecord(machine, {...record, tied: false});
	const hand = tryLockFile(turnLock(machine))!;
	const shares = (): readonly string[] => readdirSync(dock.directory).filter(name => name.startsWith('share-'));
	removeLooseShares(dock);
	assert.deepEqual(shares(), [kept, loose]);
	closeSync(hand);
	removeLooseShares(dock);
	assert.deepEqual(shares(), [kept]);
	assert.ok(readdirSync(dock.directory).includes('at'));
});
