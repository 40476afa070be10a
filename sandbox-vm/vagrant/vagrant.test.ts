import assert from 'node:assert/strict';
import {existsSync, mkdtempSync, readdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {test} from 'node:test';
import {missingBundle} from '../image/guest.ts';
import {privateDirectories} from '../machine/testing.ts';
import {sandboxSuite} from '../sandbox.suite.ts';
import {enter} from './enter.ts';
import {VagrantError} from './explain.ts';
import {agentFromSource, needsSshd, playRecording, startSshd} from './testing.ts';
import {vagrantSandbox} from './vagrant.ts';
import {whyNotVagrant} from './why-not.ts';

const directory = privateDirectories();
const needsBundle = {skip: needsSshd.skip || (missingBundle()?.en ?? false)};

const skip =
	process.env.DRYDOCK_TEST_VAGRANT === '1'
		? (whyNotVagrant()?.en ?? false)
		: 'it makes machines with Vagrant, which takes minutes: DRYDOCK_TEST_VAGRANT=1 npm test vagrant.test';

sandboxSuite('vagrant sandbox', vagrantSandbox, {skip});

// The machine's life is a recording; the way into it leads to this host by a real ssh. So here is only what harms no host:
// no files come back, and the suite above is for machines.
test('a machine’s whole life, as it was recorded, is led by these very commands', needsBundle, async t => {
	const access = await startSshd(t);
	const vagrant = playRecording(t, 'life.txt', access);
	const folder = mkdtempSync(join(directory, 'shared-'));
	writeFileSync(join(folder, 'note'), 'from the host');
	const phases: string[] = [];
	const sandbox = vagrantSandbox({
		onPhase: phase => phases.push(phase),
		login: (access, options) => enter(access, {...options, command: agentFromSource}),
	});
	const note = async (): Promise<string> => (await sandbox.exec(['cat', '/srv/shared/note'])).stdout;

	assert.equal(await sandbox.status(), 'absent');
	await assert.rejects(sandbox.exec(['true']), /call up\(\) first/);
	await sandbox.share(folder, '/srv/shared');
	const coming = sandbox.up();
	await new Promise(setImmediate);
	assert.equal(await sandbox.status(), 'starting');
	await coming;
	await sandbox.up();
	assert.equal(await sandbox.status(), 'running');
	assert.deepEqual(phases, ['boot', 'save']);

	assert.equal(await note(), 'from the host');
	assert.notEqual((await sandbox.exec(['touch', '/srv/shared/note'])).exitCode, 0);
	writeFileSync(join(folder, 'note'), 'changed');
	await sandbox.refresh(folder);
	assert.equal(await note(), 'changed');
	const {exitCode, stdout} = await sandbox.exec(['sh', '-c', 'cat; exit 3'], {input: 'typed'});
	assert.deepEqual([exitCode, stdout], [3, 'typed']);

	const terminal = await sandbox.shell({columns: 80, rows: 24});
	assert.ok((await sandbox.observe()).processes.some(({pid}) => pid === terminal.pid));
	await sandbox.snapshot('a/b');
	await assert.rejects(sandbox.restore('never'), /there is no snapshot never/);
	await sandbox.restore('a/b');
	assert.equal(await new Promise(resolve => terminal.onExit(resolve)), 129);
	assert.equal(await note(), 'changed');

	await sandbox.halt();
	assert.equal(await sandbox.status(), 'halted');
	await assert.rejects(sandbox.exec(['true']), /call up\(\) first/);
	await sandbox.up();
	assert.equal(await note(), 'changed');
	await sandbox.renew();
	assert.equal(await note(), 'changed');
	const [kept] = readdirSync(join(directory, 'data/vagrant'));
	assert.ok(existsSync(join(directory, 'data/vagrant', kept ?? '', 'tools/usr/local/bin/node')));
	await sandbox.destroy();
	assert.equal(await sandbox.status(), 'absent');
	assert.deepEqual(readdirSync(join(directory, 'data/vagrant')), []);
	assert.deepEqual(vagrant.left(), []);
});

test('the agent of a machine that lost it is started again', needsBundle, async t => {
	const access = await startSshd(t);
	playRecording(t, 'life.txt', access);
	const sandbox = vagrantSandbox({login: (access, options) => enter(access, {...options, command: agentFromSource})});
	await sandbox.up();
	await assert.rejects(sandbox.exec(['sh', '-c', 'kill -KILL $PPID']), /the machine is gone/);
	// The recording goes on with a snapshot here, and is asked how to log in.
	await assert.rejects(sandbox.exec(['true']), /the recording goes on with vagrant snapshot/);
	playRecording(t, 'destroy.txt');
	await sandbox.destroy();
});

test(
	'up() tells what to install where Vagrant has no provider, and takes away what it has begun',
	needsBundle,
	async t => {
		const vagrant = playRecording(t, 'no-provider.txt');
		const sandbox = vagrantSandbox();
		const error: unknown = await sandbox.up().catch(error => error);
		assert.ok(error instanceof VagrantError);
		assert.equal(error.errorName, 'NoDefaultProvider');
		assert.match(
			error.text.en,
			/^Vagrant has no provider here that works: install VirtualBox, or libvirt \(apt-get install /,
		);
		assert.match(error.text.zh, /没有 Vagrant 能用的 provider.*apt-get install /);
		assert.equal(await sandbox.status(), 'absent');
		assert.deepEqual(readdirSync(join(directory, 'data/vagrant')), []);
		assert.deepEqual(vagrant.left(), []);
	},
);
