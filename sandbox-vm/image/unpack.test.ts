import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {chmodSync, existsSync, lstatSync, mkdirSync, readFileSync, statSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {type TestContext, test} from 'node:test';
import {MNT_DETACH, mount, umount} from '#kernel/mount';
import {needsRoot} from '#kernel/testing';
import type {Packages} from './fetch-packages.ts';
import {makeSkeleton} from './furnish.ts';
import type {Progress} from './progress.ts';
import {makeSquashfs} from './squashfs.ts';
import {emptyDirectory, needsTools} from './testing.ts';
import {unpack} from './unpack.ts';

/** Packages with these files. */
function packages(t: TestContext, all: Readonly<Record<string, Readonly<Record<string, string>>>>): Packages {
	const directory = emptyDirectory(t);
	const list = Object.entries(all).map(([name, files]) => {
		const tree = join(directory, name);
		const control = `Package: ${name}\nVersion: 1\nArchitecture: all\nMaintainer: nobody\nDescription: a test\n`;
		for (const [path, text] of Object.entries({...files, 'DEBIAN/control': control})) {
			mkdirSync(dirname(join(tree, path)), {recursive: true});
			writeFileSync(join(tree, path), text);
			if (path.includes('bin/')) chmodSync(join(tree, path), 0o4755);
		}
		execFileSync('dpkg-deb', ['--build', '--root-owner-group', tree, `${tree}.deb`], {stdio: 'pipe'});
		return {file: `${name}.deb`, bytes: statSync(`${tree}.deb`).size, sha256: ''};
	});
	return {list, directory};
}

test('unpack() keeps /bin a link to /usr/bin, modes as they are, and leaves documents out', needsTools, async t => {
	const root = emptyDirectory(t);
	makeSkeleton(root);
	const two = packages(t, {
		one: {'bin/su': 'su', 'usr/share/doc/one/copyright': 'mine'},
		two: {'usr/bin/chage': 'chage', 'etc/two.conf': '2', 'usr/share/man/fr/man1/two.1': 'deux'},
	});
	const seen: Progress[] = [];
	await unpack(two, root, progress => seen.push(progress), undefined);
	assert.equal(lstatSync(join(root, 'bin')).isSymbolicLink(), true);
	assert.equal(readFileSync(join(root, 'usr/bin/su'), 'utf8'), 'su');
	assert.equal(statSync(join(root, 'usr/bin/chage')).mode & 0o7777, 0o4755);
	assert.equal(readFileSync(join(root, 'etc/two.conf'), 'utf8'), '2');
	assert.equal(existsSync(join(root, 'usr/share/doc/one')), false);
	assert.equal(existsSync(join(root, 'usr/share/man/fr')), false);
	const {done, total} = seen.at(-1)!;
	assert.equal(done, total);
});

test('unpack() fails with the words of dpkg-deb if a package is cut short', needsTools, async t => {
	const root = emptyDirectory(t);
	makeSkeleton(root);
	const one = packages(t, {one: {'etc/one.conf': '1'.repeat(5000)}});
	const path = join(one.directory, 'one.deb');
	writeFileSync(path, readFileSync(path).subarray(0, -200));
	await assert.rejects(
		unpack(one, root, () => {}, undefined),
		/dpkg-deb failed .*one\.deb|dpkg-deb failed .*truncated/s,
	);
});

test('unpack() says so when the disk is full', {skip: needsTools.skip || needsRoot.skip}, async t => {
	const root = emptyDirectory(t);
	mount('tmpfs', root, 'tmpfs', 0, 'size=64k');
	try {
		makeSkeleton(root);
		const big = packages(t, {one: {'etc/one.conf': 'x'.repeat(1_000_000)}, two: {'etc/two.conf': '2'}});
		const full = /tar failed .*No space left on device/;
		await assert.rejects(
			unpack(big, root, () => {}, undefined),
			full,
		);
	} finally {
		umount(root, MNT_DETACH);
	}
});

test('makeSquashfs() makes the same bytes of the same files, whoever made them and when', needsTools, async t => {
	const [one, other] = [emptyDirectory(t), emptyDirectory(t)];
	const hashes = [];
	for (const [index, root] of [join(one, 'root'), join(other, 'root')].entries()) {
		mkdirSync(join(root, 'etc'), {recursive: true, mode: 0o755});
		for (const name of index === 0 ? ['a', 'shadow'] : ['shadow', 'a']) {
			writeFileSync(join(root, 'etc', name), name);
			chmodSync(join(root, 'etc', name), name === 'a' ? 0o644 : 0o600 + index);
		}
		execFileSync('touch', ['--date', `200${index}-01-01`, join(root, 'etc/a')]);
		const owners = [{path: 'etc/shadow', uid: 0, gid: 42, mode: '640'}];
		await makeSquashfs(root, join(root, '../image'), owners, () => {}, undefined);
		hashes.push(readFileSync(join(root, '../image')).toString('base64'));
	}
	assert.equal(hashes[0], hashes[1]);
	const listed = execFileSync('unsquashfs', ['-lln', join(one, 'image')], {encoding: 'utf8'});
	assert.match(listed, /^-rw-r--r-- 0\/0 .*etc\/a$/m);
	assert.match(listed, /^-rw-r----- 0\/42 .*etc\/shadow$/m);
});
