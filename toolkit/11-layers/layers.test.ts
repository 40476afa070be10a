import assert from 'node:assert/strict';
import {
	chmodSync,
	chownSync,
	closeSync,
	existsSync,
	linkSync,
	lstatSync,
	mkdirSync,
	mkdtempSync,
	openSync,
	readdirSync,
	readFileSync,
	renameSync,
	rmSync,
	statSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {test} from 'node:test';
import {mknodat} from '#kernel/mknod';
import {comingBack} from '#kernel/namespace';
import {withFd} from '#kernel/path';
import {runSteps, undoSteps} from '#kernel/plan';
import {needsRoot} from '#kernel/testing';
import {branchOf, describeUnion, diff, driverOf, type Union, unionSteps} from '#layers';
import {treeOf, writeTree} from '#layers/testing';
import {bindMount, mountNamespaceSteps, readMounts} from '#mnt';

/** Two layers and a union over them, in a mount namespace that ends with the test. */
function withUnion(change: Partial<Union>, use: (union: Union, top: string) => void): void {
	const top = mkdtempSync(join(tmpdir(), 'layers-'));
	const before = readMounts();
	const union: Union = {
		driver: 'overlay',
		readOnly: [join(top, 'upper-layer'), join(top, 'lower-layer')],
		readWrite: {path: join(top, 'container')},
		target: join(top, 'rootfs'),
		...change,
	};
	try {
		writeTree(join(top, 'lower-layer'), {
			bin: {sh: 'shell'},
			etc: {motd: 'old', passwd: 'root'},
			tmp: {old: 'x', dir: {a: '1', b: '2'}},
		});
		writeTree(join(top, 'upper-layer'), {etc: {motd: 'newer'}});
		comingBack(['mnt'], () => {
			runSteps(mountNamespaceSteps());
			use(union, top);
		});
		undoSteps(unionSteps(union));
		assert.deepEqual(readMounts(), before);
	} finally {
		rmSync(top, {recursive: true});
	}
}

/** Makes one of each kind of change. */
function changeAll(target: string): void {
	writeFileSync(join(target, 'etc/passwd'), 'root and me');
	writeFileSync(join(target, 'etc/new'), 'new');
	rmSync(join(target, 'tmp/old'));
	rmSync(join(target, 'tmp/dir'), {recursive: true});
	mkdirSync(join(target, 'tmp/dir'));
	writeFileSync(join(target, 'tmp/dir/c'), '3');
	rmSync(join(target, 'bin/sh'));
	symlinkSync('busybox', join(target, 'bin/sh'));
	mkdirSync(join(target, 'srv/deep'), {recursive: true});
}

const allChanges = [
	'C /bin',
	'C /bin/sh',
	'C /etc',
	'A /etc/new',
	'C /etc/passwd',
	'A /srv',
	'A /srv/deep',
	'C /tmp',
	'C /tmp/dir',
	'D /tmp/dir/a',
	'D /tmp/dir/b',
	'A /tmp/dir/c',
	'D /tmp/old',
];

for (const driver of ['overlay', 'vfs'] as const) {
	test(`unionSteps() unites branches and keeps changes apart (${driver})`, needsRoot, () => {
		withUnion({driver}, (union, top) => {
			const steps = unionSteps(union);
			runSteps(steps);
			const {target} = union;
			assert.equal(readFileSync(join(target, 'etc/motd'), 'utf8'), 'newer');
			assert.equal(readFileSync(join(target, 'etc/passwd'), 'utf8'), 'root');
			changeAll(target);
			const changes = driverOf(union)
				.changes(union)
				.map(({kind, path}) => `${kind} ${path}`);
			assert.deepEqual(changes, allChanges);
			assert.equal(readFileSync(join(top, 'lower-layer/etc/passwd'), 'utf8'), 'root');
			assert.ok(existsSync(join(top, 'lower-layer/tmp/old')));
		});
	});

	test(`unionSteps() makes mere files of device files, where it is told to (${driver})`, needsRoot, () => {
		for (const noDevices of [false, true]) {
			withUnion({driver, noDevices}, (union, top) => {
				withFd(openSync(join(top, 'lower-layer'), 'r'), layer =>
					mknodat(layer, 'null', {kind: 'c', major: 1, minor: 3, mode: 0o666}),
				);
				runSteps(unionSteps(union));
				const open = (): void => closeSync(openSync(join(union.target, 'null'), 'r'));
				if (noDevices) assert.throws(open, {code: 'EACCES'});
				else open();
			});
		}
	});

	test(`unionSteps() finds a stopped container’s changes again (${driver})`, needsRoot, () => {
		withUnion({driver}, union => {
			comingBack(['mnt'], () => {
				runSteps([...mountNamespaceSteps(), ...unionSteps(union)]);
				changeAll(union.target);
			});
			undoSteps(unionSteps(union));
			assert.ok(!existsSync(union.target));
			runSteps(unionSteps(union));
			assert.equal(readFileSync(join(union.target, 'etc/passwd'), 'utf8'), 'root and me');
			assert.deepEqual(readdirSync(join(union.target, 'tmp/dir')), ['c']);
		});
	});

	test(`unionSteps() removes the branch of a disposable container, whoever undoes it (${driver})`, needsRoot, () => {
		withUnion({driver, disposable: true}, union => {
			const steps = unionSteps(union);
			comingBack(['mnt'], () => {
				runSteps([...mountNamespaceSteps(), ...steps]);
				changeAll(union.target);
			});
			assert.deepEqual(undoSteps(unionSteps(union)), []);
			assert.ok(!existsSync(union.readWrite.path) && !existsSync(union.target));
			assert.deepEqual(undoSteps(unionSteps(union)), []);
		});
	});

	test(`unionSteps() keeps changes in memory if it is told to (${driver})`, needsRoot, () => {
		withUnion({driver}, (union, top) => {
			const inMemory = {...union, readWrite: {...union.readWrite, inMemory: true, sizeBytes: 1024 * 1024}};
			comingBack(['mnt'], () => {
				runSteps([...mountNamespaceSteps(), ...unionSteps(inMemory)]);
				changeAll(union.target);
				assert.throws(() => driverOf(inMemory).changes(inMemory), /only the container itself/);
				assert.throws(() => writeFileSync(join(union.target, 'large'), Buffer.alloc(2 * 1024 * 1024)), /ENOSPC/);
			});
			assert.deepEqual(readdirSync(join(top, 'container')), []);
		});
	});
}

test('unionSteps() gives the root the mode and owner of the topmost branch', needsRoot, () => {
	withUnion({}, union => {
		chmodSync(union.readOnly[0]!, 0o1751);
		chownSync(union.readOnly[0]!, 3, 4);
		runSteps(unionSteps(union));
		const {mode, uid, gid} = statSync(union.target);
		assert.deepEqual([mode & 0o7777, uid, gid], [0o1751, 3, 4]);
	});
});

test('unionSteps() takes paths with separators in them, and many branches', needsRoot, () => {
	withUnion({}, (union, top) => {
		const odd = [join(top, 'a,b'), join(top, 'c:d'), join(top, 'e\\f'), join(top, '20')];
		for (const [index, path] of odd.entries()) writeTree(path, {[`odd${index}`]: 'x'});
		const many = Array.from({length: 120}, (_, index) => join(top, `${'long'.repeat(30)}${index}`));
		for (const [index, path] of many.entries()) writeTree(path, {[`many${index}`]: 'x'});
		runSteps(unionSteps({...union, readOnly: [...odd, ...many], readWrite: {path: join(top, 'read,write:able')}}));
		assert.equal(readdirSync(union.target).length, odd.length + many.length);
		writeFileSync(join(union.target, 'new'), '');
		assert.ok(existsSync(join(top, 'read,write:able/upper/new')));
	});
});

test('unionSteps() makes a view of the whole machine that changes nothing on it', needsRoot, () => {
	for (const inMemory of [false, true]) {
		withUnion({}, (union, top) => {
			mkdirSync(join(top, 'state/containers'), {recursive: true});
			const view = {
				...union,
				readOnly: ['/'],
				readWrite: {path: join(top, 'container'), inMemory},
				hidden: [join(top, 'state'), '/no/such'],
			};
			runSteps(unionSteps(view));
			const {target} = union;
			assert.equal(readFileSync(join(target, 'etc/passwd'), 'utf8'), readFileSync('/etc/passwd', 'utf8'));
			// Mounts of the machine are not part of the view.
			assert.deepEqual(readdirSync(join(target, 'proc')), []);
			writeFileSync(join(target, 'etc/passwd'), 'changed');
			assert.notEqual(readFileSync('/etc/passwd', 'utf8'), 'changed');
			rmSync(join(target, 'etc/hostname'), {force: true});
			// Hidden directories appear empty, and can be used.
			assert.deepEqual(readdirSync(join(target, top, 'state')), []);
			mkdirSync(join(target, top, 'state/containers'));
			assert.equal(statSync(join(target, 'tmp')).mode, statSync('/tmp').mode);
			assert.ok(!existsSync(join(target, 'no')));
		});
	}
});

test('unionSteps() tells what was changed in a view of the machine, and not what was hidden in it', needsRoot, () => {
	withUnion({readOnly: ['/']}, (union, top) => {
		mkdirSync(join(top, 'state/containers'), {recursive: true});
		const view = {...union, hidden: [join(top, 'state')]};
		runSteps(unionSteps(view));
		writeFileSync(join(union.target, 'srv/new'), '');
		assert.deepEqual(driverOf(view).changes(view), [
			{kind: 'C', path: '/srv'},
			{kind: 'A', path: '/srv/new'},
		]);
	});
});

test('unionSteps() shows the machine’s other disks in a view of it', needsRoot, t => {
	withUnion({readOnly: ['/']}, (union, top) => {
		writeTree(join(top, 'disk'), {file: 'from the disk', gone: 'x'});
		// Another disk is what the mount table says is one: here a part of the same, bound to /srv.
		bindMount(join(top, 'disk'), '/srv');
		if (readMounts().find(({mountPoint}) => mountPoint === '/srv')?.fileSystem === 'tmpfs')
			return t.skip('/tmp is no disk');
		runSteps(unionSteps(union));
		assert.equal(readFileSync(join(union.target, 'srv/file'), 'utf8'), 'from the disk');
		rmSync(join(union.target, 'srv/gone'));
		writeFileSync(join(union.target, 'etc/new'), '');
		assert.ok(existsSync('/srv/gone'));
		const changes = driverOf(union)
			.changes(union)
			.map(({kind, path}) => `${kind} ${path}`);
		assert.deepEqual(changes, ['C /etc', 'A /etc/new', 'D /srv/gone']);
	});
});

test('describeUnion() reads branches from the mount table', needsRoot, () => {
	withUnion({}, union => {
		assert.equal(describeUnion(union.target), undefined);
		runSteps(unionSteps(union));
		assert.deepEqual(describeUnion(union.target), {
			target: union.target,
			readOnly: union.readOnly,
			readWrite: join(union.readWrite.path, 'upper'),
			work: join(union.readWrite.path, 'work'),
		});
	});
});

test('branchOf() finds the branch that decides about a path', needsRoot, () => {
	withUnion({}, union => {
		runSteps(unionSteps(union));
		changeAll(union.target);
		const branches = [join(union.readWrite.path, 'upper'), ...union.readOnly];
		const at = (path: string) => {
			const branch = branchOf(branches, path);
			return branch && (branch.deleted ? `${branch.index} deleted` : branch.index);
		};
		assert.equal(at('/etc/passwd'), 0);
		assert.equal(at('/etc/motd'), 1);
		assert.equal(at('/tmp/old'), '0 deleted');
		assert.equal(at('/tmp/dir/a'), undefined);
		assert.equal(at('/tmp/dir'), 0);
		assert.equal(at('/none'), undefined);
		assert.equal(at('/etc/motd/x'), undefined);
	});
});

test('diff() does not follow a link of a branch to the outside', needsRoot, () => {
	withUnion({}, (union, top) => {
		writeTree(join(top, 'outside'), {secret: 'x'});
		symlinkSync(join(top, 'outside'), join(top, 'lower-layer/link'));
		writeTree(join(top, 'changed'), {link: {secret: 'y'}});
		const changes = diff(join(top, 'changed'), union.readOnly).map(({kind, path}) => `${kind} ${path}`);
		assert.deepEqual(changes, ['C /link', 'A /link/secret']);
	});
});

test('diff() of a union in which nothing was changed is empty, also after a file came and went', needsRoot, () => {
	withUnion({}, union => {
		runSteps(unionSteps(union));
		assert.deepEqual(driverOf(union).changes(union), []);
		writeFileSync(join(union.target, 'passing'), '');
		rmSync(join(union.target, 'passing'));
		assert.deepEqual(driverOf(union).changes(union), []);
	});
});

test('unionSteps() lets a directory of a branch be renamed as a copy that a layer can hold', needsRoot, () => {
	withUnion({}, union => {
		runSteps(unionSteps(union));
		// With redirects the kernel would only leave a note; without them rename says EXDEV, and mv copies.
		assert.throws(() => renameSync(join(union.target, 'tmp/dir'), join(union.target, 'moved')), /EXDEV/);
	});
});

test('unionSteps() copies owners, modes, times and hard links (vfs)', needsRoot, () => {
	withUnion({driver: 'vfs'}, (union, top) => {
		const layer = join(top, 'lower-layer');
		chownSync(join(layer, 'bin/sh'), 5, 6);
		chmodSync(join(layer, 'bin/sh'), 0o4755);
		linkSync(join(layer, 'bin/sh'), join(layer, 'bin/again'));
		runSteps(unionSteps(union));
		assert.deepEqual(treeOf(join(union.target, 'bin')), treeOf(join(layer, 'bin')));
		assert.equal(lstatSync(join(union.target, 'bin/sh')).nlink, 2);
	});
});
