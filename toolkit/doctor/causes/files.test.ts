import assert from 'node:assert/strict';
import {spawn, spawnSync} from 'node:child_process';
import {once} from 'node:events';
import * as fs from 'node:fs';
import {closeSync, copyFileSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, test} from 'node:test';
import {asKernelError} from '#kernel/file';
import {MS_BIND, MS_RDONLY, MS_REMOUNT, mount} from '#kernel/mount';
import {needsRoot} from '#kernel/testing';
import {assertCause, causeInChild, causeOf, withOwnMounts} from '../testing.ts';

let directory = '';
beforeEach(() => {
	directory = mkdtempSync(join(tmpdir(), 'doctor-'));
});
afterEach(() => rmSync(directory, {recursive: true, force: true}));

/** One of Node's file calls under the kernel's name for it. */
function calling(call: string, args: readonly unknown[], action: () => unknown): () => void {
	return () => {
		try {
			action();
		} catch (error) {
			throw asKernelError(call, args, error);
		}
	};
}

test('a read-only mount, and a read-only file system', needsRoot, () => {
	withOwnMounts(() => {
		mount('none', directory, 'tmpfs', 0);
		mkdirSync(join(directory, 'bound'));
		mount(join(directory, 'bound'), join(directory, 'bound'), null, MS_BIND);
		mount(null, join(directory, 'bound'), null, MS_REMOUNT | MS_BIND | MS_RDONLY);
		const path = join(directory, 'bound/new');
		const bound = causeOf(calling('mkdir', [path, '0777'], () => mkdirSync(path)));
		assertCause(bound, 'read-only-mount', /bound ro,/);
		assert.match(bound.sentence.en, /that mount is read-only/);
		mount(null, directory, null, MS_REMOUNT | MS_RDONLY);
		const whole = causeOf(calling('mkdir', [join(directory, 'new'), '0777'], () => mkdirSync(join(directory, 'new'))));
		assertCause(whole, 'read-only-mount', /- tmpfs none ro/);
	});
});

test('an immutable file', needsRoot, t => {
	const path = join(directory, 'fixed');
	writeFileSync(path, '');
	if (spawnSync('chattr', ['+i', path]).status !== 0) return t.skip('needs a file system with attributes');
	try {
		const found = causeOf(calling('unlink', [path], () => fs.unlinkSync(path)));
		assertCause(found, 'file-immutable', /FS_IOC_GETFLAGS\): 0x[\da-f]+, i is set/);
	} finally {
		spawnSync('chattr', ['-i', path]);
	}
});

test('another’s file in a sticky directory; a change of another’s file; its bits', needsRoot, async () => {
	fs.chmodSync(directory, 0o1777);
	const path = join(directory, 'theirs');
	writeFileSync(path, '', {mode: 0o644});
	const as = {uid: 65534};
	assertCause(
		await causeInChild(`file('unlink', ['${path}'], () => fs.unlinkSync('${path}'))`, as),
		'sticky-directory',
		/mode 1777/,
		/theirs: file/,
	);
	assertCause(
		await causeInChild(`file('chmod', ['${path}', '0600'], () => fs.chmodSync('${path}', 0o600))`, as),
		'file-not-owned',
		/owner 0:0/,
	);
	assertCause(
		await causeInChild(`file('open', ['${path}', 'O_WRONLY'], () => fs.openSync('${path}', 'r+'))`, as),
		'file-permission-denied',
		/theirs: file, mode 0644/,
	);
});

test('a file of root’s group, and a process without any group', needsRoot, async () => {
	fs.chmodSync(directory, 0o755);
	const path = join(directory, 'shared');
	writeFileSync(path, '', {mode: 0o440});
	const found = await causeInChild(`file('open', ['${path}', 'O_RDONLY'], () => fs.openSync('${path}', 'r'))`, {
		uid: 65534,
	});
	assertCause(found, 'file-permission-denied', /shared: file, mode 0440/);
	assert.match(found.remedy.en, /^chmod or chown/);
});

test('a directory that should move into itself', () => {
	const path = join(directory, 'one');
	mkdirSync(path);
	const args = [path, join(path, 'two')] as const;
	const found = causeOf(calling('rename', args, () => fs.renameSync(...args)));
	assertCause(found, 'rename-into-itself', /one: directory/);
});

test('a directory where a file is wanted, and what exists already', () => {
	assertCause(
		causeOf(calling('open', [directory, 'O_WRONLY'], () => openSync(directory, 'w'))),
		'open-of-a-directory',
		/directory, mode/,
	);
	assertCause(
		causeOf(calling('mkdir', [directory, '0777'], () => mkdirSync(directory))),
		'exists-already',
		/directory, mode/,
	);
});

test('a running program', async () => {
	const path = join(directory, 'sleep');
	copyFileSync('/bin/sleep', path);
	fs.chmodSync(path, 0o755);
	const child = spawn(path, ['60'], {stdio: 'ignore'});
	await once(child, 'spawn');
	const found = causeOf(calling('open', [path, 'O_WRONLY'], () => openSync(path, 'r+')));
	assertCause(found, 'program-is-running', new RegExp(`/proc/${child.pid}/exe -> `));
	child.kill('SIGKILL');
	await once(child, 'exit');
});

test('a directory that isn’t empty, a mount point, a rename across mounts', needsRoot, () => {
	withOwnMounts(() => {
		const [one, two] = [join(directory, 'one'), join(directory, 'two')];
		for (const path of [one, two]) mkdirSync(path);
		mount('none', one, 'tmpfs', 0);
		writeFileSync(join(one, 'file'), '');
		writeFileSync(join(two, '.hidden'), '');
		assertCause(causeOf(calling('rmdir', [one], () => fs.rmdirSync(one))), 'directory-is-a-mount-point', /one rw/);
		assertCause(causeOf(calling('rmdir', [two], () => fs.rmdirSync(two))), 'directory-not-empty', /\.hidden/);
		const args = [join(one, 'file'), join(two, 'file')] as const;
		assertCause(causeOf(calling('rename', args, () => fs.renameSync(...args))), 'across-mounts', /one rw/);
	});
});

test('a full disk, and used-up inodes', needsRoot, () => {
	withOwnMounts(() => {
		mount('none', directory, 'tmpfs', 0, 'size=64k,nr_inodes=5');
		const path = join(directory, 'big');
		const fd = openSync(path, 'w');
		const full = causeOf(
			calling('write', [path, '…'], () => {
				for (;;) writeSync(fd, Buffer.alloc(65_536));
			}),
		);
		closeSync(fd);
		assertCause(full, 'disk-full', /statfs .*: 0 KiB free of 64 KiB/);
		fs.truncateSync(path, 0);
		let name = '';
		const inodes = causeOf(() => {
			for (let count = 0; ; count++) {
				name = join(directory, `${count}`);
				calling('mkdir', [name, '0777'], () => mkdirSync(name))();
			}
		});
		assertCause(inodes, 'inodes-used-up', /0 inodes free of 5/);
	});
});

test('all descriptors in use', async () => {
	const body = `
		setResourceLimit(0, 'RLIMIT_NOFILE', {soft: 40n, hard: 40n});
		file('open', ['/dev/null', 'O_RDONLY'], () => { for (;;) fs.openSync('/dev/null'); });`;
	// The report itself needs a descriptor: one is kept, and closed for it.
	assertCause(await causeInChild(`${body}`), 'descriptors-used-up', /Max open files +40 /);
});
