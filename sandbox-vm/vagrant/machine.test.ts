import assert from 'node:assert/strict';
import {existsSync, mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {test} from 'node:test';
import fc from 'fast-check';
import {ownDirectory} from '../machine/ownership.ts';
import {privateDirectories} from '../machine/testing.ts';
import {adoptMachineDirectories, hasMachine} from './directory.ts';
import {stateName, sweepVagrantMachines} from './machine.ts';
import {writablePaths} from './share.ts';
import {playRecording} from './testing.ts';

const directory = join(privateDirectories(), 'data/vagrant');

/** What a program leaves that was killed: a directory with nobody's lock on it. */
function abandoned(name: string, {machine}: {readonly machine: boolean}): string {
	const path = join(directory, name);
	ownDirectory(path).letGo();
	const place = join(path, '.vagrant/machines/drydock/libvirt');
	mkdirSync(place, {recursive: true});
	if (machine) writeFileSync(join(place, 'id'), '1234');
	return path;
}

test('sweepVagrantMachines() ends the machines of killed programs, and leaves the others', async t => {
	const vagrant = playRecording(t, 'destroy.txt');
	const [withMachine, without] = [abandoned('drydock-a', {machine: true}), abandoned('drydock-b', {machine: false})];
	const mine = ownDirectory(join(directory, 'drydock-c'));
	t.after(mine.release);
	await sweepVagrantMachines();
	assert.deepEqual([withMachine, without, mine.directory].map(existsSync), [false, false, true]);
	assert.deepEqual(vagrant.left(), []);
});

test('sweepVagrantMachines() tries again later what could not be ended', async t => {
	const path = abandoned('drydock-d', {machine: true});
	// The recording knows nothing of destroying.
	playRecording(t, 'no-provider.txt');
	await sweepVagrantMachines();
	assert.ok(hasMachine(path));
	assert.deepEqual(
		adoptMachineDirectories().map(owned => {
			owned.release();
			return owned.directory;
		}),
		[path],
	);
});

test('stateName() gives each name another one, of letters, digits, dashes and underscores', () => {
	assert.equal(stateName('a/b'), 'at-a_2f_b');
	fc.assert(
		fc.property(fc.string({unit: 'binary'}), fc.string({unit: 'binary'}), (one, other) => {
			assert.match(stateName(one), /^at-[A-Za-z0-9_-]*$/);
			assert.equal(stateName(one) === stateName(other), one === other);
		}),
	);
});

test('writablePaths() are the copies of what is shared', () => {
	const share = {at: '/somewhere', writable: false};
	const shares = [
		{...share, directory: '/home/me/course', number: 0},
		{...share, directory: '/home/me', number: 1},
	];
	assert.deepEqual(writablePaths(shares, '/home/me/course/a'), [
		'/var/lib/drydock-shares/0/a',
		'/var/lib/drydock-shares/1/course/a',
	]);
	assert.deepEqual(writablePaths(shares, '/home/me/courses'), ['/var/lib/drydock-shares/1/courses']);
	assert.deepEqual(writablePaths(shares, '/home'), []);
});
