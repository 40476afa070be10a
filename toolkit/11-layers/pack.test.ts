import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {
	appendFileSync,
	chmodSync,
	lchownSync,
	linkSync,
	lstatSync,
	mkdirSync,
	mkdtempSync,
	rmSync,
	symlinkSync,
	utimesSync,
	writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {Readable} from 'node:stream';
import {test} from 'node:test';
import {gzipSync, zstdCompressSync} from 'node:zlib';
import fc from 'fast-check';
import {extract} from 'tar-stream';
import {isErrno} from '#kernel/error';
import {mknodat} from '#kernel/mknod';
import {comingBack} from '#kernel/namespace';
import {withFd} from '#kernel/path';
import {needsRoot} from '#kernel/testing';
import {getXattr, setXattr} from '#kernel/xattr';
import {mountOverlay, packLayer, unpackLayer} from '#layers';
import {copyBranch} from '#layers/copy';
import {openRoot} from '#layers/directory';
import {type TreeText, treeOf, writeTree} from '#layers/testing';
import {mountNamespaceSteps} from '#mnt';

async function withDirectory(use: (top: string) => Promise<void>): Promise<void> {
	const top = mkdtempSync(join(tmpdir(), 'pack-'));
	try {
		await use(top);
	} finally {
		rmSync(top, {recursive: true});
	}
}

async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
	const parts: Uint8Array[] = [];
	for await (const part of chunks) parts.push(part);
	return Buffer.concat(parts);
}

/** One thing that a program in a container might do. It may fail, as there. */
interface Change {
	readonly act: 'write' | 'append' | 'mkdir' | 'remove' | 'symlink' | 'chmod' | 'chown' | 'link' | 'fifo' | 'xattr';
	readonly path: string;
	readonly other: string;
	readonly number: number;
}

const acts = [
	'write',
	'append',
	'mkdir',
	'remove',
	'remove',
	'symlink',
	'chmod',
	'chown',
	'link',
	'fifo',
	'xattr',
] as const;
const names = fc.constantFrom('a', 'b', 'c', 'ü', 'a b', 'n'.repeat(120));
const paths = fc.array(names, {minLength: 1, maxLength: 3}).map(parts => parts.join('/'));
const change: fc.Arbitrary<Change> = fc.record({
	act: fc.constantFrom(...acts),
	path: paths,
	other: paths,
	number: fc.nat({max: 4095}),
});
const {tree} = fc.letrec<{tree: TreeText; node: string | TreeText}>(tie => ({
	tree: fc.dictionary(names, tie('node'), {maxKeys: 3, noNullPrototype: true}) as fc.Arbitrary<TreeText>,
	node: fc.oneof({maxDepth: 2, withCrossShrink: true}, fc.string({maxLength: 20}), tie('tree')),
}));

function apply(root: string, {act, path, other, number}: Change): void {
	const [place, second] = [join(root, path), join(root, other)];
	try {
		const there = lstatSync(place, {throwIfNoEntry: false});
		switch (act) {
			case 'write':
				writeFileSync(place, 'w'.repeat(number), {flag: there?.isFile() ? 'w' : 'wx'});
				break;
			case 'append':
				if (there?.isFile()) appendFileSync(place, `${number}`);
				break;
			case 'mkdir':
				mkdirSync(place);
				break;
			case 'remove':
				rmSync(place, {recursive: true});
				break;
			case 'symlink':
				symlinkSync(`/${other}`, place);
				break;
			case 'chmod':
				if (there?.isSymbolicLink() === false) chmodSync(place, number);
				break;
			case 'chown':
				lchownSync(place, number, number * 1000);
				break;
			case 'link':
				linkSync(second, place);
				break;
			case 'fifo':
				withFd(openRoot(root), fd => mknodat(fd, path, {kind: 'p', major: 0, minor: 0, mode: number & 0o777}));
				break;
			case 'xattr':
				if (there?.isFile()) setXattr(place, 'user.test', Buffer.from([number & 255, 255]));
		}
	} catch (error) {
		if (
			!isErrno(
				error,
				'ENOENT',
				'ENOTDIR',
				'EEXIST',
				'EISDIR',
				'EPERM',
				'ELOOP',
				'EXDEV',
				'ERR_FS_EISDIR',
				'EACCES',
				'EINVAL',
				'EMLINK',
			)
		)
			throw error;
	}
}

test('packLayer() and unpackLayer() carry any change from one copy of a tree to another', needsRoot, async () => {
	await fc.assert(
		fc.asyncProperty(tree, fc.array(change, {maxLength: 25}), async (lower, changes) => {
			await withDirectory(async top => {
				const at = (name: string): string => join(top, name);
				for (const name of ['lower', 'upper', 'work', 'target', 'copy', 'branch', 'upper2', 'work2'])
					mkdirSync(at(name));
				writeTree(at('lower'), lower);
				const merged = comingBack(['mnt'], () => {
					for (const step of mountNamespaceSteps()) step.run();
					mountOverlay({readOnly: [at('lower')], upper: at('upper'), work: at('work'), target: at('target')});
					for (const each of changes) apply(at('target'), each);
					return treeOf(at('target'));
				});
				const layer = await collect(packLayer(at('upper')));
				copyBranch(at('lower'), at('copy'));
				await unpackLayer(Readable.from([layer]), at('copy'), {whiteouts: 'apply'});
				assert.deepEqual(treeOf(at('copy')), merged);
				await unpackLayer(Readable.from([layer]), at('branch'), {whiteouts: 'keep'});
				comingBack(['mnt'], () => {
					for (const step of mountNamespaceSteps()) step.run();
					mountOverlay({
						readOnly: [at('branch'), at('lower')],
						upper: at('upper2'),
						work: at('work2'),
						target: at('target'),
					});
					assert.deepEqual(treeOf(at('target')), merged);
				});
				assert.deepEqual(await collect(packLayer(at('branch'))), layer);
			});
		}),
		{numRuns: 60},
	);
});

/** A tree with one of everything. */
function writeEverything(path: string): void {
	writeTree(path, {
		etc: {motd: 'hello'},
		large: 'x'.repeat(700_000),
		['deep'.repeat(40)]: {['very'.repeat(50)]: {file: 'f'}},
		grüße: '你好',
	});
	chmodSync(join(path, 'etc/motd'), 0o4711);
	lchownSync(join(path, 'etc/motd'), 4_000_000_000, 7);
	linkSync(join(path, 'etc/motd'), join(path, 'etc/second'));
	symlinkSync(`../${'long/'.repeat(60)}target`, join(path, 'etc/link'));
	// As on newuidmap: CAP_SETUID alone has a byte that is no UTF-8.
	setXattr(join(path, 'large'), 'security.capability', Buffer.from('0100000280000000000000000000000000000000', 'hex'));
	setXattr(join(path, 'large'), 'user.bytes', Buffer.from([0, 61, 10, 255]));
	setXattr(join(path, 'large'), 'trusted.overlay.metacopy', Buffer.alloc(0));
	withFd(openRoot(path), fd => {
		mknodat(fd, 'null', {kind: 'c', major: 1, minor: 3, mode: 0o666});
		mknodat(fd, 'disk', {kind: 'b', major: 259, minor: 70000, mode: 0o600});
		mknodat(fd, 'pipe', {kind: 'p', major: 0, minor: 0, mode: 0o640});
	});
	for (const name of ['etc/motd', 'large', 'grüße', 'etc']) utimesSync(join(path, name), 1_000_000_000, 1_234_567_890);
}

test('packLayer() gives the same bytes for the same branch, and unpackLayer() the same branch', needsRoot, async () => {
	await withDirectory(async top => {
		const [source, target] = [join(top, 'source'), join(top, 'target')];
		writeEverything(source);
		mkdirSync(target);
		const layer = await collect(packLayer(source));
		assert.deepEqual(await collect(packLayer(source)), layer);
		for (const compress of [(plain: Buffer) => plain, gzipSync, zstdCompressSync]) {
			rmSync(target, {recursive: true});
			mkdirSync(target);
			const unpacked = await unpackLayer(Readable.from([compress(layer)]), target, {whiteouts: 'keep'});
			assert.deepEqual(treeOf(target), treeOf(source));
			assert.equal(unpacked.contentBytes > 700_000, true);
		}
		assert.equal(lstatSync(join(target, 'etc/second')).ino, lstatSync(join(target, 'etc/motd')).ino);
		const capability = getXattr(join(source, 'large'), 'security.capability');
		assert.deepEqual(getXattr(join(target, 'large'), 'security.capability'), capability);
		assert.equal(getXattr(join(target, 'large'), 'trusted.overlay.metacopy'), undefined);
		assert.equal(lstatSync(join(target, 'etc')).mtimeMs, 1_234_567_890_000);
	});
});

test('packLayer() writes what tar(1) and tar-stream read', needsRoot, async () => {
	await withDirectory(async top => {
		const [source, target] = [join(top, 'source'), join(top, 'target')];
		writeEverything(source);
		mkdirSync(target);
		const layer = await collect(packLayer(source));
		const run = spawnSync('tar', ['--extract', '--xattrs', '--xattrs-include=*', '--directory', target], {
			input: layer,
		});
		assert.equal(run.stderr.toString(), '');
		assert.deepEqual(treeOf(target), treeOf(source));
		const reader = Readable.from([layer]).pipe(extract());
		const seen: string[] = [];
		for await (const entry of reader) {
			seen.push(entry.header.name);
			entry.resume();
		}
		assert.ok(seen.includes('etc/motd') && seen.includes('grüße'));
	});
});

test('unpackLayer() reads what tar(1) writes, in each of its formats', needsRoot, async () => {
	for (const format of ['gnu', 'pax', 'ustar', 'v7', 'oldgnu']) {
		await withDirectory(async top => {
			const [source, target] = [join(top, 'source'), join(top, 'target')];
			writeTree(source, {
				etc: {motd: 'hello'},
				empty: {},
				...(format === 'v7' || format === 'ustar' ? {} : {['n'.repeat(180)]: 'long'}),
			});
			symlinkSync('motd', join(source, 'etc/link'));
			linkSync(join(source, 'etc/motd'), join(source, 'etc/second'));
			mkdirSync(target);
			const run = spawnSync('tar', ['--create', `--format=${format}`, '--directory', source, '.'], {
				maxBuffer: 1 << 24,
			});
			assert.equal(run.status, 0, run.stderr.toString());
			await unpackLayer(Readable.from([run.stdout]), target, {whiteouts: 'apply'});
			assert.deepEqual(treeOf(target), treeOf(source), format);
		});
	}
});

test('packLayer() refuses a name that would mean a deleted file', needsRoot, async () => {
	await withDirectory(async top => {
		writeFileSync(join(top, '.wh.file'), '');
		await assert.rejects(collect(packLayer(top)), /would mean a deleted one/);
	});
});

test('packLayer() of a branch that changes meanwhile reads no file through a link', needsRoot, async () => {
	await withDirectory(async top => {
		writeTree(join(top, 'outside'), {secret: 'secret'});
		writeTree(join(top, 'upper'), {a: 'first', dir: {secret: 'harmless'}});
		const layer = packLayer(join(top, 'upper'));
		const parts = [await layer.next()];
		rmSync(join(top, 'upper/dir'), {recursive: true});
		symlinkSync('../outside', join(top, 'upper/dir'));
		for (let part = await layer.next(); !part.done; part = await layer.next()) parts.push(part);
		const text = Buffer.concat(parts.map(part => part.value ?? Buffer.alloc(0))).toString('latin1');
		assert.ok(text.includes('first') && !text.includes('dir/secret'));
	});
});
