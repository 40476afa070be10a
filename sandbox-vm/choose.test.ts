import assert from 'node:assert/strict';
import {chmodSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {type TestContext, test} from 'node:test';
import {chooseSandbox} from './choose.ts';

/** The only programs there are, until the test is over. Nobody starts them. */
function pathWith(t: TestContext, ...names: readonly string[]): void {
	const directory = mkdtempSync(join(tmpdir(), 'drydock-choose-'));
	const before = {...process.env};
	t.after(() => {
		process.env = before;
		rmSync(directory, {recursive: true});
	});
	for (const name of names) {
		writeFileSync(join(directory, name), '#!/bin/sh\n');
		chmodSync(join(directory, name), 0o755);
	}
	process.env.PATH = directory;
	delete process.env.DRYDOCK_QEMU;
}

test('chooseSandbox() offers vagrant only where it is installed, and chooses it only for who wants it', t => {
	pathWith(t);
	assert.deepEqual(chooseSandbox().available, ['local']);
	assert.equal(chooseSandbox({preferred: 'vagrant'}).provider, 'local');
	pathWith(t, 'vagrant');
	assert.deepEqual(chooseSandbox().available, ['local', 'vagrant']);
	assert.equal(chooseSandbox().provider, 'local');
	assert.equal(chooseSandbox({preferred: 'vagrant'}).provider, 'vagrant');
});

test('chooseSandbox() follows the command line, whatever is installed', t => {
	pathWith(t);
	assert.equal(chooseSandbox({wanted: 'vagrant', preferred: 'local'}).provider, 'vagrant');
	assert.equal(chooseSandbox({wanted: 'qemu'}).provider, 'qemu');
});

test('chooseSandbox() says what stands between the learner and a machine, in both languages', t => {
	pathWith(t);
	const {remedy, install} = chooseSandbox();
	assert.notEqual(remedy?.en ?? '', '');
	assert.notEqual(remedy?.zh ?? '', '');
	assert.equal(install, undefined);
});
