import assert from 'node:assert/strict';
import {
	closeSync,
	constants,
	fstatSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {test} from 'node:test';
import {isErrno} from '#kernel/error';
import {fdPath, makeDirectoryInRoot, makeFileInRoot, O_PATH, openInRoot, withFd} from '#kernel/path';
import {AT_FDCWD, openat, walkInRoot} from '#kernel/walk';

/** A hostile rootfs beside a directory that it must not reach. */
function withTrap(use: (rootfs: string, outside: string) => void): void {
	const top = mkdtempSync(join(tmpdir(), 'path-'));
	const [rootfs, outside] = [join(top, 'rootfs'), join(top, 'outside')];
	try {
		mkdirSync(join(rootfs, 'real'), {recursive: true});
		mkdirSync(outside);
		writeFileSync(join(outside, 'secret'), 'outside');
		writeFileSync(join(rootfs, 'real', 'file'), 'inside');
		symlinkSync(outside, join(rootfs, 'absolute'));
		symlinkSync('../outside', join(rootfs, 'relative'));
		symlinkSync('../../../../../../../../../../etc', join(rootfs, 'climbing'));
		symlinkSync('/real', join(rootfs, 'good'));
		symlinkSync('round', join(rootfs, 'about'));
		symlinkSync('about', join(rootfs, 'round'));
		symlinkSync('/', join(rootfs, 'root'));
		use(rootfs, outside);
	} finally {
		rmSync(top, {recursive: true});
	}
}

const escapes = [
	'absolute/secret',
	'relative/secret',
	'../outside/secret',
	'climbing/passwd',
	'root/../outside/secret',
	'real/../../outside/secret',
];

test('openInRoot() resolves links and `..` inside', () => {
	withTrap(rootfs => {
		for (const path of escapes)
			assert.throws(
				() => openInRoot(rootfs, path, O_PATH),
				(error: unknown) => isErrno(error, 'ENOENT'),
				path,
			);
		for (const path of ['good/file', '/good/file', '../../real/file', 'root/root/real/file']) {
			withFd(openInRoot(rootfs, path, constants.O_RDONLY), fd => assert.equal(readFileSync(fd, 'utf8'), 'inside'));
		}
		assert.throws(
			() => openInRoot(rootfs, 'round', O_PATH),
			(error: unknown) => isErrno(error, 'ELOOP'),
		);
	});
});

test('openInRoot() takes no magic link of /proc out of a root', () => {
	for (const path of ['self/root/etc/passwd', 'self/cwd', 'self/fd/0', 'self/exe']) {
		assert.throws(
			() => openInRoot('/proc', path, O_PATH),
			(error: unknown) => isErrno(error, 'ELOOP', 'ENOENT'),
			path,
		);
	}
});

test('walkInRoot() finds what openat2 finds', () => {
	withTrap(rootfs => {
		withFd(openat(AT_FDCWD, rootfs, O_PATH), root => {
			for (const path of [...escapes, 'real/none', 'real/file/x']) {
				assert.throws(
					() => walkInRoot(root, path, {missing: 'refuse'}),
					(error: unknown) => isErrno(error, 'ENOENT', 'ENOTDIR'),
					path,
				);
			}
			for (const path of ['good/file', '../../real/file', '.', '/', '..', 'root', 'good', 'real/']) {
				const [walked, opened] = [walkInRoot(root, path, {missing: 'refuse'}), openInRoot(root, path, O_PATH)];
				assert.equal(fstatSync(walked).ino, fstatSync(opened).ino, path);
				closeSync(walked);
				closeSync(opened);
			}
			withFd(walkInRoot(root, 'good', {missing: 'refuse', keepLastLink: true}), fd =>
				assert.ok(fstatSync(fd).isSymbolicLink()),
			);
			assert.throws(
				() => walkInRoot(root, 'round', {missing: 'refuse'}),
				(error: unknown) => isErrno(error, 'ELOOP'),
			);
		});
	});
});

test('makeDirectoryInRoot() makes what is missing inside, also behind a link', () => {
	withTrap((rootfs, outside) => {
		for (const path of ['a/b/c', 'absolute/new', 'climbing/new', 'relative/new', '../../d']) {
			closeSync(makeDirectoryInRoot(rootfs, path));
			withFd(openInRoot(rootfs, path, O_PATH), fd => assert.ok(fstatSync(fd).isDirectory(), path));
		}
		assert.deepEqual(readdirSync(outside), ['secret']);
		assert.deepEqual(readdirSync(join(rootfs, 'etc')), ['new']);
		assert.ok(readdirSync(rootfs).includes('d'));
		assert.throws(
			() => makeDirectoryInRoot(rootfs, 'real/file/x'),
			(error: unknown) => isErrno(error, 'ENOTDIR'),
		);
		assert.throws(
			() => makeDirectoryInRoot(rootfs, 'real/file'),
			(error: unknown) => isErrno(error, 'ENOTDIR'),
		);
	});
});

test('makeFileInRoot() makes an empty file, and leaves one that is there', () => {
	withTrap((rootfs, outside) => {
		withFd(makeFileInRoot(rootfs, 'absolute/x/y'), fd => assert.ok(fstatSync(fd).isFile()));
		withFd(makeFileInRoot(rootfs, 'good/file'), fd => assert.equal(readFileSync(fdPath(fd), 'utf8'), 'inside'));
		assert.deepEqual(readdirSync(outside), ['secret']);
	});
});

test('openInRoot() leaves no descriptor open when it fails', () => {
	withTrap(rootfs => {
		const before = readdirSync('/proc/self/fd').length;
		for (let times = 0; times < 20; times++) {
			assert.throws(() => openInRoot(rootfs, 'none', O_PATH));
			assert.throws(() => makeDirectoryInRoot(rootfs, 'round/x'));
			assert.throws(() => makeDirectoryInRoot(rootfs, 'real/file'));
		}
		assert.equal(readdirSync('/proc/self/fd').length, before);
	});
});
