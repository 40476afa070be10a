import assert from 'node:assert/strict';
import {chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {type TestContext, test} from 'node:test';
import {findVagrant, isVagrantInstalled, judge} from './find-vagrant.ts';
import {whyNotVagrant} from './why-not.ts';

const needsX64 = {skip: process.arch === 'x64' ? false : 'the vagrant sandbox is for x86-64'};

/** The only programs there are, until the test is over: a `vagrant` that prints this, and some of this machine's own. */
function pathWith(
	t: TestContext,
	vagrant: string | undefined,
	names: readonly string[] = ['ssh', 'tar', 'setpriv'],
): void {
	const directory = mkdtempSync(join(tmpdir(), 'drydock-vagrant-'));
	const before = process.env.PATH;
	t.after(() => {
		process.env.PATH = before;
		rmSync(directory, {recursive: true});
	});
	// Nobody starts them here.
	for (const name of names) symlinkSync('/bin/sh', join(directory, name));
	if (vagrant !== undefined) {
		writeFileSync(join(directory, 'vagrant'), `#!/bin/sh\n${vagrant}\n`);
		chmodSync(join(directory, 'vagrant'), 0o755);
	}
	process.env.PATH = directory;
}

test('judge() reads the version, and refuses what is too old', () => {
	assert.equal(judge('/v', 'Vagrant 2.3.4\n').version, '2.3.4');
	assert.equal(judge('/v', 'Vagrant 2.2.14\n').version, '2.2.14');
	assert.equal(judge('/v', 'Vagrant 2.4.2.dev\n').version, '2.4.2.dev');
	assert.equal(judge('/v', 'a warning of Ruby’s\nVagrant 3.0.0\n').version, '3.0.0');
	assert.throws(
		() => judge('/v', 'Vagrant 2.2.9\n'),
		/\/v is Vagrant 2.2.9, and the course needs 2.2.14 at least: apt/,
	);
	assert.throws(() => judge('/v', 'Vagrant 1.9.1\n'), /needs 2.2.14/);
	assert.throws(() => judge('/v', 'vagabond'), /doesn’t say that it is Vagrant, but "vagabond"/);
});

test('findVagrant() finds the first in PATH', needsX64, t => {
	pathWith(t, 'echo Vagrant 2.3.4');
	assert.equal(findVagrant().version, '2.3.4');
	assert.equal(isVagrantInstalled(), true);
	assert.equal(whyNotVagrant(), undefined);
});

test('findVagrant() says what is missing, in both languages', needsX64, t => {
	pathWith(t, undefined);
	assert.equal(isVagrantInstalled(), false);
	assert.match(whyNotVagrant()?.en ?? '', /^there is no vagrant here: apt-get install /);
	assert.match(whyNotVagrant()?.zh ?? '', /^这里没有 vagrant.*apt-get install /);
});

test('findVagrant() needs ssh as well', needsX64, t => {
	pathWith(t, 'echo Vagrant 2.3.4', ['tar', 'setpriv']);
	assert.throws(findVagrant, /needs ssh: apt-get install openssh-client/);
});

test('findVagrant() tells of one that doesn’t run', needsX64, t => {
	pathWith(t, 'exit 7');
	assert.throws(findVagrant, /vagrant --version fails: Command failed/);
});
