import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {mkdirSync, mkdtempSync, rmdirSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {test} from 'node:test';
import {needsRoot} from '#kernel/testing';
import {snapshot} from '#observe';
import {cgroupDirectory, listHierarchies} from '#observe/hierarchies';
import {leavesNothing, leavesNothingAsync, untilSync} from '#observe/testing';

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
		const directory = mkdtempSync(join(tmpdir(), 'leak-'));
		const program = `setsid sh -c 'read go <${directory}/go; exec sleep ${mark}'`;
		const isIt = ({argv}: {argv: readonly string[]}): boolean => argv.join(' ') === `sleep ${mark}`;
		try {
			spawnSync('mkfifo', [`${directory}/go`]);
			assert.throws(
				() =>
					leavesNothing(() => spawnSync('sh', ['-c', `${program} >/dev/null 2>&1 & exit 0`]), {
						milliseconds: 0,
						// The first look finds a shell, and what it says lets the shell go on.
						mine: line => {
							if (!line.includes(mark)) return false;
							if (line.includes('sh -c')) writeFileSync(`${directory}/go`, 'go\n');
							untilSync(() => snapshot({parts: []}).processes.some(isIt));
							return true;
						},
					}),
				new RegExp(`appeared: process \\d+ sleep ${mark}`),
			);
		} finally {
			for (const {pid} of snapshot({parts: []}).processes.filter(isIt)) process.kill(pid, 'SIGKILL');
			rmSync(directory, {recursive: true});
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
