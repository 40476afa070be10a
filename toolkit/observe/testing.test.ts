import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {mkdirSync, rmdirSync} from 'node:fs';
import {test} from 'node:test';
import {needsRoot} from '#kernel/testing';
import {snapshot} from '#observe';
import {cgroupDirectory, listHierarchies} from '#observe/hierarchies';
import {leavesNothing, leavesNothingAsync} from '#observe/testing';

test('leavesNothing() is content with what cleans up after itself', () => {
	assert.equal(
		leavesNothing(() => spawnSync('sh', ['-c', 'sleep 0.2 & exit 3']).status, {mine: line => line.includes('process')}),
		3,
	);
});

test(
	'leavesNothing() finds a process whose parent has died, though it becomes another program meanwhile',
	needsRoot,
	() => {
		const mark = `86${process.pid}`;
		const program = `setsid sh -c 'sleep 0.2; exec sleep ${mark}'`;
		try {
			assert.throws(
				() =>
					leavesNothing(() => spawnSync('sh', ['-c', `${program} >/dev/null 2>&1 & exit 0`]), {
						milliseconds: 500,
					}),
				new RegExp(`appeared: process \\d+ sleep ${mark}`),
			);
		} finally {
			for (const {pid, argv} of snapshot({parts: []}).processes)
				if (argv.join(' ') === `sleep ${mark}`) process.kill(pid, 'SIGKILL');
		}
	},
);

test('leavesNothingAsync() finds a cgroup', needsRoot, async () => {
	const hierarchy = listHierarchies().find(({root}) => root === '/')!;
	const path = `/drydock-test-leak-${process.pid}`;
	const directory = cgroupDirectory(hierarchy, path)!;
	const options = {milliseconds: 100, mine: (line: string) => line.includes(path)};
	try {
		await assert.rejects(
			leavesNothingAsync(async () => mkdirSync(directory), options),
			new RegExp(`appeared: cgroup ${path}`),
		);
	} finally {
		rmdirSync(directory);
	}
	await leavesNothingAsync(async () => {
		mkdirSync(directory);
		rmdirSync(directory);
	}, options);
});
