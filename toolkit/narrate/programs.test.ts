import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {basename, join} from 'node:path';
import {after, test} from 'node:test';
import {isPrivileged, isTracer, mayStartTracer, programOf} from './programs.ts';

const folder = mkdtempSync(join(tmpdir(), 'programs-'));
after(() => rmSync(folder, {recursive: true}));
const script = (text: string): string => {
	const path = join(folder, `${text.length}.sh`);
	writeFileSync(path, text);
	return path;
};
const may = (...argv: readonly string[]): boolean => mayStartTracer({name: basename(argv[0]!), argv}, process.pid);

test('mayStartTracer() trusts no shell that somebody types into', () => {
	for (const argv of [
		['bash'],
		['-bash'],
		['sh', '-i'],
		['bash', '--norc'],
		['unshare', '-m'],
		['unshare', '-m', 'bash'],
	]) {
		assert.equal(may(...argv), true, argv.join(' '));
	}
	for (const argv of [
		['sudo', '-i'],
		['chroot', '/srv'],
		['nsenter', '-t', '1', '-m'],
		['env', 'bash'],
		['chroot', '/', '/bin/sh'],
	]) {
		assert.equal(may(...argv), true, argv.join(' '));
	}
});

test('mayStartTracer() looks at what scripts say', () => {
	assert.equal(may('sh', '-c', 'mount; ls'), false);
	assert.equal(may('sh', '-c', 'strace ls'), true);
	assert.equal(may('bash', script('ls\n')), false);
	assert.equal(may('bash', script('gdb --batch ls\n')), true);
	assert.equal(may('unshare', '-m', 'sh', '-c', 'ls'), false);
	assert.equal(may('unshare', '-m', 'ls'), false);
	assert.equal(may('ls', '-l'), false);
});

test('isTracer() knows tracers, and our own', () => {
	assert.equal(isTracer({name: 'strace', argv: ['strace', 'ls']}), true);
	assert.equal(isTracer({name: 'node', argv: ['node', '/x/drydock.cjs', 'watch', '--', 'ls']}), true);
	assert.equal(isTracer({name: 'node', argv: ['node', '/x/drydock.cjs', 'run', 'host']}), false);
	assert.equal(isTracer({name: 'ls', argv: ['ls', 'strace']}), false);
});

test('isPrivileged() knows set-user-id files', () => {
	const su = spawnSync('sh', ['-c', 'command -v su']).stdout.toString().trim();
	assert.equal(isPrivileged(process.pid, su === '' ? '/usr/bin/passwd' : su), true);
	assert.equal(isPrivileged(process.pid, '/bin/ls'), false);
	assert.equal(isPrivileged(process.pid, '/nosuch'), false);
});

test('programOf() names this process, and nothing for one that has gone', () => {
	assert.equal(programOf(process.pid).name, basename(process.execPath));
	assert.deepEqual(programOf(2 ** 22 + 1), {name: '', argv: []});
});
