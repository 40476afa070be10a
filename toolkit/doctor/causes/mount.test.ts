import assert from 'node:assert/strict';
import {spawn, spawnSync} from 'node:child_process';
import {once} from 'node:events';
import {closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {basename, join} from 'node:path';
import {afterEach, beforeEach, test} from 'node:test';
import {asKernelError} from '#kernel/file';
import {mknodat} from '#kernel/mknod';
import {
	MS_BIND,
	MS_MOVE,
	MS_NODEV,
	MS_RDONLY,
	MS_REMOUNT,
	MS_SHARED,
	MS_UNBINDABLE,
	mount,
	umount,
} from '#kernel/mount';
import {needsRoot} from '#kernel/testing';
import {listHierarchies} from '#observe/hierarchies';
import {assertCause, causeInChild, causeOf, withOwnMounts} from '../testing.ts';

const userNamespace = ['unshare', '--user', '--map-root-user'];
let directory = '';
beforeEach(() => {
	directory = mkdtempSync(join(tmpdir(), 'doctor-'));
});
afterEach(() => rmSync(directory, {recursive: true, force: true}));

/** Makes a directory of that name, and a tmpfs on it if it is asked for. */
function made(name: string, mounted = false): string {
	const path = join(directory, name);
	mkdirSync(path, {recursive: true});
	if (mounted) mount('none', path, 'tmpfs', 0);
	return path;
}

test('mount: no capability', needsRoot, async () => {
	const found = await causeInChild(`mounts.mount('none', '/mnt', 'tmpfs', 0)`, {uid: 65534});
	assertCause(found, 'mount-without-capability', /CapEff: 0{16}/);
});

test('mount: a user namespace without a mount namespace of its own', async () => {
	const found = await causeInChild(`mounts.mount('none', '/mnt', 'tmpfs', 0)`, {under: userNamespace});
	assertCause(found, 'mount-in-foreign-namespace', /ns\/mnt -> mnt:\[\d+\], owned by user:/);
});

test('mount: proc without a PID namespace of one’s own', async () => {
	const found = await causeInChild(`mounts.mount('proc', '/mnt', 'proc', 0)`, {under: [...userNamespace, '--mount']});
	assertCause(found, 'mount-needs-own-namespace', /ns\/pid -> pid:/);
});

test('mount: proc, while parts of it are covered', needsRoot, async () => {
	const under = [
		'unshare',
		'--mount',
		'sh',
		'-c',
		`mount -t tmpfs none /proc/irq; unshare --user --map-root-user --mount --pid --fork "$0" "$@"`,
	];
	assertCause(
		await causeInChild(`mounts.mount('proc', '/mnt', 'proc', 0)`, {under}),
		'mount-view-obstructed',
		/\/proc\/irq/,
	);
});

test('mount: a file system that no user namespace may mount', async () => {
	const found = await causeInChild(`mounts.mount('/dev/loop0', '/mnt', 'ext4', 0)`, {
		under: [...userNamespace, '--mount'],
	});
	assertCause(found, 'mount-file-system-not-for-user-namespaces', /filesystems: ext4/);
});

test('mount: locked flags', needsRoot, async () => {
	const script = `mount -t tmpfs -o nosuid,nodev none ${directory}; unshare --user --map-root-user --mount "$0" "$@"`;
	const body = `mounts.mount(null, '${directory}', null, mounts.MS_REMOUNT | mounts.MS_BIND | mounts.MS_RDONLY)`;
	const found = await causeInChild(body, {under: ['unshare', '--mount', 'sh', '-c', script]});
	assertCause(found, 'mount-flags-locked', /nosuid,nodev/);
});

test('mount: a device file on a mount with nodev', needsRoot, () => {
	withOwnMounts(() => {
		const path = made('nodev');
		mount('none', path, 'tmpfs', MS_NODEV);
		const fd = openSync(path, 'r');
		mknodat(fd, 'disk', {kind: 'b', major: 7, minor: 0, mode: 0o600});
		closeSync(fd);
		assertCause(
			causeOf(() => mount(join(path, 'disk'), made('target'), 'ext4', 0)),
			'mount-device-on-nodev',
			/nodev/,
		);
		assertCause(
			causeOf(() => {
				try {
					openSync(join(path, 'disk'), 'r');
				} catch (error) {
					throw asKernelError('open', [join(path, 'disk'), 'O_RDONLY'], error);
				}
			}),
			'mount-device-on-nodev',
			/disk: block device/,
			/nodev/,
		);
	});
});

test('mount: an unknown file system', needsRoot, () => {
	assertCause(
		causeOf(() => mount('none', directory, 'noahsark', 0)),
		'mount-unknown-file-system',
		/filesystems: no noahsark; there are .*proc/,
	);
});

test('mount: a source that is no block device', needsRoot, () => {
	const image = join(directory, 'image');
	writeFileSync(image, '');
	const found = causeOf(() => mount(image, made('target'), 'ext4', 0));
	assertCause(found, 'mount-source-not-a-block-device', /image: file, mode/);
});

test('mount: a source that is not there, wherever it was looked for', needsRoot, t => {
	const [type] = readFileSync('/proc/filesystems', 'utf8').match(/(?<=^\t).+$/gm) ?? [];
	if (type === undefined) return t.skip('no file system here lies on a device');
	for (const source of ['none', join(directory, 'disk.img'), '/dev/no-such-disk']) {
		assertCause(
			causeOf(() => mount(source, made('here'), type, 0)),
			'path-missing',
			new RegExp(`lstat .*/${basename(source)}: ENOENT`),
		);
	}
});

test('mount: a device file without a device', needsRoot, () => {
	const fd = openSync(directory, 'r');
	mknodat(fd, 'disk', {kind: 'b', major: 240, minor: 77, mode: 0o600});
	closeSync(fd);
	const found = causeOf(() => mount(join(directory, 'disk'), made('target'), 'ext4', 0));
	assertCause(found, 'mount-no-such-device', /no 240:77/);
});

test('mount: a directory on a file', needsRoot, () => {
	withOwnMounts(() => {
		const file = join(directory, 'file');
		writeFileSync(file, '');
		assertCause(
			causeOf(() => mount(made('from'), file, null, MS_BIND)),
			'mount-directory-on-file',
			/from: directory/,
			/file: file/,
		);
		assertCause(
			causeOf(() => mount(file, made('to'), null, MS_BIND)),
			'mount-directory-on-file',
			/to: directory/,
		);
	});
});

test('mount: a remount, a propagation and a move of no mount point', needsRoot, () => {
	withOwnMounts(() => {
		const plain = made('plain');
		for (const flags of [MS_REMOUNT | MS_BIND | MS_RDONLY, MS_SHARED])
			assertCause(
				causeOf(() => mount(null, plain, null, flags)),
				'mount-change-of-no-mount-point',
				/no line has the mount point/,
			);
		assertCause(
			causeOf(() => mount(plain, made('to'), null, MS_MOVE)),
			'mount-change-of-no-mount-point',
		);
	});
});

test('mount: a move away from a shared parent', needsRoot, () => {
	withOwnMounts(() => {
		const parent = made('parent', true);
		mount(null, parent, null, MS_SHARED);
		const child = made('parent/child', true);
		assertCause(
			causeOf(() => mount(child, made('to'), null, MS_MOVE)),
			'mount-move-from-shared-parent',
			/parent rw.* shared:/,
		);
	});
});

test('mount: a move into itself', needsRoot, () => {
	withOwnMounts(() => {
		const one = made('one', true);
		assertCause(
			causeOf(() => mount(one, made('one/in'), null, MS_MOVE)),
			'mount-move-into-itself',
			/one/,
		);
	});
});

test('mount: a bind of what is unbindable', needsRoot, () => {
	withOwnMounts(() => {
		const one = made('one', true);
		mount(null, one, null, MS_UNBINDABLE);
		assertCause(
			causeOf(() => mount(one, made('to'), null, MS_BIND)),
			'mount-bind-unbindable',
			/ unbindable /,
		);
	});
});

test('mount: a bind without the locked mounts below', needsRoot, async () => {
	const below = made('from/below');
	const script = `mount -t tmpfs none ${below}; unshare --user --map-root-user --mount "$0" "$@"; true`;
	const body = `mounts.mount('${directory}/from', '${made('to')}', null, mounts.MS_BIND)`;
	const found = await causeInChild(body, {under: ['unshare', '--mount', 'sh', '-c', script]});
	assertCause(found, 'mount-bind-leaves-locked-below', /from\/below .*tmpfs/, /owned by user:/);
	assert.ok(found.remedy.en.endsWith(`mount --rbind ${directory}/from ${directory}/to`));
});

test('mount: the same file system at the same place', needsRoot, () => {
	withOwnMounts(() => {
		const target = made('sys');
		mount('sysfs', target, 'sysfs', 0);
		assertCause(
			causeOf(() => mount('sysfs', target, 'sysfs', 0)),
			'mount-same-file-system-there-already',
			/- sysfs sysfs/,
		);
	});
});

test('mount: a device that is mounted writable, now read-only', needsRoot, t => {
	const image = join(directory, 'image');
	writeFileSync(image, Buffer.alloc(8 << 20));
	if (spawnSync('mkfs.ext4', ['-q', image]).status !== 0) return t.skip('needs mkfs.ext4');
	const loop = spawnSync('losetup', ['--find', '--show', image], {encoding: 'utf8'});
	if (loop.status !== 0) return t.skip('needs a loop device');
	const device = loop.stdout.trim();
	try {
		withOwnMounts(() => {
			mount(device, made('one'), 'ext4', 0);
			assertCause(
				causeOf(() => mount(device, made('two'), 'ext4', MS_RDONLY)),
				'mount-device-mounted-otherwise',
				/one rw.* - ext4 \/dev\/loop/,
			);
		});
	} finally {
		spawnSync('losetup', ['--detach', device]);
	}
});

test('mount: a device that is read-only', needsRoot, t => {
	const image = join(directory, 'image');
	writeFileSync(image, Buffer.alloc(8 << 20));
	if (spawnSync('mkfs.ext4', ['-q', image]).status !== 0) return t.skip('needs mkfs.ext4');
	const loop = spawnSync('losetup', ['--find', '--show', '--read-only', image], {encoding: 'utf8'});
	if (loop.status !== 0) return t.skip('needs a loop device');
	const device = loop.stdout.trim();
	try {
		withOwnMounts(() =>
			assertCause(
				causeOf(() => mount(device, made('one'), 'ext4', 0)),
				'mount-device-read-only',
				/\/sys\/dev\/block\/7:\d+\/ro: 1/,
			),
		);
	} finally {
		spawnSync('losetup', ['--detach', device]);
	}
});

test('mount: controllers that are put together otherwise', needsRoot, t => {
	const split = listHierarchies().filter(
		({version, controllers}) => version === 1 && controllers.length > 0 && !controllers[0]!.includes('='),
	);
	if (split.length < 2) return t.skip('needs two v1 hierarchies');
	const names = split.slice(0, 2).map(({controllers}) => controllers[0]);
	withOwnMounts(() => {
		const found = causeOf(() => mount('none', made('cgroup'), 'cgroup', 0, names.join(',')));
		assertCause(found, 'mount-controller-elsewhere', new RegExp(`cgroups: ${names[0]} \\d+`));
	});
});

test('mount: read-only, while a file is open for writing', needsRoot, () => {
	withOwnMounts(() => {
		const path = made('busy', true);
		const fd = openSync(join(path, 'file'), 'w');
		const found = causeOf(() => mount(null, path, null, MS_REMOUNT | MS_RDONLY));
		const bound = causeOf(() => mount(null, path, null, MS_REMOUNT | MS_BIND | MS_RDONLY));
		closeSync(fd);
		for (const each of [found, bound])
			assertCause(
				each,
				'mount-read-only-with-writers',
				new RegExp(`${process.pid}/fd/${fd} -> .*file, open for writing`),
			);
	});
});

test('mount: a size that the file system has outgrown', needsRoot, () => {
	withOwnMounts(() => {
		const path = made('tmpfs', true);
		writeFileSync(join(path, 'file'), Buffer.alloc(100_000));
		const found = causeOf(() => mount(null, path, null, MS_REMOUNT, 'size=4096'));
		assertCause(found, 'kernel-log-tells', /kmsg: tmpfs: Too small a size for current use/);
	});
});

test('mount: an option that the file system doesn’t know', needsRoot, () => {
	withOwnMounts(() => {
		const found = causeOf(() => mount('none', made('tmpfs'), 'tmpfs', 0, 'colour=red'));
		assertCause(found, 'kernel-log-tells', /kmsg: tmpfs: Unknown parameter 'colour'/);
	});
});

test(
	'mount overlay: a layer that is missing, a work directory elsewhere, nested, missing, on an overlay',
	needsRoot,
	() => {
		withOwnMounts(() => {
			const [target, lower] = [made('target'), made('lower')];
			const overlay = (options: string): void => mount('overlay', target, 'overlay', 0, options);
			const data = made('data', true);
			const [upper, work] = [made('data/upper'), made('data/work')];
			assertCause(
				causeOf(() => overlay(`lowerdir=${lower}:${directory}/gone`)),
				'overlay-directory-missing',
				/gone: not there/,
			);
			assertCause(
				causeOf(() => overlay(`lowerdir=${lower},upperdir=${upper}`)),
				'overlay-upper-without-work',
				/upperdir/,
			);
			assertCause(
				causeOf(() => overlay(`lowerdir=${lower},upperdir=${upper},workdir=${made('other', true)}`)),
				'overlay-work-on-another-mount',
				/data/,
				/other/,
			);
			assertCause(
				causeOf(() => overlay(`lowerdir=${lower},upperdir=${upper},workdir=${made('data/upper/work')}`)),
				'overlay-work-inside-upper',
				/workdir=.*upper\/work/,
			);
			mkdirSync(join(data, 'on'));
			mount('overlay', join(data, 'on'), 'overlay', 0, `lowerdir=${lower},upperdir=${upper},workdir=${work}`);
			const [above, aside] = [made('data/on/upper'), made('data/on/work')];
			assertCause(
				causeOf(() => overlay(`lowerdir=${lower},upperdir=${above},workdir=${aside}`)),
				'overlay-upper-on-unfit-file-system',
				/- overlay overlay/,
			);
		});
	},
);

test('umount: not a mount point, mounts below', needsRoot, () => {
	withOwnMounts(() => {
		assertCause(
			causeOf(() => umount(made('plain'))),
			'umount-not-a-mount-point',
			/no line has the mount point/,
		);
		const outer = made('outer', true);
		made('outer/inner', true);
		assertCause(
			causeOf(() => umount(outer)),
			'umount-mounts-below',
			/outer\/inner/,
		);
	});
});

test('umount: an open file, a working directory, a running program', needsRoot, async () => {
	const children = withOwnMounts(() => {
		const path = made('busy', true);
		const fd = openSync(join(path, 'file'), 'w');
		assertCause(
			causeOf(() => umount(path)),
			'umount-in-use',
			new RegExp(`${process.pid}/fd/${fd} -> `),
		);
		closeSync(fd);
		const inside = spawn('sleep', ['60'], {cwd: path, stdio: 'ignore'});
		const found = causeOf(() => umount(path));
		assertCause(found, 'umount-in-use', new RegExp(`/proc/${inside.pid}/cwd -> .*busy`));
		if (!found.sentence.en.includes(`${inside.pid} (`)) throw new Error(found.sentence.en);
		return [inside];
	});
	for (const child of children) {
		child.kill('SIGKILL');
		await once(child, 'exit');
	}
});

test('umount: a file behind a loop device', needsRoot, t => {
	withOwnMounts(() => {
		const path = made('images', true);
		writeFileSync(join(path, 'image'), Buffer.alloc(1 << 20));
		const loop = spawnSync('losetup', ['--find', '--show', join(path, 'image')], {encoding: 'utf8'});
		if (loop.status !== 0) return t.skip('needs a loop device');
		try {
			assertCause(
				causeOf(() => umount(path)),
				'umount-loop-device',
				/loop\d+\/loop\/backing_file: .*images\/image/,
			);
		} finally {
			spawnSync('losetup', ['--detach', loop.stdout.trim()]);
		}
	});
});

test('umount: no capability, another’s mount namespace', needsRoot, async () => {
	assertCause(await causeInChild(`mounts.umount('/proc')`, {uid: 65534}), 'umount-without-capability', /CapEff: 0{16}/);
	assertCause(
		await causeInChild(`mounts.umount('/proc')`, {under: userNamespace}),
		'umount-in-foreign-namespace',
		/owned by user:/,
	);
});

test('pivot_root: another’s mount namespace', async () => {
	const found = await causeInChild(`mounts.pivotRoot('/tmp', '/tmp')`, {under: userNamespace});
	assertCause(found, 'pivot-root-in-foreign-namespace', /owned by user:/);
});

test('umount, pivot_root: a locked mount', needsRoot, async () => {
	const script = `mount -t tmpfs none ${directory}; mkdir ${directory}/old; unshare --user --map-root-user --mount "$0" "$@"; true`;
	const under = ['unshare', '--mount', 'sh', '-c', script];
	assertCause(
		await causeInChild(`mounts.umount('${directory}')`, {under}),
		'umount-locked',
		/owned by user:/,
		new RegExp(`${directory} .*tmpfs`),
	);
	const pivot = await causeInChild(`mounts.pivotRoot('${directory}', '${directory}/old')`, {under});
	assertCause(pivot, 'pivot-root-locked', /owned by user:/);
});
