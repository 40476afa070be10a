import assert from 'node:assert/strict';
import {test} from 'node:test';
import {examineHost} from './doctor.ts';
import {explainFull, requireDisk, requireMemory} from './room.ts';
import {needsQemu, privateDirectories} from './testing.ts';

const MB = 2 ** 20;

test('requireMemory() refuses in one line', () => {
	requireMemory(512 * MB, 300 * MB);
	assert.throws(
		() => requireMemory(512 * MB, 100 * MB),
		/^Error: a machine of 512 MB needs .* 100 MB are: .*--memory$/,
	);
});

test('requireDisk() refuses in one line', () => {
	requireDisk('/data', 512 * MB, 1000 * MB);
	assert.throws(() => requireDisk('/data', 512 * MB, 600 * MB), /^Error: .*768 MB in \/data, and 600 MB are free: .*$/);
});

test('explainFull() explains want of room, and nothing else', () => {
	const full = Object.assign(new Error('ENOSPC: …'), {code: 'ENOSPC'});
	assert.match(String(explainFull(full, '/data')), /no room is left in \/data/);
	const other = new Error('other');
	assert.equal(explainFull(other, '/data'), other);
});

test('examineHost() finds everything that a machine needs', needsQemu, async () => {
	privateDirectories();
	const findings = await examineHost();
	const about = new Map(findings.map(finding => [finding.about, finding]));
	for (const name of ['QEMU', 'tcg', 'setpriv', 'memory', 'disk', 'templates', 'machines']) {
		assert.equal(about.get(name)?.state, 'good', `${name}: ${about.get(name)?.says}`);
	}
	assert.ok(findings.every(({says}) => !says.includes('\n')));
	assert.equal(about.get('machines')?.says, '0 running');
	assert.equal(findings.filter(({says}) => says.includes('machines use it')).length, 1);
});

test('examineHost() says what is missing', async () => {
	privateDirectories();
	process.env.DRYDOCK_QEMU = '/nowhere/qemu';
	const [first] = await examineHost();
	delete process.env.DRYDOCK_QEMU;
	assert.deepEqual([first?.about, first?.state], ['QEMU', 'bad']);
});
