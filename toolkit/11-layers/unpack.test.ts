import assert from 'node:assert/strict';
import {
	existsSync,
	lstatSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {Readable} from 'node:stream';
import {test} from 'node:test';
import {gzipSync} from 'node:zlib';
import fc from 'fast-check';
import {needsRoot} from '#kernel/testing';
import {getXattr} from '#kernel/xattr';
import {type UnpackOptions, unpackLayer} from '#layers';
import {encodeEntry, padding, paxRecord, type TarEntry, tarEnd} from '#layers/tar';
import {decodePax} from '#layers/tar-read';
import {writeTree} from '#layers/testing';

/** An entry as an attacker would write it: any path, any link. */
function entry(
	kind: TarEntry['kind'],
	path: string,
	more: Partial<TarEntry> & {readonly content?: string} = {},
): Buffer {
	const {content = '', ...rest} = more;
	const nothing = {linkPath: '', mode: 0o644, uid: 0, gid: 0, mtimeSeconds: 0, major: 0, minor: 0, xattrs: new Map()};
	const header = encodeEntry({kind, path, ...nothing, sizeBytes: Buffer.byteLength(content), ...rest});
	return Buffer.concat([header, Buffer.from(content), padding(Buffer.byteLength(content))]);
}

/** Unpacks into `inside`, beside which lies `outside` that nothing may reach. */
async function unpacking(
	entries: readonly Buffer[],
	options: Partial<UnpackOptions>,
	check: (top: string, run: Promise<unknown>) => Promise<void>,
): Promise<void> {
	const top = mkdtempSync(join(tmpdir(), 'unpack-'));
	try {
		mkdirSync(join(top, 'inside'));
		writeTree(join(top, 'outside'), {secret: 'secret', dir: {file: 'x'}});
		const run = unpackLayer(Readable.from([Buffer.concat([...entries, tarEnd])]), join(top, 'inside'), {
			whiteouts: 'apply',
			...options,
		});
		await check(top, run);
		assert.equal(readFileSync(join(top, 'outside/secret'), 'utf8'), 'secret');
		assert.deepEqual(readdirSync(join(top, 'outside')).sort(), ['dir', 'secret']);
		assert.deepEqual(readdirSync(join(top, 'outside/dir')), ['file']);
		assert.deepEqual(readdirSync(top).sort(), ['inside', 'outside']);
		assert.equal(statSync(join(top, 'outside/secret')).nlink, 1);
	} finally {
		rmSync(top, {recursive: true});
	}
}

test('unpackLayer() refuses a path that leads out', needsRoot, async () => {
	for (const path of ['../outside/new', 'a/../../outside/new', '..', '/../outside/new', './../outside/new', 'a/..']) {
		for (const kind of ['file', 'directory', 'symlink'] as const) {
			await unpacking([entry(kind, path, {linkPath: 'x'})], {}, (_, run) => assert.rejects(run, /leads out/));
		}
	}
});

test('unpackLayer() lays absolute paths inside', needsRoot, async () => {
	await unpacking([entry('file', '/etc/passwd', {content: 'ours'})], {}, async (top, run) => {
		await run;
		assert.equal(readFileSync(join(top, 'inside/etc/passwd'), 'utf8'), 'ours');
	});
});

test('unpackLayer() follows links to directories inside, whatever their shape', needsRoot, async () => {
	for (const linkPath of ['../outside', '/../outside', '/outside', '../../../../../../outside', './../outside/.']) {
		await unpacking(
			[
				entry('symlink', 'link', {linkPath}),
				entry('file', 'link/secret', {content: 'ours'}),
				entry('directory', 'link/dir', {mode: 0o700}),
			],
			{},
			async (top, run) => {
				await run;
				assert.equal(readFileSync(join(top, 'inside/outside/secret'), 'utf8'), 'ours');
			},
		);
	}
});

test('unpackLayer() replaces a link at the end of a path instead of following it', needsRoot, async () => {
	const link = entry('symlink', 'link', {linkPath: '../outside/secret'});
	const replacements = [
		entry('file', 'link', {content: 'ours', mode: 0o777}),
		entry('directory', 'link', {mode: 0o777}),
		entry('fifo', 'link'),
		entry('symlink', 'link', {linkPath: 'elsewhere', uid: 5}),
	];
	for (const replacement of replacements) {
		await unpacking([link, replacement], {}, async (top, run) => {
			const before = statSync(join(top, 'outside/secret'));
			await run;
			const after = statSync(join(top, 'outside/secret'));
			assert.deepEqual([after.mode, after.uid, after.mtimeMs], [before.mode, before.uid, before.mtimeMs]);
			assert.equal(lstatSync(join(top, 'inside/link')).isSymbolicLink(), replacement === replacements.at(-1));
		});
	}
});

test('unpackLayer() links only to files of the layer', needsRoot, async () => {
	for (const linkPath of ['../outside/secret', '/../outside/secret']) {
		await unpacking([entry('link', 'hard', {linkPath})], {}, (_, run) => assert.rejects(run, /leads out/));
	}
	const through = [
		entry('symlink', 'link', {linkPath: '../outside'}),
		entry('link', 'hard', {linkPath: 'link/secret'}),
	];
	await unpacking(through, {}, (_, run) => assert.rejects(run, /does not hold/));
	const toLink = [entry('symlink', 'link', {linkPath: '../outside/secret'}), entry('link', 'hard', {linkPath: 'link'})];
	await unpacking([...toLink, entry('file', 'hard', {content: 'ours'})], {}, async (top, run) => {
		await run;
		assert.equal(readFileSync(join(top, 'inside/hard'), 'utf8'), 'ours');
	});
});

test('unpackLayer() deletes nothing outside, whatever a whiteout is called', needsRoot, async () => {
	for (const path of ['.wh..', '.wh...', 'dir/.wh...', '.wh.']) {
		await unpacking([entry('file', path)], {}, (_, run) => assert.rejects(run, /whiteout/));
	}
	for (const whiteouts of ['apply', 'keep'] as const) {
		const hostile = [
			entry('symlink', 'link', {linkPath: '../outside'}),
			entry('file', 'link/.wh.secret'),
			entry('file', 'link/.wh..wh..opq'),
			entry('file', '.wh..wh.plnk'),
		];
		await unpacking(hostile, {whiteouts}, async (_, run) => void (await run));
	}
});

test('unpackLayer() applies whiteouts to what was below, not to what the layer brings', needsRoot, async () => {
	const layer = [
		entry('file', 'dir/new', {content: 'new'}),
		entry('file', 'dir/.wh..wh..opq'),
		entry('file', 'dir/.wh.new'),
		entry('file', '.wh.gone'),
		entry('file', '.wh.none'),
	];
	await unpacking([], {}, async (top, run) => {
		await run;
		writeTree(join(top, 'inside'), {dir: {old: 'old', sub: {a: '1'}}, gone: {a: '1'}, kept: 'kept'});
		await unpackLayer(Readable.from([...layer, tarEnd]), join(top, 'inside'), {whiteouts: 'apply'});
		assert.deepEqual(readdirSync(join(top, 'inside')).sort(), ['dir', 'kept']);
		assert.deepEqual(readdirSync(join(top, 'inside/dir')), ['new']);
	});
});

test('unpackLayer() keeps whiteouts in overlayfs’s form', needsRoot, async () => {
	const layer = [entry('file', 'dir/.wh..wh..opq'), entry('file', '.wh.gone')];
	for (const [userNamespace, name] of [
		[false, 'trusted.overlay.opaque'],
		[true, 'user.overlay.opaque'],
	] as const) {
		await unpacking(layer, {whiteouts: 'keep', userNamespace}, async (top, run) => {
			await run;
			const gone = lstatSync(join(top, 'inside/gone'));
			assert.ok(gone.isCharacterDevice() && gone.rdev === 0);
			assert.equal(getXattr(join(top, 'inside/dir'), name)?.toString(), 'y');
		});
	}
});

test('unpackLayer() takes no notes of overlayfs, nor labels, from a stranger', needsRoot, async () => {
	const xattrs = new Map(
		['trusted.overlay.redirect', 'trusted.overlay.opaque', 'user.overlay.opaque', 'security.ima', 'trusted.mine'].map(
			name => [name, Buffer.from('y')],
		),
	);
	await unpacking(
		[entry('directory', 'dir', {xattrs: new Map([...xattrs, ['user.fine', Buffer.from('z')]])})],
		{},
		async (top, run) => {
			await run;
			for (const name of xattrs.keys()) assert.equal(getXattr(join(top, 'inside/dir'), name), undefined, name);
			assert.equal(getXattr(join(top, 'inside/dir'), 'user.fine')?.toString(), 'z');
		},
	);
});

test('unpackLayer() counts contents as they come', needsRoot, async () => {
	const bomb = gzipSync(Buffer.concat([entry('file', 'large', {content: '0'.repeat(1 << 20)}), tarEnd]));
	await unpacking([], {}, async (top, run) => {
		await run;
		const options = {whiteouts: 'apply', mostBytes: 1000} as const;
		await assert.rejects(unpackLayer(Readable.from([bomb]), join(top, 'inside'), options), /more than the 1000 bytes/);
	});
});

test('unpackLayer() says what is wrong with what is no tar', needsRoot, async () => {
	const whole = Buffer.concat([entry('file', 'a', {content: 'content'}), entry('file', 'b')]);
	const sparse = Buffer.from(entry('file', 'sparse'));
	sparse.write('S', 156);
	const cases: readonly (readonly [Buffer, RegExp])[] = [
		[Buffer.from('not a tar at all'.repeat(100)), /not a tar/],
		[whole.subarray(0, 515), /ended with/],
		[whole.subarray(0, 1300), /ended with/],
		[gzipSync(whole).subarray(0, 60), /unexpected end of file/],
		[entry('file', 'huge', {sizeBytes: 8 ** 11 * 4}), /ended with/],
		[sparse, /checksum/],
	];
	for (const [bytes, pattern] of cases) {
		await unpacking([], {}, async (top, run) => {
			await run;
			await assert.rejects(unpackLayer(Readable.from([bytes]), join(top, 'inside'), {whiteouts: 'apply'}), pattern);
		});
	}
});

test('unpackLayer() refuses sparse files and unknown kinds', needsRoot, async () => {
	for (const [flag, pattern] of [
		['S', /sparse/],
		['Z', /unknown kind/],
		['V', /unknown kind/],
	] as const) {
		const header = entry('file', 'name');
		header.write(flag, 156);
		header.write('        ', 148);
		header.write(
			`${header
				.reduce((sum, byte) => sum + byte, 0)
				.toString(8)
				.padStart(6, '0')}\0 `,
			148,
		);
		await unpacking([header], {}, (_, run) => assert.rejects(run, pattern));
	}
});

test('unpackLayer() survives any damage to a tar', needsRoot, async () => {
	const honest = Buffer.concat([
		entry('directory', 'dir', {mode: 0o755}),
		entry('file', `dir/${'n'.repeat(150)}`, {content: 'content'}),
		entry('symlink', 'link', {linkPath: 'dir'}),
		tarEnd,
	]);
	await fc.assert(
		fc.asyncProperty(
			fc.array(fc.tuple(fc.nat({max: honest.length - 1}), fc.nat({max: 255})), {maxLength: 6}),
			async damage => {
				const bytes = Buffer.from(honest);
				for (const [offset, byte] of damage) bytes[offset] = byte;
				await unpacking([], {}, async (top, run) => {
					await run;
					// It either works or says an error; `unpacking` sees to it that nothing outside changed.
					await unpackLayer(Readable.from([bytes]), join(top, 'inside'), {whiteouts: 'apply'}).catch(error =>
						assert.ok(error instanceof Error),
					);
				});
			},
		),
		{numRuns: 150},
	);
});

test('decodePax() reads back what paxRecord() writes, bytes and all', () => {
	fc.assert(
		fc.property(
			fc.array(fc.tuple(fc.stringMatching(/^[a-zA-Z.]{1,30}$/), fc.uint8Array({maxLength: 2000}))),
			records => {
				const body = Buffer.concat(records.map(([key, value]) => paxRecord(key, value)));
				const expected = new Map(records.map(([key, value]) => [key, Buffer.from(value)]));
				assert.deepEqual(new Map(decodePax(body)), expected);
			},
		),
	);
	for (const text of ['x', '5 a=b', '99 a=b\n', '0 a=b\n', '-6 a=b\n', '6 ab\n\n', '6 a=b\n7']) {
		assert.throws(() => decodePax(Buffer.from(text)), /damaged/, text);
	}
});

test('unpackLayer() lays read-only directories with files in them, and their times', needsRoot, async () => {
	const layer = [
		entry('directory', 'closed', {mode: 0o555, mtimeSeconds: 1000}),
		entry('file', 'closed/file', {content: 'x', mode: 0o400, mtimeSeconds: 2000}),
		entry('directory', '', {mode: 0o711, mtimeSeconds: 3000}),
	];
	await unpacking(layer, {}, async (top, run) => {
		await run;
		const closed = lstatSync(join(top, 'inside/closed'));
		assert.deepEqual([closed.mode & 0o7777, closed.mtimeMs], [0o555, 1_000_000]);
		assert.equal(lstatSync(join(top, 'inside/closed/file')).mtimeMs, 2_000_000);
		assert.equal(lstatSync(join(top, 'inside')).mode & 0o7777, 0o711);
		writeFileSync(join(top, 'inside/closed/file'), '');
		assert.ok(existsSync(join(top, 'inside/closed/file')));
	});
});
