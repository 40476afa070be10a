import assert from 'node:assert/strict';
import {spawn, spawnSync} from 'node:child_process';
import {once} from 'node:events';
import {
	closeSync,
	constants,
	mkdirSync,
	mkdtempSync,
	openSync,
	readdirSync,
	readFileSync,
	rmSync,
	truncateSync,
	writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {text} from 'node:stream/consumers';
import {after, before, describe, test} from 'node:test';
import {until} from '#observe/testing';
import {openPty} from '#process/pty';
import {templatesDirectory} from '../machine/directories.ts';
import {listRecords} from '../machine/record.ts';
import {seatCount} from '../machine/seat.ts';
import {privateDirectories} from '../machine/testing.ts';
import {destroyKept, keptDock} from './kept.ts';
import {keptHistory} from './kept-history.ts';
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

/** The packed folders of the machine's that are on disk. */
function packed(): readonly string[] {
	return readdirSync(keptDock().directory).filter(name => name.endsWith('.squashfs'));
}

function isRunning(line: string): boolean {
	return exec(['--', 'pgrep', '-fx', line]).status === 0;
}

test('what can’t be meant is a usage error, whether there is a machine or not', () => {
	for (const args of [
		['up', '--cpus', '0'],
		['up', '--memory', 'x'],
		['up', '--memory', '100m'],
		['snapshot', ''],
		['snapshot', 'one\ntwo'],
		['restore', '\x1b[31m'],
	]) {
		const {status, stderr} = drydockVm(...args);
		assert.equal(status, 125, args.join(' '));
		assert.match(stderr, /^drydock: [^\x00-\x1f]+\n$/);
	}
});

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
		assert.equal(exec(['--', '']).status, 127);
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
			[0, 'drydock: left out: away: a device, a pipe, a socket, or a link that leads elsewhere\n'],
		);
		assert.deepEqual(readdirSync(join(directory, 'back')), ['log']);
		assert.equal(readFileSync(join(directory, 'back/log'), 'utf8'), 'storm\n');
		assert.match(drydockVm('copy', ':/no/where', directory).stderr, /^drydock: .*no such file.*\n$/);
		assert.match(drydockVm('copy', ':/a', ':/b').stderr, /one of the two has to be on this side/);
	});

	test('copy names what it leaves out, and fails where that is what was asked for', context => {
		const directory = mkdtempSync(join(tmpdir(), 'copy-'));
		context.after(() => rmSync(directory, {recursive: true}));
		const fleet = join(directory, 'fleet');
		mkdirSync(fleet);
		writeFileSync(Buffer.from(`${fleet}/sh\xffp`, 'latin1'), 'afloat');
		spawnSync('mkfifo', [join(fleet, 'pipe\x1b[2J')]);
		const sent = drydockVm('copy', fleet, ':/srv/fleet');
		const pipe = 'drydock: left out: pipe\\u001b[2J: a device, a pipe or a socket\n';
		assert.deepEqual([sent.status, sent.stderr], [0, pipe]);
		assert.equal(drydockVm('copy', ':/srv/fleet', join(directory, 'back')).status, 0);
		assert.equal(readFileSync(Buffer.from(`${directory}/back/sh\xffp`, 'latin1'), 'utf8'), 'afloat');
		for (const [source, target, left] of [
			['/dev/zero', ':/srv/zero', '/dev/zero'],
			[':/dev/zero', join(directory, 'zero'), '/dev/zero'],
		] as const) {
			const {status, stderr} = drydockVm('copy', source, target);
			assert.equal(status, 1);
			assert.match(stderr, new RegExp(`^drydock: left out: ${left}: a device.*\n$`));
		}
		assert.deepEqual(readdirSync(directory).sort(), ['back', 'fleet']);
		assert.equal(exec(['--', 'test', '-e', '/srv/zero']).status, 1);
	});

	test('copy that a signal ends leaves nothing, on either side', async context => {
		const directory = mkdtempSync(join(tmpdir(), 'copy-'));
		context.after(() => rmSync(directory, {recursive: true}));
		mkdirSync(join(directory, 'ship'));
		writeFileSync(join(directory, 'ship/hold'), '');
		truncateSync(join(directory, 'ship/hold'), 2 ** 29);
		const inside = (script: string): string => String(exec(['--', 'sh', '-c', script]).stdout);
		inside('mkdir /mnt/out; truncate -s 512M /mnt/out/hold; mkdir /mnt/in');
		const draft = '.drydock-copy-';
		for (const [source, target, began] of [
			[join(directory, 'ship'), ':/mnt/in', () => inside('ls -A /mnt/in').startsWith(draft)],
			[':/mnt/out', directory, () => readdirSync(directory).some(name => name.startsWith(draft))],
		] as const) {
			const copying = spawn(process.execPath, [...vm, 'copy', source, target], {stdio: 'inherit'});
			const exit = once(copying, 'exit');
			await until(began);
			copying.kill('SIGINT');
			assert.deepEqual(await exit, [130, null]);
		}
		assert.equal(inside('ls -A /mnt/in'), '');
		assert.deepEqual(readdirSync(directory), ['ship']);
	});

	test('shell gives the terminal back when a signal ends it', async () => {
		const {master, slave} = openPty();
		const terminal = openSync(slave, constants.O_RDWR | constants.O_NOCTTY);
		const settings = (): string => spawnSync('stty', ['-F', slave, '-g'], {encoding: 'utf8'}).stdout;
		const before = settings();
		try {
			const shell = spawn(process.execPath, [...vm, 'shell'], {stdio: [terminal, terminal, 'inherit']});
			const exit = once(shell, 'exit');
			await until(() => settings() !== before);
			shell.kill('SIGTERM');
			assert.deepEqual(await exit, [143, null]);
			assert.equal(settings(), before);
			await until(() => !isRunning('bash --norc --noprofile -i'));
		} finally {
			closeSync(terminal);
			closeSync(master);
		}
	});

	test('share packs the whole of a folder, and one that fails takes no place of those that come', context => {
		const directory = mkdtempSync(join(tmpdir(), 'share-'));
		context.after(() => rmSync(directory, {recursive: true}));
		mkdirSync(join(directory, 'dist'));
		writeFileSync(join(directory, 'dist/ship'), 'afloat');
		for (const [args, complaint] of [
			[[''], /^drydock: a path is empty\n$/],
			[[join(directory, 'none')], /^drydock: .*none: there is no such folder to share\n$/],
			[[join(directory, 'dist/ship')], /^drydock: .*ship is no folder: only folders can be shared\n$/],
			[[directory, '/etc/passwd'], /^drydock: can't show \/etc\/passwd in the machine: .*\n$/],
		] as const) {
			assert.match(drydockVm('share', ...args).stderr, complaint);
		}
		assert.equal(String(exec(['--', 'sh', '-c', 'ls /dev/vd? | wc -l']).stdout), '2\n');
		assert.deepEqual(packed(), []);
		assert.equal(drydockVm('share', directory, '/srv/shared').stderr, '');
		assert.equal(String(exec(['cat', '/srv/shared/dist/ship']).stdout), 'afloat');
		assert.equal(packed().length, 1);
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
		assert.match(drydockVm('status').stdout, /^running /);
		const ends = shells.map(shell => Promise.all([text(shell.stderr), once(shell, 'exit')]));
		assert.equal(drydockVm('reset').status, 0);
		for (const [complaint, [status]] of await Promise.all(ends)) {
			assert.match(complaint, /^drydock: the machine has ended: .*\n$/);
			assert.equal(status, 1);
		}
		assert.equal(exec(['true']).status, 0);
	});

	test('undo goes back to the last snapshot, from there to the one before, and redo brings back what was left', async () => {
		const deck = (): string => String(exec(['--', 'ls', '/srv/deck']).stdout);
		const here = (): string | undefined => {
			const {snapshots, at} = keptHistory();
			return snapshots.find(({id}) => id === at)?.name;
		};
		const run = (...args: readonly string[]): void => assert.equal(drydockVm(...args).stderr, '', args.join(' '));
		run('reset');
		assert.match(drydockVm('undo').stderr, /nothing to undo: the machine was started as new/);
		exec(['--', 'sh', '-c', 'mkdir /srv/deck; touch /srv/deck/rope']);
		run('snapshot', 'rigged');
		exec(['touch', '/srv/deck/sail']);
		run('snapshot', 'sailing');
		exec(['--', 'sh', '-c', 'rm /srv/deck/*']);
		run('undo');
		run('redo');
		assert.equal(deck(), '');
		run('undo');
		run('undo');
		assert.equal(deck(), 'rope\n');
		run('restore', 'rigged');
		run('redo');
		run('logs');
		run('undo');
		assert.equal(here(), 'rigged');
		run('restore', 'sailing');
		run('redo');
		assert.equal(deck(), '');
		// Who was here when the state was saved, and goes on, has changed it too.
		const program = spawn(
			process.execPath,
			[...vm, 'exec', '-i', '--', 'sh', '-c', 'echo here; read _; touch /srv/deck/net'],
			{
				stdio: ['pipe', 'pipe', 'inherit'],
			},
		);
		await once(program.stdout, 'data');
		run('snapshot', 'fishing');
		program.stdin.end('\n');
		await once(program, 'exit');
		run('undo');
		assert.equal(deck(), '');
		assert.match(drydockVm('snapshot', 'rigged').stderr, /there is a snapshot called rigged already/);
		run('halt');
		run('undo');
		assert.equal(here(), 'fishing');
	});

	test('a machine keeps its hardware on reset, and a snapshot brings its own back', () => {
		const memory = (): number =>
			Number(String(exec(['--', 'sh', '-c', 'free -m | awk "/^Mem:/ {print \\$2}"']).stdout));
		const run = (...args: readonly string[]): void => assert.equal(drydockVm(...args).status, 0, args.join(' '));
		run('reset');
		const usual = memory();
		const {status, stderr} = drydockVm('up', '--memory', '256m');
		assert.equal(status, 1);
		assert.match(
			stderr,
			/^drydock: the machine runs already, with 1 CPU, 512 MB and no network: drydock vm halt first.*\n$/,
		);
		run('up', '--memory', '512m');
		run('halt');
		run('up', '--memory', '256m');
		const small = memory();
		assert.ok(small < usual);
		run('snapshot', 'small');
		run('reset');
		assert.equal(memory(), small);
		run('halt');
		run('up');
		assert.equal(memory(), usual);
		run('restore', 'small');
		assert.equal(memory(), small);
		run('halt');
		run('up');
		// What can't be gone back to costs nobody the machine that runs.
		const {template} = keptHistory().snapshots.find(({name}) => name === 'small')!;
		rmSync(join(templatesDirectory(), template), {recursive: true});
		exec(['touch', '/srv/still-here']);
		assert.match(
			drydockVm('restore', 'small').stderr,
			/^drydock: the snapshot small can’t be restored any more: .*\n$/,
		);
		assert.equal(exec(['ls', '/srv/still-here']).status, 0);
	});

	test('status, snapshots and doctor answer in JSON', async () => {
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
		// Nobody is there when it ends: only who asks finds out.
		exec(['--', 'sh', '-c', 'setsid sh -c "sleep 2; echo c > /proc/sysrq-trigger" < /dev/null > /dev/null 2>&1 &']);
		await until(() => ask('status').state === 'halted');
	});
});
