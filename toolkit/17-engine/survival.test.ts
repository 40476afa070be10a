/** What is left when commands are killed at any moment, and when many run at once. */
import assert from 'node:assert/strict';
import {randomInt} from 'node:crypto';
import {after, test} from 'node:test';
import {setTimeout as sleep} from 'node:timers/promises';
import {needsRoot} from '#kernel/testing';
import {leavesNothingAsync} from '#observe/testing';
import {outcomeOf, testEngine, times} from './testing.ts';

const engine = testEngine();
const {drydock, start} = engine;
after(engine.destroy);

/** Other tests make kernel objects at the same time. Ours bear the name of our bridge, our directories or `drydock/`. */
const mine = (line: string): boolean => line.includes('drydock') || /\bdd[0-9a-f]/.test(line);

/** How long a whole run takes here, so that the moments to kill it at are spread over all of it. */
async function timeOf(...args: readonly string[]): Promise<number> {
	const began = performance.now();
	await drydock(...args);
	return performance.now() - began;
}

const [killedRuns, killedRemovals, containers] = [times(50), times(10), times(100)];

test(
	`kill -9 at ${killedRuns} random moments of a run leaves nothing that the next command does not clean`,
	needsRoot,
	async () => {
		const whole = await timeOf('run', '--rm', '-p', '80', 'host', 'true');
		await leavesNothingAsync(
			async () => {
				for (let round = 0; round < killedRuns; round++) {
					const child = start('run', ...(round % 2 === 0 ? ['--rm'] : []), '-p', '80', 'host', 'sleep', '0.05');
					const ended = outcomeOf(child);
					await sleep(randomInt(Math.ceil(whole * 1.2)));
					child.kill('SIGKILL');
					await ended;
				}
				const {code, stdout} = await drydock('ps', '-aq');
				assert.equal(code, 0);
				// Those that were not --rm, and ran, are kept as exited; nothing of them runs.
				assert.equal((await drydock('ps', '-q')).stdout, '');
				const kept = stdout.split('\n').filter(id => id !== '');
				if (kept.length > 0) assert.equal((await drydock('rm', ...kept)).code, 0);
			},
			{mine},
		);
	},
);

test('kill -9 of a watcher takes its container along', needsRoot, async () => {
	await leavesNothingAsync(
		async () => {
			const id = (await drydock('run', '-d', '--name', 'watched', 'host', 'sleep', '60')).stdout.trim();
			const first = Number((await drydock('inspect', '-f', '{{.State.Pid}}', id)).stdout);
			const {readFileSync} = await import('node:fs');
			const watcher = Number(/^PPid:\t(\d+)/m.exec(readFileSync(`/proc/${first}/status`, 'utf8'))![1]);
			process.kill(watcher, 'SIGKILL');
			assert.match((await drydock('ps', '-a')).stdout, /Exited \(137\)[^\n]* watched/);
			assert.equal((await drydock('rm', 'watched')).code, 0);
		},
		{mine},
	);
});

test(
	'kill -9 at random moments of stop and rm leaves nothing that the next command does not clean',
	needsRoot,
	async () => {
		await leavesNothingAsync(
			async () => {
				for (let round = 0; round < killedRemovals; round++) {
					await drydock('run', '-d', '--name', 'target', 'host', 'sleep', '60');
					const child = start(...(round % 2 === 0 ? ['stop', '-t', '0', 'target'] : ['rm', '-f', 'target']));
					const ended = outcomeOf(child);
					await sleep(randomInt(150));
					child.kill('SIGKILL');
					await ended;
					assert.equal((await drydock('rm', '-f', 'target')).code, 0);
				}
			},
			{mine},
		);
	},
);

test(`${containers} containers, 10 at a time, leave nothing`, needsRoot, async () => {
	await leavesNothingAsync(
		async () => {
			let started = 0;
			const one = async (): Promise<void> => {
				while (started < containers) {
					const number = started++;
					const {code, stdout, stderr} = await drydock(
						'run',
						'--rm',
						'--name',
						`many-${number}`,
						'host',
						'sh',
						'-c',
						`echo ${number}`,
					);
					assert.equal(code, 0, stderr);
					assert.equal(stdout, `${number}\n`);
				}
			};
			await Promise.all(Array.from({length: 10}, one));
		},
		{mine},
	);
});
