import assert from 'node:assert/strict';
import {
	closeSync,
	constants,
	copyFileSync,
	mkdirSync,
	mkdtempSync,
	openSync,
	readFileSync,
	rmdirSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, test} from 'node:test';
import {asKernelError} from '#kernel/file';
import {call} from '#kernel/libc';
import {MS_NOEXEC, mount} from '#kernel/mount';
import {needsRoot} from '#kernel/testing';
import {assertCause, causeInChild, causeOf, withOwnMounts} from '../testing.ts';

let directory = '';
beforeEach(() => {
	directory = mkdtempSync(join(tmpdir(), 'doctor-'));
});
afterEach(() => rmSync(directory, {recursive: true, force: true}));

/** Tries to become a program: it returns only because it fails. */
function execute(path: string): void {
	const none = new Uint8Array(8);
	call('execve', [path, none, none], {show: () => [path, [path], '/* 0 variables */']});
}

function program(name: string, content: string | Uint8Array, mode = 0o755): string {
	const path = join(directory, name);
	writeFileSync(path, content, {mode});
	return path;
}

/** An ELF program with another processor in its head, or another loader. */
function elf(change: (bytes: Buffer) => void): Buffer {
	const bytes = readFileSync('/bin/true');
	change(bytes);
	return bytes;
}

test('execve: a shebang whose interpreter is missing, also by a carriage return', () => {
	const gone = causeOf(() => execute(program('gone', '#!/no/such/sh -e\necho\n')));
	assertCause(gone, 'exec-interpreter-missing', /gone: #!\/no\/such\/sh -e/, /lstat \/no: ENOENT/);
	const dos = causeOf(() => execute(program('dos', '#!/bin/sh\r\necho\r\n')));
	assertCause(dos, 'exec-interpreter-missing', /#!\/bin\/sh\\r/, /lstat \/.*sh\\r: ENOENT/);
});

test('execve: a loader that is missing', () => {
	const found = causeOf(() =>
		execute(
			program(
				'musl',
				elf(bytes => {
					const loader = /\/lib(64)?\/ld-linux[\w.-]+/.exec(bytes.toString('latin1'))!;
					bytes.write('/lib/ld-none.so\0', loader.index, 'latin1');
				}),
			),
		),
	);
	assertCause(found, 'exec-loader-missing', /PT_INTERP \/lib\/ld-none.so/, /ld-none.so: ENOENT/);
});

test('execve: another architecture, and no format at all', () => {
	const other = process.arch === 'arm64' ? 62 : 183;
	const foreign = causeOf(() =>
		execute(
			program(
				'foreign',
				elf(bytes => bytes.writeUInt16LE(other, 18)),
			),
		),
	);
	assertCause(foreign, 'exec-other-architecture', new RegExp(`e_machine ${other}`));
	assertCause(
		causeOf(() => execute(program('text', 'echo hello\n'))),
		'exec-no-format',
		/text: begins with 65 63 68 6f/,
	);
	assertCause(
		causeOf(() => execute(program('empty', ''))),
		'exec-no-format',
		/\(empty\)/,
	);
});

test('execve: a program that is cut short', () => {
	assertCause(
		causeOf(() => execute(program('head', '\x7fELFgarbage'))),
		'exec-damaged-program',
		/head: ELF$/,
		/the header takes the bytes from 0 to 64, and the file has 11/,
	);
	const whole = readFileSync('/bin/true');
	assertCause(
		causeOf(() => execute(program('table', whole.subarray(0, 200)))),
		'exec-damaged-program',
		/the table of segments takes the bytes from 64 to \d+, and the file has 200/,
	);
	const loader = /\/lib(64)?\/ld-linux[\w.-]+/.exec(whole.toString('latin1'))!.index;
	assertCause(
		causeOf(() => execute(program('loader', whole.subarray(0, loader + 3)))),
		'exec-damaged-program',
		/the loader’s name takes the bytes/,
	);
});

test('execve: no x bit, a directory, an interpreter that may not be executed', () => {
	assertCause(
		causeOf(() => execute(program('plain', '#!/bin/sh\n', 0o644))),
		'exec-no-x-bit',
		/plain: file, mode 0644/,
	);
	assertCause(
		causeOf(() => execute(directory)),
		'exec-of-a-directory',
		/directory, mode/,
	);
	const interpreter = program('interpreter', '', 0o644);
	assertCause(
		causeOf(() => execute(program('script', `#!${interpreter}\n`))),
		'exec-interpreter-no-x-bit',
		/interpreter: file, mode 0644/,
	);
});

test('execve: a mount with noexec', needsRoot, () => {
	withOwnMounts(() => {
		mount('none', directory, 'tmpfs', MS_NOEXEC);
		assertCause(
			causeOf(() => execute(program('tool', '#!/bin/sh\n'))),
			'exec-noexec-mount',
			/noexec/,
		);
	});
});

test('execve: a file that is open for writing', () => {
	const path = join(directory, 'true');
	copyFileSync('/bin/true', path);
	const fd = openSync(path, 'r+');
	const found = causeOf(() => execute(path));
	closeSync(fd);
	assertCause(found, 'exec-open-for-writing', new RegExp(`${process.pid}/fd/${fd} -> .*open for writing`));
});

test('paths: missing, no directory, a circle, too long', () => {
	assertCause(
		causeOf(() => execute(join(directory, 'gone'))),
		'path-missing',
		/lstat .*gone: ENOENT/,
		/readdir .*: \(empty\)/,
	);
	const parent = causeOf(() => execute(join(directory, 'a/b/c')));
	assertCause(parent, 'path-parent-missing', /lstat .*\/a: ENOENT/);
	assert.ok(parent.remedy.en.endsWith(`mkdir -p ${directory}/a/b`));
	const file = program('file', '');
	assertCause(
		causeOf(() => execute(`${file}/more`)),
		'path-not-a-directory',
		/file: file/,
	);
	symlinkSync('two', join(directory, 'one'));
	symlinkSync('one', join(directory, 'two'));
	assertCause(
		causeOf(() => execute(join(directory, 'one'))),
		'path-links-in-a-circle',
		/(one|two) -> (one|two)/,
	);
	assertCause(
		causeOf(() => execute(join(directory, 'x'.repeat(256)))),
		'path-name-too-long',
		/256 bytes/,
	);
});

test('paths: a link that is not to be followed', () => {
	const path = join(directory, 'link');
	symlinkSync('/etc/passwd', path);
	const flags = constants.O_RDONLY | constants.O_NOFOLLOW;
	const found = causeOf(() => {
		try {
			openSync(path, flags);
		} catch (error) {
			throw asKernelError('open', [path, 'O_RDONLY|O_NOFOLLOW'], error);
		}
	});
	assertCause(found, 'path-last-link-not-followed', /link: symbolic link/);
});

test('paths: a directory that may not be passed', needsRoot, async () => {
	mkdirSync(join(directory, 'in'));
	const found = await causeInChild(`file('chdir', ['${directory}/in'], () => process.chdir('${directory}/in'))`, {
		uid: 65534,
	});
	assertCause(found, 'path-search-denied', /directory, mode 0700, owner 0:0/);
	const itself = await causeInChild(`file('chdir', ['${directory}'], () => process.chdir('${directory}'))`, {
		uid: 65534,
	});
	assertCause(itself, 'path-search-denied', /directory, mode 0700, owner 0:0/);
});

test('paths: a file where the call goes into a directory', () => {
	const path = program('file', '');
	for (const [name, args, action] of [
		['chdir', [path], () => process.chdir(path)],
		['rmdir', [path], () => rmdirSync(path)],
		['open', [path, 'O_RDONLY|O_DIRECTORY'], () => openSync(path, constants.O_DIRECTORY)],
	] as const) {
		const found = causeOf(() => {
			try {
				action();
			} catch (error) {
				throw asKernelError(name, args, error);
			}
		});
		assertCause(found, 'path-not-a-directory', /file: file/);
	}
});

test('paths: from a working directory that was removed', async () => {
	const gone = join(directory, 'gone');
	const leaving = (path: string): string => `
		fs.mkdirSync('${gone}');
		process.chdir('${gone}');
		fs.rmdirSync('${gone}');
		file('open', ['${path}', 'O_WRONLY|O_CREAT'], () => fs.openSync('${path}', 'w'));`;
	assertCause(await causeInChild(leaving('new')), 'working-directory-removed', /cwd -> .*gone \(deleted\)/, /links 0/);
	// Others may be called so.
	mkdirSync(join(directory, 'one (deleted)'));
	const named = await causeInChild(
		`process.chdir('${directory}/one (deleted)'); file('open', ['new'], () => fs.openSync('new'))`,
	);
	assertCause(named, 'path-missing', /one \(deleted\)\/new: ENOENT/);
	const asked = `fs.mkdirSync('${gone}'); process.chdir('${gone}'); fs.rmdirSync('${gone}'); file('getcwd', [], () => process.cwd());`;
	assertCause(await causeInChild(asked), 'working-directory-removed', /gone \(deleted\)/);
	// Its parent is still to be reached.
	assertCause(await causeInChild(leaving('../none/new')), 'path-parent-missing', /lstat .*doctor-\w+\/none: ENOENT/);
});

test('paths: a relative path, in another root', needsRoot, async () => {
	mkdirSync(join(directory, 'proc'));
	mkdirSync(join(directory, 'home'));
	const body = `
		sched.unshare(sched.CLONE_NEWNS | sched.CLONE_FS);
		mounts.mount(null, '/', null, mounts.MS_REC | mounts.MS_PRIVATE);
		mounts.mount('/proc', '${directory}/proc', null, mounts.MS_BIND | mounts.MS_REC);
		mounts.chroot('${directory}');
		mounts.chdir('/home');
		mounts.mount('none', '../../../gone', 'tmpfs', 0);`;
	assertCause(await causeInChild(body), 'path-missing', /lstat \/gone: ENOENT/, /readdir \/: home proc/);
});
