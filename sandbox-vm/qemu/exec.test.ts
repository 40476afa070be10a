import assert from 'node:assert/strict';
import {spawn, spawnSync} from 'node:child_process';
import {once} from 'node:events';
import {join} from 'node:path';
import {after, before, describe, test} from 'node:test';
import {until} from '#observe/testing';
import {privateDirectories} from '../machine/testing.ts';
import {destroyKept} from './kept.ts';
import {whyNotQemu} from './why-not.ts';

const wanted = process.env.DRYDOCK_TEST_QEMU === '1';
const skip = wanted ? (whyNotQemu()?.en ?? false) : 'it boots a machine: DRYDOCK_TEST_QEMU=1 npm test exec.test';
privateDirectories();

const vm = ['--import', 'tsx', join(import.meta.dirname, '../../toolkit/cli/main.ts'), 'vm'];

function exec(args: readonly string[], input = Buffer.alloc(0)) {
	return spawnSync(process.execPath, [...vm, 'exec', ...args], {input});
}

function isRunning(line: string): boolean {
	return exec(['--', 'pgrep', '-fx', line]).status === 0;
}

describe('drydock vm exec', {skip}, () => {
	before(() => assert.equal(spawnSync(process.execPath, [...vm, 'up']).status, 0));
	after(destroyKept);

	test('passes bytes, exit codes and, if it is asked to, standard input', () => {
		const bytes = Buffer.from([0xff, 0, 0xfe, 0x0a]);
		const {status, stdout, stderr} = exec(['-i', '--', 'sh', '-c', 'cat; echo err >&2; exit 3'], bytes);
		assert.deepEqual([status, stdout, String(stderr)], [3, bytes, 'err\n']);
		assert.deepEqual(exec(['cat'], bytes).stdout, Buffer.alloc(0));
		assert.equal(exec(['no-such-program']).status, 127);
	});

	test('shows what a command prints while it runs, and ends it on a signal', async () => {
		const child = spawn(process.execPath, [...vm, 'exec', '--', 'sh', '-c', 'echo begun; exec sleep 601'], {
			stdio: ['ignore', 'pipe', 'inherit'],
		});
		const [printed] = await once(child.stdout, 'data');
		assert.equal(String(printed), 'begun\n');
		child.kill('SIGINT');
		const [exitCode] = await once(child, 'exit');
		assert.equal(exitCode, 130);
		await until(() => !isRunning('sleep 601'));
	});

	test('ends a command that nobody reads any more', async () => {
		const line = '"$@" exec -- yes to nobody | head -n 1';
		const {stdout, stderr} = spawnSync('sh', ['-c', line, 'sh', process.execPath, ...vm], {encoding: 'utf8'});
		assert.deepEqual([stdout, stderr], ['to nobody\n', '']);
		await until(() => !isRunning('yes to nobody'));
	});
});
