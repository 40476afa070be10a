/**
 * What every provider's sandbox must do. One suite for all: a lesson doesn't know which one it runs in.
 * @module
 */

import assert from 'node:assert/strict';
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after, before, describe, test} from 'node:test';
import {until} from '#observe/testing';
import type {ExecResult, Sandbox} from '#sandbox';
import {listen} from './testing.ts';

/** What a provider can't do here, each with the reason. */
export interface SuiteOptions {
	/** All of it. */
	readonly skip: string | boolean;
	/** Making device nodes and cgroups. */
	readonly skipMachineRoot?: string | false;
	/** Bringing files back. */
	readonly skipSnapshots?: string | false;
}

/** The suite for one provider. */
export function sandboxSuite(name: string, create: () => Sandbox, options: SuiteOptions): void {
	const {skip, skipMachineRoot = false, skipSnapshots = false} = options;
	describe(name, {skip}, () => {
		let sandbox: Sandbox;
		let folder: string;
		const sh = (script: string): Promise<ExecResult> => sandbox.exec(['sh', '-c', script]);

		before(async () => {
			folder = mkdtempSync(join(tmpdir(), 'drydock-suite-'));
			writeFileSync(join(folder, 'note'), 'from the host');
			sandbox = create();
			assert.equal(await sandbox.status(), 'absent');
			await sandbox.share(folder, '/srv/shared');
			await sandbox.up();
		});
		after(async () => {
			await sandbox.destroy();
			rmSync(folder, {recursive: true});
		});

		test('up() is content if it runs already', async () => {
			await sandbox.up();
			assert.equal(await sandbox.status(), 'running');
		});

		test('exec() tells output, errors and exit code apart', async () => {
			assert.deepEqual(await sh('echo out; echo err >&2; exit 3'), {exitCode: 3, stdout: 'out\n', stderr: 'err\n'});
			assert.equal((await sh('kill -KILL $$')).exitCode, 137);
			assert.equal((await sandbox.exec(['/no/such/program'])).exitCode, 127);
		});

		test('exec() passes input, environment and directory', async () => {
			const result = await sandbox.exec(['sh', '-c', 'cat; echo $SHIP; pwd'], {
				input: 'typed\n',
				environment: {SHIP: 'sloop'},
				workingDirectory: '/srv',
			});
			assert.equal(result.stdout, 'typed\nsloop\n/srv\n');
		});

		test('exec() does not wait for what the command left running', async () => {
			const startedAt = Date.now();
			await sh('sleep 600 &');
			assert.ok(Date.now() - startedAt < 300_000);
			await sh('pkill -f "^sleep 600"');
		});

		test('exec() rejects when it is aborted', async () => {
			const controller = new AbortController();
			const running = sandbox.exec(['sleep', '600'], {signal: controller.signal});
			await until(async () => (await sh('pgrep -f "^sleep 600"')).exitCode === 0);
			controller.abort(new Error('enough'));
			await assert.rejects(running, /enough/);
		});

		test('root inside may unshare and mount, and has a home', async () => {
			const result = await sh(`set -e
				unshare --mount --uts --ipc --net --pid --fork --mount-proc sh -c 'test $$ = 1'
				mount -t tmpfs tmpfs /mnt && umount /mnt
				touch /root/x /srv/x && rm /root/x /srv/x`);
			assert.deepEqual(result, {exitCode: 0, stdout: '', stderr: ''});
		});

		test('root inside may make nodes and cgroups', {skip: skipMachineRoot}, async () => {
			const result = await sh(`set -e
				mknod /tmp/node c 1 3 && echo x > /tmp/node
				root=$(awk '$3 ~ /^cgroup/ {print $2; exit}' /proc/mounts); mkdir $root/suite && rmdir $root/suite`);
			assert.deepEqual(result, {exitCode: 0, stdout: '', stderr: ''});
		});

		test('what is changed inside stays inside', async () => {
			const mark = join(folder, '..', `mark-${process.pid}`);
			await sh(`echo inside > ${mark}; hostname elsewhere`);
			assert.throws(() => readFileSync(mark), {code: 'ENOENT'});
			assert.notEqual(readFileSync('/proc/sys/kernel/hostname', 'utf8'), 'elsewhere\n');
		});

		test('share() shows a folder read-only', async () => {
			assert.equal((await sh('cat /srv/shared/note')).stdout, 'from the host');
			assert.notEqual((await sh('echo x > /srv/shared/note')).exitCode, 0);
			assert.equal(readFileSync(join(folder, 'note'), 'utf8'), 'from the host');
		});

		test('shell() is a terminal of the size that was asked for', async () => {
			const terminal = await sandbox.shell({columns: 91, rows: 17});
			const screen = listen(terminal);
			terminal.write('stty size; tty\r');
			await until(() => screen().includes('17 91') && screen().includes('/dev/pts/'));
			terminal.resize({columns: 44, rows: 11});
			terminal.write('stty size\r');
			await until(() => screen().includes('11 44'));
			terminal.write('exit 5\r');
			assert.equal(await new Promise(resolve => terminal.onExit(resolve)), 5);
		});

		test('shell() passes Ctrl-C to the program in the foreground', async () => {
			const terminal = await sandbox.shell({columns: 80, rows: 24});
			const screen = listen(terminal);
			terminal.write('sleep 600\r');
			await until(async () => (await sandbox.observe()).processes.some(({argv}) => argv.join(' ') === 'sleep 600'));
			terminal.write('\x03');
			terminal.write('echo code $?\r');
			await until(() => screen().includes('code 130'));
			terminal.close();
		});

		test('onData() tells a late listener what was printed before', async () => {
			const terminal = await sandbox.shell({columns: 80, rows: 24});
			const first = listen(terminal);
			// What is typed is echoed too, so the words looked for are not the words typed.
			terminal.write('echo $((40 + 2)) knots\r');
			await until(() => first().includes('42 knots'));
			assert.ok(listen(terminal)().includes('42 knots'));
			terminal.close();
		});

		test('close() hangs up', async () => {
			const terminal = await sandbox.shell({columns: 80, rows: 24});
			terminal.close();
			await new Promise(resolve => terminal.onExit(resolve));
			await until(async () => !(await sandbox.observe()).processes.some(({pid}) => pid === terminal.pid));
		});

		test('observe() shows the shell and what runs below it', async () => {
			const terminal = await sandbox.shell({columns: 80, rows: 24});
			terminal.write('sleep 601 &\r');
			await until(async () => {
				const {processes} = await sandbox.observe();
				const child = processes.find(({argv}) => argv.join(' ') === 'sleep 601');
				return child !== undefined && child.ppid === terminal.pid && processes.some(({pid}) => pid === terminal.pid);
			});
			const {processes, mountNamespaces} = await sandbox.observe();
			assert.ok(processes.some(({pids}) => pids.at(-1) === 1));
			assert.ok(
				mountNamespaces[0]!.mounts.some(({mountPoint, fileSystem}) => mountPoint === '/proc' && fileSystem === 'proc'),
			);
			assert.ok(!processes.some(({pid}) => pid === process.pid));
			terminal.close();
		});

		test('orphans are adopted and reaped by PID 1', async () => {
			const {stdout} = await sh('sh -c "sleep 0.2 & echo \\$!"');
			assert.match(stdout, /^\d+\n$/);
			await until(async () => !(await sandbox.observe()).processes.some(({pids}) => pids.at(-1) === Number(stdout)));
		});

		test('restore() brings files back as they were, deleted ones too', {skip: skipSnapshots}, async () => {
			await sh('echo one > /root/kept; rm /etc/os-release');
			await sandbox.snapshot('a/b');
			await sh('echo two > /root/kept; echo x > /etc/os-release; echo new > /root/new');
			await sandbox.restore('a/b');
			assert.equal(
				(await sh('cat /root/kept; test -e /etc/os-release || echo gone; test -e /root/new || echo no')).stdout,
				'one\ngone\nno\n',
			);
			await sandbox.restore('a/b');
			assert.equal((await sh('cat /root/kept')).stdout, 'one\n');
			await assert.rejects(sandbox.restore('never'), /never/);
		});

		test('renew() gives a fresh one, and open terminals end', async () => {
			const terminal = await sandbox.shell({columns: 80, rows: 24});
			await sh('echo old > /root/old');
			await sandbox.renew();
			await new Promise(resolve => terminal.onExit(resolve));
			assert.equal((await sh('test -e /root/old')).exitCode, 1);
			assert.equal((await sh('cat /srv/shared/note')).stdout, 'from the host');
		});
	});
}
