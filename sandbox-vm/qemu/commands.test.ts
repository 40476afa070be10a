import assert from 'node:assert/strict';
import {spawn, spawnSync} from 'node:child_process';
import {once} from 'node:events';
import {mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {text} from 'node:stream/consumers';
import {after, before, describe, test} from 'node:test';
import {until} from '#observe/testing';
import {listRecords} from '../machine/record.ts';
import {seatCount} from '../machine/seat.ts';
import {privateDirectories} from '../machine/testing.ts';
import {destroyKept} from './kept.ts';
import {whyNotQemu} from './why-not.ts';

const wanted = process.env.DRYDOCK_TEST_QEMU === '1';
const skip = wanted ? (whyNotQemu()?.en ?? false) : 'it boots a machine: DRYDOCK_TEST_QEMU=1 npm test commands.test';
privateDirectories();

const vm = ['--import', 'tsx', join(import.meta.dirname, '../../toolkit/cli/main.ts'), 'vm'];

function drydockVm(...args: readonly string[]) {
	return spawnSync(process.execPath, [...vm, ...args], {encoding: 'utf8'});
}

function exec(args: readonly string[], input = Buffer.alloc(0)) {
	return spawnSync(process.execPath, [...vm, 'exec', ...args], {input});
}

function isRunning(line: string): boolean {
	return exec(['--', 'pgrep', '-fx', line]).status === 0;
}

describe('drydock vm', {skip}, () => {
	before(() => {
		const {status, stderr} = drydockVm('up');
		assert.equal(status, 0, stderr);
	});
	after(destroyKept);

	test('exec passes bytes, exit codes and, if it is asked to, standard input', () => {
		const bytes = Buffer.from([0xff, 0, 0xfe, 0x0a]);
		const {status, stdout, stderr} = exec(['-i', '--', 'sh', '-c', 'cat; echo err >&2; exit 3'], bytes);
		assert.deepEqual([status, stdout, String(stderr)], [3, bytes, 'err\n']);
		assert.deepEqual(exec(['cat'], bytes).stdout, Buffer.alloc(0));
		assert.equal(exec(['no-such-program']).status, 127);
	});

	test('exec shows what a command prints while it runs, and ends it on a signal', async () => {
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

	test('exec ends a command that nobody reads any more', async () => {
		const line = '"$@" exec -- yes to nobody | head -n 1';
		const {stdout, stderr} = spawnSync('sh', ['-c', line, 'sh', process.execPath, ...vm], {encoding: 'utf8'});
		assert.deepEqual([stdout, stderr], ['to nobody\n', '']);
		await until(() => !isRunning('yes to nobody'));
	});

	test('copy takes files in and out, and replaces nothing on this side', context => {
		const directory = mkdtempSync(join(tmpdir(), 'copy-'));
		context.after(() => rmSync(directory, {recursive: true}));
		mkdirSync(join(directory, 'ship'));
		writeFileSync(join(directory, 'ship/log'), 'calm');
		const ship = join(directory, 'ship');
		for (const [source, target] of [
			[ship, '/srv/sloop'],
			[ship, ':/srv'],
			[`${ship}/log`, ':/srv/new/'],
			[`${ship}/.`, ':/tmp'],
		] as const)
			assert.deepEqual([drydockVm('copy', source, target).stderr, source], ['', source]);
		assert.equal(
			String(exec(['cat', '/srv/sloop/log', '/srv/ship/log', '/srv/new/log', '/tmp/log']).stdout),
			'calmcalmcalmcalm',
		);
		exec(['--', 'sh', '-c', 'ln -s /etc/shadow /srv/ship/away; echo storm > /srv/ship/log']);
		assert.deepEqual(
			drydockVm('copy', ':/srv/ship/log', ship).stderr,
			`drydock: ${ship}/log is there already: remove it, or choose another name\n`,
		);
		assert.equal(readFileSync(join(ship, 'log'), 'utf8'), 'calm');
		const {status, stderr} = drydockVm('copy', ':/srv/ship', join(directory, 'back'));
		assert.deepEqual(
			[status, stderr],
			[0, 'drydock: left out: away: a device, a socket, or a link that leads elsewhere\n'],
		);
		assert.deepEqual(readdirSync(join(directory, 'back')), ['log']);
		assert.equal(readFileSync(join(directory, 'back/log'), 'utf8'), 'storm\n');
		assert.match(drydockVm('copy', ':/no/where', directory).stderr, /^drydock: .*no such file.*\n$/);
		assert.match(drydockVm('copy', ':/a', ':/b').stderr, /one of the two has to be on this side/);
	});

	test('several programs can be at one machine', async () => {
		const shell = spawn(
			process.execPath,
			[...vm, 'exec', '-i', '--', 'sh', '-c', 'echo begun; read line; echo $line'],
			{
				stdio: ['pipe', 'pipe', 'inherit'],
			},
		);
		await once(shell.stdout, 'data');
		assert.equal(String(exec(['--', 'pgrep', '-fc', 'read lin[e]']).stdout), '1\n');
		// Neither another's greeting nor a moment's standstill is its end.
		assert.equal(drydockVm('snapshot', 'meanwhile').status, 0);
		shell.stdin.end('still here\n');
		const [printed] = await once(shell.stdout, 'data');
		assert.equal(String(printed), 'still here\n');
		await once(shell, 'exit');
		assert.equal(shell.exitCode, 0);
		// What it was asked by somebody who is gone, a restored machine doesn't go on with.
		assert.equal(drydockVm('restore', 'meanwhile').status, 0);
		await until(() => exec(['--', 'pgrep', '-fc', 'read lin[e]']).status === 1);
	});

	test('commands at the same time wait for each other', async () => {
		const all = async (...commands: readonly string[]): Promise<readonly unknown[]> =>
			Promise.all(
				commands.map(async command => {
					const child = spawn(process.execPath, [...vm, command], {stdio: ['ignore', 'ignore', 'pipe']});
					const [complaint, [status]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
					return [command, status, complaint];
				}),
			);
		drydockVm('halt');
		for (const commands of [
			['up', 'up', 'up'],
			['reset', 'reset', 'reset'],
		])
			assert.deepEqual(
				await all(...commands),
				commands.map(command => [command, 0, '']),
			);
		assert.equal(listRecords().length, 1);
	});

	test('where all seats are taken the machine can still be reset, and all are told how it ended', async () => {
		const shells = Array.from({length: seatCount}, () =>
			spawn(process.execPath, [...vm, 'exec', '--', 'sh', '-c', 'echo begun; exec sleep 602'], {
				stdio: ['ignore', 'pipe', 'pipe'],
			}),
		);
		await Promise.all(shells.map(shell => once(shell.stdout, 'data')));
		assert.match(exec(['true']).stderr.toString(), /4 programs are at this machine/);
		const ends = shells.map(shell => Promise.all([text(shell.stderr), once(shell, 'exit')]));
		assert.equal(drydockVm('reset').status, 0);
		for (const [complaint, [status]] of await Promise.all(ends)) {
			assert.match(complaint, /^drydock: the machine has ended: .*\n$/);
			assert.equal(status, 1);
		}
		assert.equal(exec(['true']).status, 0);
	});

	test('status, snapshots and doctor answer in JSON', () => {
		const ask = (...args: readonly string[]) => JSON.parse(drydockVm(...args, '--json').stdout);
		const {pid, accelerator, ...status} = ask('status');
		assert.deepEqual(status, {state: 'running'});
		assert.ok(pid > 0 && ['tcg', 'kvm'].includes(accelerator));
		for (const name of ['one', 'two']) assert.equal(drydockVm('snapshot', name).status, 0);
		drydockVm('undo');
		const [one, two] = ask('snapshots').slice(-2);
		assert.deepEqual([one.name, one.isHere], ['one', true]);
		assert.deepEqual([two.name, two.parent, two.isHere], ['two', one.id, false]);
		assert.ok(ask('doctor').some((finding: {about: string; state: string}) => finding.about === 'QEMU'));
		exec(['--', 'sh', '-c', 'echo c > /proc/sysrq-trigger']);
		assert.deepEqual(ask('status'), {state: 'halted'});
	});
});
