import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {existsSync} from 'node:fs';
import {test} from 'node:test';
import {needsRoot} from '#kernel/testing';
import {leavesNothingAsync} from '#observe/testing';
import {testEngine} from './testing.ts';

/** A test that starts a container and is killed. */
const killed = `
	import {testEngine} from ${JSON.stringify(`${import.meta.dirname}/testing.ts`)};
	const {drydock, environment} = testEngine();
	await drydock('run', '-d', '--network', 'none', 'host', 'sleep', '600');
	process.stdout.write(environment.DRYDOCK_STATE);
	process.kill(process.pid, 'SIGKILL');
`;

test('testEngine() removes what a killed test has left', needsRoot, async () => {
	await leavesNothingAsync(
		() => {
			const {stdout, signal} = spawnSync(
				process.execPath,
				['--import', 'tsx', '--input-type=module', '--eval', killed],
				{
					encoding: 'utf8',
				},
			);
			assert.equal(signal, 'SIGKILL');
			assert.ok(existsSync(`${stdout}/containers`));
			testEngine().destroy();
			assert.ok(!existsSync(stdout));
			return Promise.resolve();
		},
		{mine: line => line.includes('drydock') || line.includes('sleep 600')},
	);
});
