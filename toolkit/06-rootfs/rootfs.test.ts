import assert from 'node:assert/strict';
import {type SpawnSyncReturns, spawnSync} from 'node:child_process';
import {
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {test} from 'node:test';
import {isErrno} from '#kernel/error';
import {comingBack} from '#kernel/namespace';
import {runSteps} from '#kernel/plan';
import {needsRoot} from '#kernel/testing';
import {createMountNamespace, mountNamespaceSteps, mountSteps, mountTmpfs, readMounts, setPropagation} from '#mnt';
import {defaultMaskedPaths, defaultReadonlyPaths, pivotRootInto, rootfsSteps, rootMountSteps} from '#rootfs';

/** A directory that exists for one test, seen through a mount namespace that ends with it. */
function inNamespace(use: (directory: string) => void): void {
	const directory = mkdtempSync(join(tmpdir(), 'rootfs-'));
	const before = readMounts();
	try {
		comingBack(['mnt'], () => {
			runSteps(mountNamespaceSteps());
			use(directory);
		});
		assert.deepEqual(readMounts(), before);
	} finally {
		rmSync(directory, {recursive: true});
	}
}

/** Runs a program in a process of its own: chroot can't be taken back. */
function inChild(code: string, ...args: readonly string[]): SpawnSyncReturns<string> {
	const imports =
		"import * as fs from 'node:fs'; import * as m from '#kernel/mount'; import * as mnt from '#mnt'; import * as rootfs from '#rootfs';";
	const argv = ['--import', 'tsx', '--input-type=module', '--eval', `${imports}\n${code}`, '--', ...args];
	return spawnSync(process.execPath, argv, {encoding: 'utf8'});
}

/** The way out of a chroot: stand outside of a second one, and climb. */
const climbOut = `
	fs.mkdirSync('/again');
	m.chroot('/again');
	for (let times = 0; times < 64; times++) m.chdir('..');
	m.chroot('.');
	console.log(fs.existsSync(process.argv[2]) ? 'outside' : 'inside');
`;

test('enterChroot() makes a directory `/`, and root climbs out of it', needsRoot, () => {
	const directory = mkdtempSync(join(tmpdir(), 'rootfs-'));
	try {
		writeFileSync(join(directory, 'marker'), '');
		const run = inChild(
			`rootfs.enterChroot(process.argv[1]);
			console.log(fs.readdirSync('/').join(), fs.readdirSync('.').join());
			${climbOut}`,
			directory,
			join(directory, 'marker'),
		);
		assert.equal(run.stdout, 'marker marker\noutside\n', run.stderr);
	} finally {
		rmSync(directory, {recursive: true});
	}
});

test('pivotRootInto() leaves nothing to climb out to', needsRoot, () => {
	const directory = mkdtempSync(join(tmpdir(), 'rootfs-'));
	try {
		writeFileSync(join(directory, 'marker'), '');
		const run = inChild(
			`mnt.createMountNamespace();
			mnt.setPropagation('/', 'rslave');
			rootfs.pivotRootInto(process.argv[1]);
			console.log(fs.readdirSync('/').join(), fs.readdirSync('.').join());
			${climbOut}`,
			directory,
			join(directory, 'marker'),
		);
		assert.equal(run.stdout, 'marker marker\ninside\n', run.stderr);
	} finally {
		rmSync(directory, {recursive: true});
	}
});

test('pivotRootInto() leaves one mount table: the new root’s', needsRoot, () => {
	inNamespace(directory => {
		runSteps(rootMountSteps(directory));
		runSteps(mountSteps({rootfs: directory, mounts: [{destination: '/proc', type: 'proc', source: 'proc'}]}));
		pivotRootInto(directory);
		assert.deepEqual(
			readMounts().map(({mountPoint}) => mountPoint),
			['/', '/proc'],
		);
		assert.equal(readFileSync('/proc/self/cwd/../proc/self/comm', 'utf8') !== '', true);
	});
});

test('pivotRootInto() takes a directory with mounts below it that is no mount itself', needsRoot, () => {
	inNamespace(directory => {
		mkdirSync(join(directory, 'below'));
		mountTmpfs(join(directory, 'below'));
		writeFileSync(join(directory, 'below/file'), '');
		pivotRootInto(directory);
		assert.deepEqual(readdirSync('/below'), ['file']);
	});
});

test('pivotRootInto() works where the old root is shared, and tells the host nothing', needsRoot, () => {
	const directory = mkdtempSync(join(tmpdir(), 'rootfs-'));
	try {
		comingBack(['mnt'], () => {
			createMountNamespace();
			setPropagation('/', 'rshared');
			const before = readMounts().length;
			comingBack(['mnt'], () => {
				runSteps(mountNamespaceSteps());
				pivotRootInto(directory);
			});
			assert.equal(readMounts().length, before);
		});
	} finally {
		rmSync(directory, {recursive: true});
	}
});

/** A rootfs with docker's /proc and /sys. */
const systemMounts = [
	{destination: '/proc', type: 'proc', source: 'proc'},
	{destination: '/sys', type: 'sysfs', source: 'sysfs', options: ['ro']},
];

test('rootfsSteps() masks files and directories, and makes others read-only', needsRoot, () => {
	inNamespace(directory => {
		runSteps(rootMountSteps(directory));
		mkdirSync(join(directory, 'secrets'));
		writeFileSync(join(directory, 'secrets/key'), 'secret');
		writeFileSync(join(directory, 'secret'), 'secret');
		mkdirSync(join(directory, 'fixed'));
		runSteps(mountSteps({rootfs: directory, mounts: systemMounts}));
		runSteps(
			rootfsSteps({
				rootfs: directory,
				maskedPaths: [...defaultMaskedPaths, '/secrets', '/secret', '/none', '/secret/none'],
				readonlyPaths: [...defaultReadonlyPaths, '/fixed', '/none'],
			}),
		);
		assert.deepEqual(readdirSync('/secrets'), []);
		assert.equal(readFileSync('/secret', 'utf8'), '');
		assert.equal(readFileSync('/proc/keys', 'utf8'), '');
		for (const path of ['/secrets/new', '/fixed/new']) {
			assert.throws(
				() => writeFileSync(path, ''),
				(error: unknown) => isErrno(error, 'EROFS', 'EACCES'),
			);
		}
		assert.throws(
			() => writeFileSync('/proc/sys/kernel/domainname', '(none)'),
			(error: unknown) => isErrno(error, 'EROFS'),
		);
		writeFileSync('/free', '');
	});
});

test('rootfsSteps() makes the root read-only, and not what is mounted below it', needsRoot, () => {
	inNamespace(directory => {
		mkdirSync(join(directory, 'tmp'));
		runSteps(rootMountSteps(directory));
		runSteps(mountSteps({rootfs: directory, mounts: [{destination: '/tmp', type: 'tmpfs'}]}));
		runSteps(rootfsSteps({rootfs: directory, readonly: true}));
		assert.throws(
			() => writeFileSync('/file', ''),
			(error: unknown) => isErrno(error, 'EROFS'),
		);
		writeFileSync('/tmp/file', '');
	});
});

test('rootfsSteps() sets what the root shares', needsRoot, () => {
	inNamespace(directory => {
		runSteps(mountSteps({rootfs: directory, mounts: systemMounts.slice(0, 1)}));
		runSteps(rootfsSteps({rootfs: directory, propagation: 'shared'}));
		assert.equal(readMounts().find(({mountPoint}) => mountPoint === '/')?.propagation, 'shared');
	});
});

test('rootfsSteps() masks what a hostile link leads to inside, and nothing outside', needsRoot, () => {
	inNamespace(top => {
		const [rootfs, outside] = [join(top, 'rootfs'), join(top, 'outside')];
		mkdirSync(join(rootfs, 'real'), {recursive: true});
		mkdirSync(outside);
		writeFileSync(join(outside, 'file'), 'outside');
		writeFileSync(join(rootfs, 'real/file'), 'inside');
		symlinkSync(outside, join(rootfs, 'absolute'));
		symlinkSync('../outside', join(rootfs, 'relative'));
		symlinkSync('/real', join(rootfs, 'good'));
		const steps = rootfsSteps({
			rootfs,
			maskedPaths: ['/absolute', '/relative/file', '/../outside/file', '/good/file'],
			readonlyPaths: ['/absolute', '/relative'],
		});
		runSteps(steps.slice(0, 2));
		assert.equal(readFileSync(join(outside, 'file'), 'utf8'), 'outside');
		writeFileSync(join(outside, 'free'), '');
		assert.equal(readFileSync(join(rootfs, 'real/file'), 'utf8'), '');
		assert.ok(existsSync(join(outside, 'free')) && statSync(outside).isDirectory());
	});
});
