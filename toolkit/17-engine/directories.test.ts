import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after, test} from 'node:test';
import {dataDirectory, isRoot, makePrivateDirectory, stateDirectory} from './directories.ts';

const base = mkdtempSync(join(tmpdir(), 'dd-'));
Object.assign(process.env, {DRYDOCK_STATE: join(base, 'state'), DRYDOCK_DATA: join(base, 'data')});
after(() => rmSync(base, {recursive: true}));

test('makePrivateDirectory() makes all that is above it too, for its owner alone', () => {
	for (let times = 0; times < 2; times++) assert.equal(makePrivateDirectory(join(base, 'a/b')), join(base, 'a/b'));
	for (const path of ['a', 'a/b']) assert.equal(statSync(join(base, path)).mode & 0o777, 0o700);
	symlinkSync('a/b', join(base, 'link'));
	makePrivateDirectory(join(base, 'link/c'));
	assert.ok(statSync(join(base, 'a/b/c')).isDirectory());
});

test('makePrivateDirectory() says where nothing can be made, and why', () => {
	writeFileSync(join(base, 'file'), '');
	symlinkSync('nowhere', join(base, 'astray'));
	for (const [path, why] of [
		[
			'/proc/nope/below',
			/^Ex.*: \/proc\/nope\/below can’t be used: no directory can be made there: let DRYDOCK_STATE name another directory$/,
		],
		[join(base, 'file'), /a file is in its place: let/],
		[join(base, 'file/below'), /it, or what is above it, is a file: let/],
		[join(base, 'astray/below'), /no directory can be made there: let/],
		[join(base, 'data', 'x'.repeat(300)), /ENAMETOOLONG.*: let DRYDOCK_DATA name another directory$/],
	] as const)
		assert.throws(() => makePrivateDirectory(path), why);
});

test('makePrivateDirectory() refuses a read-only file system, whether the directory is there or not', {
	skip: !isRoot(),
}, context => {
	const place = join(base, 'read-only');
	mkdirSync(place);
	execFileSync('mount', ['-t', 'tmpfs', 'none', place]);
	context.after(() => execFileSync('umount', [place]));
	mkdirSync(join(place, 'there'));
	execFileSync('mount', ['-o', 'remount,ro', place]);
	for (const name of ['there', 'new/below'])
		assert.throws(() => makePrivateDirectory(join(place, name)), /the file system is read-only: let/);
});

test('stateDirectory() and dataDirectory() refuse what is no directory', context => {
	const {DRYDOCK_STATE, DRYDOCK_DATA} = process.env;
	context.after(() => Object.assign(process.env, {DRYDOCK_STATE, DRYDOCK_DATA}));
	for (const path of ['/etc/passwd', '/etc/passwd/below']) {
		Object.assign(process.env, {DRYDOCK_STATE: path, DRYDOCK_DATA: path});
		assert.throws(stateDirectory, /it, or what is above it, is a file: let/);
		assert.throws(dataDirectory, /is a file: let DRYDOCK_DATA name another directory$/);
	}
});
