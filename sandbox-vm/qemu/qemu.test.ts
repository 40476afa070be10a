import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {test} from 'node:test';
import {until} from '#observe/testing';
import {machineDirectory} from '../machine/directories.ts';
import {endMachineProcess} from '../machine/processes.ts';
import {listRecords} from '../machine/record.ts';
import {sweepMachines} from '../machine/sweep.ts';
import {privateDirectories} from '../machine/testing.ts';
import {sandboxSuite} from '../sandbox.suite.ts';
import {listen} from '../testing.ts';
import {qemuSandbox} from './qemu.ts';
import {whyNotQemu} from './why-not.ts';

const skip =
	process.env.DRYDOCK_TEST_QEMU === '1'
		? (whyNotQemu()?.en ?? false)
		: 'it boots a machine, which takes a minute or more: DRYDOCK_TEST_QEMU=1 npm test qemu.test';
const needsMachine = {skip};

// Machines, docks and a template of our own: what others run on this host is not in the way. The image is everybody's.
const directory = privateDirectories();

sandboxSuite('qemu sandbox', qemuSandbox, needsMachine);

test('refresh() brings in what changed outside, and nobody inside can write there', needsMachine, async () => {
	const folder = mkdtempSync(join(directory, 'shared-'));
	mkdirSync(join(folder, 'below'));
	writeFileSync(join(folder, 'below/note'), 'one');
	const sandbox = qemuSandbox();
	try {
		await sandbox.share(folder, '/srv/shared');
		await sandbox.share(folder, '/srv/writable', {writable: true});
		await sandbox.up();
		const read = async (at: string): Promise<string> => (await sandbox.exec(['cat', at])).stdout;
		assert.equal(await read('/srv/shared/below/note'), 'one');
		writeFileSync(join(folder, 'below/note'), 'two');
		writeFileSync(join(folder, 'below/new'), 'three');
		await sandbox.refresh(join(folder, 'below'));
		assert.equal(await read('/srv/shared/below/note'), 'two');
		assert.equal(await read('/srv/writable/below/new'), 'three');
		assert.equal((await sandbox.exec(['rm', '/srv/shared/below/note'])).exitCode, 1);
		assert.equal((await sandbox.exec(['rm', '/srv/writable/below/note'])).exitCode, 0);
		assert.equal(readFileSync(join(folder, 'below/note'), 'utf8'), 'two');
	} finally {
		await sandbox.destroy();
	}
});

test('the machine has the commands that look at what happens in it', needsMachine, async () => {
	const sandbox = qemuSandbox();
	try {
		await sandbox.up();
		const said = async (...args: readonly string[]): Promise<string> => {
			const {stdout, stderr} = await sandbox.exec(['drydock', ...args]);
			return stdout + stderr;
		};
		assert.match(await said('watch', '--', 'unshare', '--uts', 'true'), /unshare\(CLONE_NEWUTS\) = 0/);
		assert.match(await said('why', '--', 'rmdir', '/etc'), /ENOTEMPTY/);
		assert.match(await said('map'), /Who lives where/);
		assert.match(await said('compare', '--help'), /^Usage: drydock compare/);
	} finally {
		await sandbox.destroy();
	}
});

test('restore() brings processes back too, in the middle of what they did', needsMachine, async () => {
	const sandbox = qemuSandbox();
	try {
		await sandbox.up();
		await sandbox.exec(['sh', '-c', 'sleep 603 > /dev/null 2>&1 &']);
		await sandbox.snapshot('asleep');
		const pid = await sleeper();
		await sandbox.exec(['kill', '-9', String(pid)]);
		assert.equal(await sleeper(), undefined);
		await sandbox.restore('asleep');
		assert.equal(await sleeper(), pid);
	} finally {
		await sandbox.destroy();
	}

	async function sleeper(): Promise<number | undefined> {
		return (await sandbox.observe()).processes.find(({argv}) => argv.join(' ') === 'sleep 603')?.pid;
	}
});

test('attach() comes back to the very shell that was open when the state was saved', needsMachine, async () => {
	const sandbox = qemuSandbox();
	const size = {columns: 80, rows: 24};
	try {
		await sandbox.up();
		const shell = await sandbox.shell(size);
		const before = listen(shell);
		shell.write('ship=sloop; cd /srv; echo $((40 + 2))\r');
		await until(() => before().includes('42\r\n'));
		await sandbox.snapshot('moored');
		shell.write('exit\r');
		await new Promise(resolve => shell.onExit(resolve));
		await sandbox.restore('moored');
		const again = await sandbox.attach!(shell.pid, size);
		const screen = listen(again);
		await until(() => screen().includes('42\r\n'));
		again.write('echo $ship in $PWD\r');
		await until(() => screen().includes('sloop in /srv'));
		await assert.rejects(sandbox.attach!(1, size), /no terminal/);
	} finally {
		await sandbox.destroy();
	}
});

test('status() notices a panic, and renew() gives a machine that knows the time', needsMachine, async () => {
	const sandbox = qemuSandbox();
	try {
		await sandbox.up();
		const ruin = 'date -s 1970-01-02; echo 1 > /proc/sys/kernel/sysrq; echo c > /proc/sysrq-trigger';
		const terminal = await sandbox.shell({columns: 80, rows: 24});
		const screen = listen(terminal);
		await assert.rejects(
			sandbox.exec(['sh', '-c', ruin]),
			/^ExplainedError: the machine has ended: the guest’s kernel panicked: sysrq/,
		);
		assert.equal(await new Promise(resolve => terminal.onExit(resolve)), 129);
		assert.match(screen(), /\r\nthe machine has ended: the guest’s kernel panicked: sysrq/);
		while ((await sandbox.status()) === 'running') await new Promise(resolve => setTimeout(resolve, 20));
		assert.equal(await sandbox.status(), 'halted');
		await sandbox.renew();
		const seconds = Number((await sandbox.exec(['date', '+%s'])).stdout);
		assert.ok(Math.abs(Date.now() / 1000 - seconds) < 60, `it is ${seconds} s after 1970 there`);
	} finally {
		await sandbox.destroy();
	}
});

test('status() notices that QEMU was killed, and whatever waits is told', needsMachine, async () => {
	const sandbox = qemuSandbox();
	try {
		await sandbox.up();
		const terminal = await sandbox.shell({columns: 80, rows: 24});
		const waiting = assert.rejects(sandbox.exec(['sleep', '600']), /the machine has ended: QEMU has ended: .*SIGKILL/);
		for (const {id} of listRecords()) endMachineProcess(machineDirectory(id));
		await waiting;
		assert.equal(await new Promise(resolve => terminal.onExit(resolve)), 129);
		await assert.rejects(sandbox.exec(['true']), /the machine has ended/);
		await assert.rejects(sandbox.observe(), /the machine has ended/);
		await assert.rejects(sandbox.snapshot('late'), /QEMU has ended/);
		assert.equal(await sandbox.status(), 'halted');
		await sandbox.renew();
		assert.equal((await sandbox.exec(['true'])).exitCode, 0);
	} finally {
		await sandbox.destroy();
	}
});

test('status() notices an agent that is gone for good', needsMachine, async () => {
	const sandbox = qemuSandbox();
	try {
		await sandbox.up();
		const terminal = await sandbox.shell({columns: 80, rows: 24});
		const gone = sandbox.exec(['sh', '-c', 'rm /usr/local/bin/node; pkill -9 -f "drydock agent"; sleep 600']);
		await assert.rejects(gone, /the machine has not answered for 20 s/);
		assert.equal(await new Promise(resolve => terminal.onExit(resolve)), 129);
		assert.equal(await sandbox.status(), 'halted');
	} finally {
		await sandbox.destroy();
	}
});

test('destroy() leaves nothing but the template', needsMachine, async () => {
	const sandbox = qemuSandbox();
	await sandbox.up();
	await sandbox.snapshot('kept');
	await sandbox.shell({columns: 80, rows: 24});
	assert.notDeepEqual(traces(), []);
	await sandbox.destroy();
	assert.equal(await sandbox.status(), 'absent');
	assert.deepEqual(traces(), []);
});

test(
	'a program that is killed takes its machine along, and the next command removes what is left',
	needsMachine,
	async () => {
		const program = `
		const {qemuSandbox} = await import('#sandbox/qemu/qemu');
		const sandbox = qemuSandbox();
		await sandbox.up();
		await sandbox.shell({columns: 80, rows: 24});
		console.log('up');
		setInterval(() => {}, 1000);
	`;
		const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], {
			stdio: ['ignore', 'pipe', 'inherit'],
		});
		const exit = once(child, 'exit');
		await Promise.race([once(child.stdout, 'data'), exit]);
		assert.notDeepEqual(traces(), []);
		child.kill('SIGKILL');
		await exit;
		sweepMachines();
		assert.deepEqual(traces(), []);
	},
);

/** What there is of our machines: QEMU's processes by their command lines, machines and docks by their directories. */
function traces(): readonly string[] {
	const processes = readdirSync('/proc')
		.filter(name => /^\d+$/.test(name) && name !== String(process.pid))
		.filter(pid => isOurs(pid))
		.map(pid => `process ${pid}`);
	const files = ['state/machines', 'data/machines/docks']
		.map(name => join(directory, name))
		.flatMap(path => (existsSync(path) ? readdirSync(path).map(name => join(path, name)) : []));
	return [...processes, ...files];
}

function isOurs(pid: string): boolean {
	try {
		return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(`${directory}/`);
	} catch {
		// It has ended meanwhile.
		return false;
	}
}
