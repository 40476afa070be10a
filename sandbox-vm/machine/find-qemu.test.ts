import assert from 'node:assert/strict';
import {chmodSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after, test} from 'node:test';
import {tryAccelerator} from './accelerator.ts';
import {findQemu, judge} from './find-qemu.ts';
import {needsQemu} from './testing.ts';

const directory = mkdtempSync(join(tmpdir(), 'qemu-'));
after(() => rmSync(directory, {recursive: true}));

function program(name: string, script: string): string {
	const path = join(directory, name);
	writeFileSync(path, `#!/bin/sh\n${script}\n`);
	chmodSync(path, 0o755);
	return path;
}

test('judge() tells a QEMU that will do from one that is too old, and from what is none', () => {
	const found = judge('/q', 'QEMU emulator version 7.2.22 (Debian 1:7.2+dfsg-7)\nCopyright (c) …\n');
	assert.deepEqual(found, {path: '/q', version: '7.2.22 (Debian 1:7.2+dfsg-7)', major: 7, minor: 2});
	assert.throws(
		() => judge('/q', 'QEMU emulator version 5.2.0\n'),
		/is QEMU 5.2, and a machine needs 6.0 .*apt-get install/,
	);
	assert.throws(() => judge('/q', 'bochs 2'), /doesn’t say that it is QEMU/);
});

test('findQemu() says in one line how to get one', () => {
	const {PATH, DRYDOCK_QEMU} = process.env;
	try {
		process.env.PATH = directory;
		delete process.env.DRYDOCK_QEMU;
		assert.throws(
			findQemu,
			/^ExplainedError: a machine needs QEMU, and there is no qemu-system-x86_64 here: apt-get install .*$/,
		);
		process.env.DRYDOCK_QEMU = program('broken', 'exit 3');
		assert.throws(findQemu, /^ExplainedError: .*broken --version fails: [^\n]*$/);
	} finally {
		process.env.PATH = PATH;
		if (DRYDOCK_QEMU === undefined) delete process.env.DRYDOCK_QEMU;
		else process.env.DRYDOCK_QEMU = DRYDOCK_QEMU;
	}
});

test('tryAccelerator() brings the probe guest up with tcg', needsQemu, async () => {
	const {works, because} = await tryAccelerator(findQemu(), 'tcg');
	assert.match(because, /came up in \d+ ms/);
	assert.equal(works, true);
});

test('tryAccelerator() believes neither a guest that is silent nor a QEMU that refuses', async () => {
	const qemu = {version: '', major: 9, minor: 0};
	const silent = await tryAccelerator({...qemu, path: program('silent', 'exec sleep 100')}, 'tcg', 200);
	assert.deepEqual([silent.works, /no sign of life in 0.2 s/.test(silent.because)], [false, true]);
	const refusing = await tryAccelerator(
		{...qemu, path: program('refusing', 'echo "no such accelerator" >&2; exit 1')},
		'tcg',
	);
	assert.deepEqual([refusing.works, refusing.because], [false, 'QEMU refuses it: no such accelerator']);
	const polite = await tryAccelerator({...qemu, path: program('polite', 'exit 0')}, 'tcg');
	assert.equal(polite.works, false);
});
