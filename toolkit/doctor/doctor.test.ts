import assert from 'node:assert/strict';
import {mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, test} from 'node:test';
import {MS_BIND, MS_SHARED, mount, pivotRoot} from '#kernel/mount';
import {needsRoot} from '#kernel/testing';
import {allCauses} from './causes/all.ts';
import {causesFor, diagnose, examine, nothingHolds} from './doctor.ts';
import {assertCause, causeInChild, causeOf, withOwnMounts} from './testing.ts';

let directory = '';
beforeEach(() => {
	directory = mkdtempSync(join(tmpdir(), 'doctor-'));
});
afterEach(() => rmSync(directory, {recursive: true, force: true}));

/** A directory on the very mount of the root: /tmp may be another. */
function withDirectoryOnTheRoot(visit: (directory: string) => void): void {
	const made = mkdtempSync('/doctor-');
	try {
		visit(made);
	} finally {
		rmSync(made, {recursive: true});
	}
}

test('causes have names of their own, both languages, and a source', () => {
	const ids = allCauses.map(({id}) => id);
	assert.equal(new Set(ids).size, ids.length);
	for (const {id, sentence, remedy, source, errnos} of allCauses) {
		assert.match(id, /^[a-z0-9]+(-[a-z0-9]+)+$/);
		assert.ok(sentence.en !== '' && remedy.en !== '' && source !== '' && errnos.length > 0, id);
		assert.match(sentence.zh + remedy.zh, /\p{Script=Han}/u, id);
		// The same places in both languages, or one of them would say less.
		const places = (text: string): readonly string[] => [...new Set(text.match(/\{\w+\}/g))].toSorted();
		assert.deepEqual(places(sentence.zh), places(sentence.en), id);
	}
});

test('each cause is provoked by a test', () => {
	const tests = [
		'doctor.test.ts',
		'witness.test.ts',
		...readdirSync(join(import.meta.dirname, 'causes')).map(name => `causes/${name}`),
	];
	const text = tests
		.filter(name => name.endsWith('.test.ts'))
		.map(name => readFileSync(join(import.meta.dirname, name), 'utf8'))
		.join('');
	assert.deepEqual(
		allCauses.map(({id}) => id).filter(id => !text.includes(`'${id}'`)),
		[],
	);
});

test('diagnose() names nothing where no known cause holds, and examine() tells which were looked for', () => {
	const failure = {call: 'umount2', args: ['/proc', '0'], errno: 'EINVAL', pid: process.pid};
	const examination = examine(failure);
	assert.equal(diagnose(failure), undefined);
	assert.ok(examination.ruledOut.includes('umount-not-a-mount-point'));
	assert.match(
		nothingHolds(examination, 'en'),
		/^Known causes tested: .*umount-not-a-mount-point.*; none of them holds\.$/,
	);
	assert.match(nothingHolds(examination, 'zh'), /均不成立/);
});

test('examine() tells of causes that it could not look for, and rules them not out', () => {
	const examination = examine({call: 'umount2', args: ['/proc', '0'], errno: 'EINVAL', pid: 4_194_304});
	assert.deepEqual(examination.ruledOut, []);
	assert.ok(examination.untested.length > 0);
	assert.match(nothingHolds(examination, 'en'), /^Could not be tested from here: /);
});

test('causesFor() knows both names of umount and of errno 95', () => {
	assert.ok(causesFor({call: 'umount', errno: 'EBUSY'}).some(({id}) => id === 'umount-in-use'));
	assert.ok(causesFor({call: 'write', errno: 'EOPNOTSUPP'}).some(({id}) => id === 'cgroup-threaded'));
});

test('a hostile name can’t steer the terminal', needsRoot, () => {
	const name = `${directory}/\x1b[2Jgone\u202e`;
	const {evidence, sentence} = causeOf(() => mount(name, directory, null, MS_BIND));
	assert.match(sentence.en, /\\u001b\[2Jgone\\u202e/);
	assert.doesNotMatch(evidence.join('') + sentence.en, /[\x00-\x1f\u202e]/);
});

test('pivot_root: an ordinary directory on the root’s mount', needsRoot, () => {
	withOwnMounts(() =>
		withDirectoryOnTheRoot(here => {
			mkdirSync(join(here, 'new/old'), {recursive: true});
			const found = causeOf(() => pivotRoot(join(here, 'new'), join(here, 'new/old')));
			assertCause(
				found,
				'pivot-root-new-root-not-a-mount-point',
				/no line has the mount point \/.*new/,
				/mountinfo: \d+ \d+ .* \/ /,
			);
			assert.match(found.remedy.en, /mount --bind/);
		}),
	);
});

test('pivot_root: the current root', needsRoot, () => {
	withOwnMounts(() =>
		assertCause(
			causeOf(() => pivotRoot('/', '/')),
			'pivot-root-new-root-is-the-root',
			/mountinfo: .* \/ \/ /,
		),
	);
});

test('pivot_root: the old root’s place on the old root', needsRoot, () => {
	withOwnMounts(() => {
		mount('none', directory, 'tmpfs', 0);
		withDirectoryOnTheRoot(old =>
			assertCause(
				causeOf(() => pivotRoot(directory, old)),
				'pivot-root-put-old-on-the-root',
				/mountinfo: /,
			),
		);
	});
});

test('pivot_root: the old root’s place outside of the new root', needsRoot, () => {
	withOwnMounts(() => {
		mkdirSync(join(directory, 'one'));
		mkdirSync(join(directory, 'two'));
		mount('none', join(directory, 'one'), 'tmpfs', 0);
		mount('none', join(directory, 'two'), 'tmpfs', 0);
		const found = causeOf(() => pivotRoot(join(directory, 'one'), join(directory, 'two')));
		assertCause(found, 'pivot-root-put-old-outside', /\/one /, /\/two /);
	});
});

test('pivot_root: a directory on another mount than the root', needsRoot, () => {
	withOwnMounts(() => {
		mount('none', directory, 'tmpfs', 0);
		mkdirSync(join(directory, 'new/old'), {recursive: true});
		const found = causeOf(() => pivotRoot(join(directory, 'new'), join(directory, 'new/old')));
		assertCause(found, 'pivot-root-new-root-not-a-mount-point', /tmpfs/);
	});
});

test('pivot_root: a shared parent', needsRoot, () => {
	withOwnMounts(() => {
		mount('none', directory, 'tmpfs', 0);
		mount(null, directory, null, MS_SHARED);
		mkdirSync(join(directory, 'new'));
		mount('none', join(directory, 'new'), 'tmpfs', 0);
		mount(null, join(directory, 'new'), null, 1 << 18);
		mkdirSync(join(directory, 'new/old'));
		const found = causeOf(() => pivotRoot(join(directory, 'new'), join(directory, 'new/old')));
		assertCause(found, 'pivot-root-shared', /shared:\d+/);
		assert.match(found.sentence.zh, /共享/);
	});
});

test('pivot_root: a root that chroot changed', needsRoot, async () => {
	mkdirSync(join(directory, 'new/old'), {recursive: true});
	const body = `
		sched.unshare(sched.CLONE_NEWNS | sched.CLONE_FS);
		mounts.mount(null, '/', null, mounts.MS_REC | mounts.MS_PRIVATE);
		mounts.mount('none', '${directory}/new', 'tmpfs', 0);
		fs.mkdirSync('${directory}/new/old');
		fs.mkdirSync('${directory}/new/proc');
		mounts.mount('/proc', '${directory}/new/proc', null, mounts.MS_BIND | mounts.MS_REC);
		mounts.mount('${directory}', '${directory}', null, mounts.MS_BIND | mounts.MS_REC);
		fs.mkdirSync('${directory}/proc');
		mounts.mount('/proc', '${directory}/proc', null, mounts.MS_BIND | mounts.MS_REC);
		fs.mkdirSync('${directory}/in');
		fs.mkdirSync('${directory}/in/proc');
		fs.mkdirSync('${directory}/in/new');
		mounts.mount('/proc', '${directory}/in/proc', null, mounts.MS_BIND | mounts.MS_REC);
		mounts.mount('none', '${directory}/in/new', 'tmpfs', 0);
		fs.mkdirSync('${directory}/in/new/old');
		mounts.chroot('${directory}/in');
		mounts.pivotRoot('/new', '/new/old');`;
	assertCause(await causeInChild(body), 'pivot-root-root-not-a-mount-point', /root -> .*\/in$/);
});

test('pivot_root: no right to it', needsRoot, async () => {
	const found = await causeInChild(`mounts.pivotRoot('/tmp', '/tmp');`, {uid: 65534});
	assertCause(found, 'pivot-root-without-capability', /CapEff: 0000000000000000/);
});
