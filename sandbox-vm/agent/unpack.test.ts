import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {
	chmodSync,
	existsSync,
	lstatSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	readlinkSync,
	rmSync,
	statSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {type TestContext, test} from 'node:test';
import fc from 'fast-check';
import {WireError} from './frame-reader.ts';
import {type Entry, pack} from './parcel.ts';
import {type UnpackOptions, unpack} from './unpack.ts';

const careful: UnpackOptions = {replace: false, anyLinks: false, modes: 0o777, mostBytes: 2 ** 20, mostEntries: 100};
const trusting: UnpackOptions = {...careful, replace: true, anyLinks: true, modes: 0o7777};

function folder(t: TestContext): string {
	const path = mkdtempSync(join(tmpdir(), 'drydock-parcel-'));
	t.after(() => rmSync(path, {recursive: true, force: true}));
	return path;
}

async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
	for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** A parcel as an enemy makes it: any entries; a file's contents are two bytes. */
function parcelOf(...entries: readonly unknown[]): AsyncGenerator<Uint8Array> {
	const piece = (bytes: Uint8Array): Buffer => {
		const length = Buffer.alloc(4);
		length.writeUInt32BE(bytes.length);
		return Buffer.concat([length, bytes]);
	};
	const bytes = entries.flatMap(entry => [
		piece(Buffer.from(JSON.stringify(entry))),
		...((entry as Entry).kind === 'file' ? [piece(Buffer.from('hi')), piece(Buffer.alloc(0))] : []),
	]);
	return inPieces(Buffer.concat(bytes), 50);
}

const root: Entry = {path: '', kind: 'directory', mode: 0o755};

test('unpack() makes again what pack() was given', async t => {
	const here = folder(t);
	const source = join(here, 'source');
	mkdirSync(join(source, 'deep/er'), {recursive: true});
	writeFileSync(join(source, 'large'), Buffer.alloc(200_000, 'x'));
	writeFileSync(join(source, 'deep/empty'), '');
	writeFileSync(join(source, 'deep/er/run'), '#!/bin/sh\n', {mode: 0o750});
	symlinkSync('../large', join(source, 'deep/link'));
	chmodSync(join(source, 'deep/er'), 0o555);
	const bytes = Buffer.concat([...pack(source)]);
	for (const size of [1, 1000, bytes.length]) {
		const target = join(here, `target-${size}`);
		assert.deepEqual(await unpack(inPieces(bytes, size), target, careful), []);
		assert.deepEqual(readdirSync(target, {recursive: true}).sort(), readdirSync(source, {recursive: true}).sort());
		assert.ok(readFileSync(join(target, 'large')).equals(readFileSync(join(source, 'large'))));
		assert.equal(statSync(join(target, 'deep/er/run')).mode & 0o7777, 0o750);
		assert.equal(statSync(join(target, 'deep/er')).mode & 0o7777, 0o555);
		assert.equal(readlinkSync(join(target, 'deep/link')), '../large');
		chmodSync(join(target, 'deep/er'), 0o755);
	}
	chmodSync(join(source, 'deep/er'), 0o755);
});

test('pack() packs a single file, and tells of a pipe without waiting for somebody to write to it', async t => {
	const here = folder(t);
	writeFileSync(join(here, 'note'), 'hello');
	await unpack(inPieces(Buffer.concat([...pack(join(here, 'note'))]), 7), join(here, 'copy'), careful);
	assert.equal(readFileSync(join(here, 'copy'), 'utf8'), 'hello');
	mkdirSync(join(here, 'pipes'));
	execFileSync('mkfifo', [join(here, 'pipes/pipe')]);
	assert.deepEqual(
		await unpack(inPieces(Buffer.concat([...pack(join(here, 'pipes'))]), 7), join(here, 'out'), careful),
		['pipe'],
	);
	const leftOut: string[] = [];
	assert.ok([...pack(join(here, 'pipes'), path => leftOut.push(path))].length > 0);
	assert.deepEqual(leftOut, ['pipe']);
	assert.throws(() => [...pack(join(here, 'nothing'))], /nothing: there is no such file or folder/);
});

test('unpack() refuses names that leave the folder', async t => {
	const here = folder(t);
	for (const path of ['../up', 'a/../../up', '/etc/up', '..', '.', 'a//b', 'a/', 'nul\0', 'no/folder']) {
		const unpacked = unpack(parcelOf(root, {path, kind: 'file', mode: 0o644}), join(here, 'target'), careful);
		await assert.rejects(unpacked, WireError, path);
		assert.deepEqual(readdirSync(here), []);
	}
});

test('unpack() puts nothing below a link', async t => {
	const here = folder(t);
	mkdirSync(join(here, 'outside'));
	const link: Entry = {path: 'a', kind: 'link', mode: 0o777, target: '../outside'};
	const inside: Entry = {path: 'a/b', kind: 'file', mode: 0o644};
	await assert.rejects(
		unpack(parcelOf(root, link, inside), join(here, 'one'), {...careful, anyLinks: true}),
		WireError,
	);
	// Nor in a folder that a link stands in the place of.
	const pretence: Entry = {path: 'a', kind: 'directory', mode: 0o755};
	for (const options of [{...careful, anyLinks: true}, trusting]) {
		await assert.rejects(unpack(parcelOf(root, link, pretence, inside), join(here, 'two'), options));
	}
	assert.deepEqual(readdirSync(join(here, 'outside')), []);
});

test('unpack() leaves out links that lead out of the folder, and devices', async t => {
	const here = folder(t);
	const links = ['/etc/passwd', '..', '../x', 'in/../../x', 'within', 'in/side'];
	const entries = links.map((target, index): Entry => ({path: `link${index}`, kind: 'link', mode: 0o777, target}));
	const device: Entry = {path: 'sda', kind: 'other', mode: 0o600};
	const leftOut = await unpack(parcelOf(root, ...entries, device), join(here, 'target'), careful);
	assert.deepEqual(leftOut, ['link0', 'link1', 'link2', 'link3', 'sda']);
	assert.deepEqual(readdirSync(join(here, 'target')), ['link4', 'link5']);
});

test('unpack() never changes anything outside, whatever the parcel says', async t => {
	const here = folder(t);
	const name = fc.constantFrom('a', 'b', '..', '.', '', 'target', 'outside');
	const path = fc.array(name, {maxLength: 4}).map(names => names.join('/'));
	const entry = fc.record({
		path: fc.oneof(path, fc.string({unit: 'binary', maxLength: 5})),
		kind: fc.constantFrom('file', 'directory', 'link', 'other', 'file2'),
		mode: fc.integer(),
		target: fc.oneof(path, fc.constant('/outside')),
	});
	await fc.assert(
		fc.asyncProperty(fc.array(entry, {maxLength: 8}), fc.boolean(), async (entries, anyLinks) => {
			mkdirSync(join(here, 'outside'));
			const options = {...careful, anyLinks};
			await unpack(parcelOf(root, ...entries), join(here, 'target'), options).catch((error: unknown) => {
				assert.ok(error instanceof Error);
			});
			assert.deepEqual(
				readdirSync(here).filter(file => file !== 'target'),
				['outside'],
			);
			assert.deepEqual(readdirSync(join(here, 'outside')), []);
			rmSync(join(here, 'outside'), {recursive: true});
			rmSync(join(here, 'target'), {recursive: true, force: true});
		}),
		{numRuns: 300},
	);
});

test('unpack() gives no set-user-ID away unless it is told to', async t => {
	const here = folder(t);
	const entries = [root, {path: 'su', kind: 'file', mode: 0o4755}];
	await unpack(parcelOf(...entries), join(here, 'careful'), careful);
	await unpack(parcelOf(...entries), join(here, 'trusting'), trusting);
	assert.equal(statSync(join(here, 'careful/su')).mode & 0o7777, 0o755);
	assert.equal(statSync(join(here, 'trusting/su')).mode & 0o7777, 0o4755);
});

test('unpack() takes the place of nothing, or of files, as it is told; and never writes through a link', async t => {
	const here = folder(t);
	const target = join(here, 'target');
	mkdirSync(target);
	writeFileSync(join(here, 'victim'), 'whole');
	symlinkSync('../victim', join(target, 'a'));
	const entries = [root, {path: 'a', kind: 'file', mode: 0o644}];
	await assert.rejects(unpack(parcelOf(...entries), target, careful), /target is there already/);
	assert.ok(lstatSync(join(target, 'a')).isSymbolicLink());
	await unpack(parcelOf(...entries), target, trusting);
	assert.equal(readFileSync(join(target, 'a'), 'utf8'), 'hi');
	assert.equal(readFileSync(join(here, 'victim'), 'utf8'), 'whole');
});

test('unpack() takes no more than it is told to, and leaves no half of it', async t => {
	const here = folder(t);
	const files = (count: number): readonly Entry[] =>
		Array.from({length: count}, (_, index) => ({path: `f${index}`, kind: 'file', mode: 0o644}));
	const target = join(here, 'target');
	await assert.rejects(unpack(parcelOf(root, ...files(200)), target, careful), /more than the 100 files/);
	await assert.rejects(unpack(parcelOf(root, ...files(90)), target, {...careful, mostBytes: 500}), /500 bytes/);
	assert.ok(!existsSync(target));
});

test('unpack() gives a thing its name when it is whole, and not before', async t => {
	const here = folder(t);
	const files = [root, {path: 'a', kind: 'file', mode: 0o644}, {path: 'b', kind: 'file', mode: 0o644}];
	const seen: (readonly string[])[] = [];
	async function* watched(): AsyncGenerator<Uint8Array> {
		for await (const bytes of parcelOf(...files)) {
			yield bytes;
			seen.push(readdirSync(here).filter(name => !name.startsWith('.drydock-copy-')));
		}
	}
	await unpack(watched(), join(here, 'target'), careful);
	assert.ok(seen.length > 2 && seen.every(names => names.length === 0));
	assert.deepEqual(readdirSync(here), ['target']);
	// What comes into its place meanwhile stays.
	async function* disturbed(): AsyncGenerator<Uint8Array> {
		yield* parcelOf(...files);
		mkdirSync(join(here, 'other'));
	}
	await assert.rejects(unpack(disturbed(), join(here, 'other'), careful), /other is there already/);
	assert.deepEqual(readdirSync(here), ['other', 'target']);
});

test('unpack() leaves a folder that was there as it was, but for what came into it whole', async t => {
	const here = folder(t);
	const target = join(here, 'target');
	mkdirSync(join(target, 'deep'), {recursive: true});
	chmodSync(target, 0o711);
	writeFileSync(join(target, 'a'), 'old');
	writeFileSync(join(target, 'deep/b'), 'old');
	const entries = [
		root,
		{path: 'a', kind: 'file', mode: 0o644},
		{path: 'deep', kind: 'directory', mode: 0o700},
		{path: 'deep/b', kind: 'file', mode: 0o644},
		{path: 'deep/new', kind: 'directory', mode: 0o750},
		{path: 'deep/new/c', kind: 'file', mode: 0o644},
	];
	const whole = Buffer.concat(await Array.fromAsync(parcelOf(...entries)));
	const contents = (path: string): string => readFileSync(join(target, path), 'utf8');
	const cut = whole.subarray(0, whole.length - 1);
	await assert.rejects(unpack(inPieces(cut, 50), target, trusting), WireError);
	assert.deepEqual([contents('a'), contents('deep/b')], ['hi', 'hi']);
	assert.deepEqual(readdirSync(target, {recursive: true}).sort(), ['a', 'deep', 'deep/b']);
	await unpack(inPieces(whole, 50), target, trusting);
	assert.equal(contents('deep/new/c'), 'hi');
	assert.equal(statSync(target).mode & 0o777, 0o711);
	assert.equal(statSync(join(target, 'deep/new')).mode & 0o777, 0o750);
	// What is of another kind is in the way.
	const file = {path: 'deep', kind: 'file', mode: 0o644};
	await assert.rejects(unpack(parcelOf(root, file), target, trusting), /deep is there and is a folder/);
	const directory = {path: 'a', kind: 'directory', mode: 0o755};
	await assert.rejects(unpack(parcelOf(root, directory), target, trusting), /a is there and is no folder/);
	assert.deepEqual(readdirSync(target).sort(), ['a', 'deep']);
});

test('pack() and unpack() keep names that are no text', async t => {
	const here = folder(t);
	const name = (...parts: readonly string[]): Buffer => Buffer.from(join(here, ...parts), 'latin1');
	mkdirSync(name('source'));
	mkdirSync(name('source', 'sh\xffps'));
	writeFileSync(name('source', 'sh\xffps', '\xfe'), 'afloat');
	symlinkSync(Buffer.from('sh\xffps/\xfe', 'latin1'), name('source', 'l\xefnk'));
	const bytes = Buffer.concat([...pack(join(here, 'source'))]);
	assert.deepEqual(await unpack(inPieces(bytes, 50), join(here, 'target'), careful), []);
	assert.equal(readFileSync(name('target', 'l\xefnk'), 'utf8'), 'afloat');
	// Also in a folder that is there.
	await unpack(inPieces(bytes, 50), join(here, 'target'), trusting);
	assert.deepEqual(readdirSync(name('target'), 'latin1').sort(), ['l\xefnk', 'sh\xffps']);
});

test('unpack() refuses a parcel that is cut off, and pieces without an end', async t => {
	const here = folder(t);
	const target = join(here, 'target');
	const source = join(here, 'source');
	writeFileSync(source, 'hello');
	const bytes = Buffer.concat([...pack(source)]);
	for (let length = 0; length < bytes.length; length++) {
		await assert.rejects(unpack(inPieces(bytes.subarray(0, length), 9), target, careful), WireError);
		assert.deepEqual(readdirSync(here), ['source']);
	}
	await assert.rejects(unpack(inPieces(Buffer.alloc(100, 0xff), 9), target, careful), WireError);
});
