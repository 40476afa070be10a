import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {existsSync} from 'node:fs';
import {test} from 'node:test';
import {run} from './run.ts';
import {needsTools} from './testing.ts';

test('run() returns what a program printed, or gives it away line by line', needsTools, async () => {
	assert.equal(await run(['printf', 'a\\nb\\n']), 'a\nb\n');
	const lines: string[] = [];
	assert.equal(await run(['printf', 'a\\nb'], {onLine: line => lines.push(line)}), '');
	assert.deepEqual(lines, ['a', 'b']);
	assert.equal(await run(['sh', '-c', 'echo $A'], {environment: {A: 'b'}}), 'b\n');
});

test('run() fails with a program’s last words, of apt with its errors', needsTools, async () => {
	const words = 'echo W: careful >&2; echo E: no such package >&2; echo bye >&2; exit 100';
	await assert.rejects(run(['sh', '-c', words]), /^Error: sh failed \(100\): E: no such package$/);
	await assert.rejects(run(['sh', '-c', 'echo a >&2; echo b >&2; kill -9 $$']), /^Error: sh failed \(SIGKILL\): a b$/);
	await assert.rejects(run(['sh', '-c', 'exit 3']), /^Error: sh failed \(3\): it said nothing$/);
	await assert.rejects(run(['no-such-program']), /no-such-program failed \(127\): .*No such file/);
});

test('run() ends the program when it is aborted', needsTools, async () => {
	const controller = new AbortController();
	let pid = '';
	const running = run(['sh', '-c', 'echo $$; exec sleep 100'], {
		signal: controller.signal,
		onLine: line => {
			pid = line;
			controller.abort(new Error('enough'));
		},
	});
	await assert.rejects(running, {name: 'AbortError'});
	assert.match(pid, /^\d+$/);
	assert.equal(existsSync(`/proc/${pid}/exe`), false);
});

test('run() leaves no program behind when we are killed', needsTools, async () => {
	const program = `import {run} from '${import.meta.dirname}/run.ts';
		await run(['sh', '-c', 'echo $$; exec sleep 100'], {onLine: pid => console.log(pid)});`;
	const child = spawn(process.execPath, [...process.execArgv, '--input-type=module-typescript', '--eval', program], {
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	const [pid] = (await once(child.stdout.setEncoding('utf8'), 'data')) as [string];
	assert.ok(existsSync(`/proc/${pid.trim()}`));
	child.kill('SIGKILL');
	await once(child, 'exit');
	// The kernel sends the signal before our child's exit is told; all that is left is to be reaped.
	for (let tries = 0; existsSync(`/proc/${pid.trim()}/exe`); tries++) {
		assert.ok(tries < 1000, `${pid} lives on`);
		await new Promise(resolve => setTimeout(resolve, 5));
	}
});
