import assert from 'node:assert/strict';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {type TestContext, test} from 'node:test';
import {explainFailure, VagrantError} from './explain.ts';
import {runVagrant} from './run-vagrant.ts';
import {playRecording} from './testing.ts';

async function failure(t: TestContext, recording: string): Promise<VagrantError> {
	const directory = mkdtempSync(join(tmpdir(), 'drydock-vagrant-'));
	t.after(() => rmSync(directory, {recursive: true}));
	const vagrant = playRecording(t, recording);
	const error: unknown = await runVagrant(directory, ['up', 'drydock']).then(
		() => assert.fail('it ended well'),
		error => error,
	);
	assert.deepEqual(vagrant.left(), []);
	assert.ok(error instanceof VagrantError, String(error));
	// One line, in each language, with what to do about it.
	for (const text of Object.values(error.text)) assert.ok(!text.includes('\n') && text.length < 600, text);
	return error;
}

test('explainFailure() tells why the provider that was asked for does not work', async t => {
	const {errorName, message} = await failure(t, 'no-virtualbox.txt');
	assert.equal(errorName, 'ProviderNotUsable');
	assert.match(message, /Vagrant could not detect VirtualBox/);
});

test('explainFailure() tells how to start libvirt', async t => {
	const {errorName, message} = await failure(t, 'libvirt-down.txt');
	assert.equal(errorName, 'FogLibvirtConnectionError');
	assert.match(message, /libvirt-sock.*No such file or directory; start it \(systemctl start libvirtd\)/);
});

test('explainFailure() tells why there is no box, and which way there is without a network', async t => {
	const {errorName, message} = await failure(t, 'no-box.txt');
	assert.equal(errorName, 'BoxAddShortNotFound');
	assert.match(
		message,
		/^Vagrant can’t get the machine’s box: Could not resolve host: vagrantcloud.com; .*DRYDOCK_VAGRANT_BOX/,
	);
});

test('explainFailure() tells what Vagrant said on standard error, if it didn’t get as far as to events', async t => {
	const {errorName, message} = await failure(t, 'too-old.txt');
	assert.equal(errorName, '');
	assert.match(
		message,
		/^vagrant up failed: Vagrant failed to initialize .*: This Vagrant environment has .*: >= 2.9.0$/,
	);
});

test('explainFailure() tells at least the exit code', () => {
	const {message} = explainFailure(['halt'], {events: [], complaints: '', exitCode: 3});
	assert.equal(message, 'vagrant halt failed: exit code 3');
});

test('explainFailure() tells what the machine itself said, if it could not be set up', async t => {
	const {errorName, message} = await failure(t, 'no-packages.txt');
	assert.equal(errorName, 'VagrantError');
	assert.match(
		message,
		/^the machine runs and could not be set up: E: Failed to fetch http.* Temporary failure resolving/,
	);
});
