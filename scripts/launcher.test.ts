import assert from 'node:assert/strict';
import {type SpawnSyncReturns, spawnSync} from 'node:child_process';
import {
	chmodSync,
	copyFileSync,
	mkdirSync,
	mkdtempSync,
	renameSync,
	rmSync,
	symlinkSync,
	utimesSync,
	writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {type TestContext, test} from 'node:test';

const platform = `node-linux-${process.arch}`;
const onLinux = {skip: process.platform === 'linux' ? false : 'the Node that npm brings is for Linux'};
const launcher = join(import.meta.dirname, '../toolkit/cli/drydock');

/** A project with the real launcher in it, and a Node that says how it was called. */
function project(t: TestContext): string {
	const folder = mkdtempSync(join(tmpdir(), 'drydock-launcher-'));
	t.after(() => rmSync(folder, {recursive: true}));
	const root = join(folder, 'pro ject');
	for (const file of [
		'package.json',
		'package-lock.json',
		'scripts/build.ts',
		'lessons/lesson.ts',
		'sandbox-vm/sandbox.ts',
		'slides/projector/slides.ts',
	]) {
		write(join(root, file), '');
	}
	mkdirSync(join(root, 'toolkit/cli'), {recursive: true});
	copyFileSync(launcher, join(root, 'toolkit/cli/drydock'));
	fakeNode(join(root, 'node_modules', platform, 'bin/node'));
	return root;
}

function write(path: string, text: string): void {
	mkdirSync(dirname(path), {recursive: true});
	writeFileSync(path, text);
}

function fakeNode(path: string, version = 'v24.0.0'): void {
	write(path, `#!/bin/sh\n[ "$1" = --version ] && echo ${version} && exit\necho "$$|$0|$*"\n`);
	chmodSync(path, 0o755);
}

function build(root: string, date: Date): void {
	write(join(root, 'dist/stamp'), '');
	utimesSync(join(root, 'dist/stamp'), date, date);
}

function run(command: string, args: readonly string[] = [], path = process.env.PATH): SpawnSyncReturns<string> {
	return spawnSync(command, args, {encoding: 'utf8', env: {PATH: path}});
}

test('drydock is right by its path, by a link, and by a relative link to a link', onLinux, t => {
	const root = project(t);
	const bin = join(root, '../bin');
	mkdirSync(bin);
	symlinkSync(join(root, 'toolkit/cli/drydock'), join(bin, 'absolute'));
	symlinkSync('../pro ject/toolkit/cli/drydock', join(bin, 'relative'));
	symlinkSync('relative', join(bin, 'twice'));
	symlinkSync('../bin', join(bin, 'again'));
	for (const way of [join(root, 'toolkit/cli/drydock'), 'absolute', 'relative', 'twice', join(bin, 'again/twice')]) {
		const {stdout, pid} = run(way, ['run', 'a  b'], `${bin}:${process.env.PATH}`);
		const node = join(root, 'node_modules', platform, 'bin/node');
		const sources = `--import ${root}/node_modules/tsx/dist/loader.mjs -- ${root}/toolkit/cli/main.ts`;
		// The same process number: the launcher has become Node, and no shell stays.
		assert.equal(stdout, `${pid}|${node}|${sources} run a  b\n`, way);
	}
});

test('drydock finds a Node that npm put into a folder above', onLinux, t => {
	const root = project(t);
	renameSync(join(root, 'node_modules'), join(root, '../node_modules'));
	assert.match(run(join(root, 'toolkit/cli/drydock')).stdout, new RegExp(`/node_modules/${platform}/bin/node\\|`));
});

test('drydock takes a Node from PATH only if it is new enough', t => {
	const root = project(t);
	rmSync(join(root, 'node_modules'), {recursive: true});
	const bin = join(root, '../bin');
	for (const version of ['v24.1.0', 'v26.10.0', 'v30.0.0']) {
		fakeNode(join(bin, 'node'), version);
		assert.match(run(join(root, 'toolkit/cli/drydock'), [], `${bin}:/usr/bin:/bin`).stdout, /main\.ts/, version);
	}
	for (const version of ['v20.19.0', 'v23.9.0', 'v8.1.0']) {
		fakeNode(join(bin, 'node'), version);
		const {status, stderr} = run(join(root, 'toolkit/cli/drydock'), [], `${bin}:/usr/bin:/bin`);
		assert.deepEqual([status, stderr.split('\n').length], [125, 2], version);
		assert.match(stderr, /^drydock: needs Node 24 or later: 'npm install'/);
	}
});

test('drydock runs the bundle while no source is newer', onLinux, t => {
	const root = project(t);
	const command = join(root, 'toolkit/cli/drydock');
	const bundle = /dist\/drydock\.cjs/;
	const soon = new Date(Date.now() + 10_000);
	const later = new Date(Date.now() + 20_000);
	build(root, soon);
	assert.match(run(command).stdout, bundle);
	write(join(root, 'toolkit/04-pid/pid.test.ts'), '');
	utimesSync(join(root, 'toolkit/04-pid/pid.test.ts'), later, later);
	assert.match(run(command).stdout, bundle, 'a test is no part of it');
	for (const source of ['toolkit/04-pid/pid.ts', 'lessons/app/app.tsx', 'package.json', 'scripts/build.ts']) {
		build(root, soon);
		write(join(root, source), '');
		utimesSync(join(root, source), later, later);
		assert.doesNotMatch(run(command).stdout, bundle, source);
		rmSync(join(root, source));
		write(join(root, source), '');
	}
	build(root, later);
	assert.match(run(command).stdout, bundle);
});

test('drydock trusts the bundle of an installed package, whatever the times of its files', onLinux, t => {
	const root = project(t);
	const installed = join(root, '../node_modules/drydock');
	mkdirSync(dirname(installed));
	renameSync(root, installed);
	build(installed, new Date(0));
	assert.match(run(join(installed, 'toolkit/cli/drydock')).stdout, /dist\/drydock\.cjs/);
});
