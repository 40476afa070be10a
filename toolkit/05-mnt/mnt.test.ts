import assert from 'node:assert/strict';
import {
	closeSync,
	existsSync,
	lstatSync,
	mkdirSync,
	mkdtempSync,
	openSync,
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
import {test} from 'node:test';
import {isErrno} from '#kernel/error';
import {comingBack, namespacePath} from '#kernel/namespace';
import {runSteps} from '#kernel/plan';
import {needsRoot} from '#kernel/testing';
import {
	bindMount,
	createMountNamespace,
	defaultMounts,
	deviceSteps,
	joinMountNamespace,
	type Mount,
	mountNamespaceSteps,
	mountSteps,
	mountTmpfs,
	readMounts,
	setPropagation,
} from '#mnt';

/** A directory to try things in, seen through a mount namespace that ends with the test. */
function inNamespace(use: (directory: string) => void): void {
	const directory = mkdtempSync(join(tmpdir(), 'mnt-'));
	const before = readMounts();
	try {
		comingBack(['mnt'], () => {
			runSteps(mountNamespaceSteps({propagation: 'rprivate'}));
			use(directory);
		});
		assert.deepEqual(readMounts(), before);
	} finally {
		rmSync(directory, {recursive: true});
	}
}

/** Mounts inside a rootfs that holds one directory beside it. */
function attach(rootfs: string, ...mounts: readonly Mount[]): void {
	runSteps(mountSteps({rootfs, mounts}));
}

const mountAt = (path: string) => readMounts().findLast(each => each.mountPoint === path);

test('createMountNamespace() starts with a copy, and what is mounted then stays inside', needsRoot, () => {
	const home = readlinkSync(namespacePath('self', 'mnt'));
	inNamespace(directory => {
		assert.notEqual(readlinkSync(namespacePath('self', 'mnt')), home);
		mountTmpfs(directory, {sizeBytes: 65536, mode: 0o700});
		writeFileSync(join(directory, 'inside'), '');
		assert.equal(mountAt(directory)?.fileSystem, 'tmpfs');
		assert.ok(mountAt(directory)?.superOptions.includes('size=64k'));
		assert.equal(statSync(directory).mode & 0o7777, 0o700);
		comingBack(['mnt'], () => {
			joinMountNamespace(`/proc/${process.ppid}/ns/mnt`);
			assert.deepEqual(readdirSync(directory), []);
		});
	});
});

test('setPropagation() decides which mounts travel between a table and its copy', needsRoot, () => {
	for (const [propagation, inwards, outwards] of [
		['private', false, false],
		['slave', true, false],
		['shared', true, true],
	] as const) {
		inNamespace(directory => {
			mountTmpfs(directory);
			setPropagation(directory, 'shared');
			mkdirSync(join(directory, 'theirs'));
			mkdirSync(join(directory, 'ours'));
			const original = openSync('/proc/thread-self/ns/mnt', 'r');
			const inOriginal = <T>(visit: () => T): T =>
				comingBack(['mnt'], () => {
					joinMountNamespace(`/proc/thread-self/fd/${original}`);
					return visit();
				});
			comingBack(['mnt'], () => {
				createMountNamespace();
				setPropagation(directory, propagation);
				inOriginal(() => mountTmpfs(join(directory, 'theirs')));
				mountTmpfs(join(directory, 'ours'));
				assert.equal(mountAt(join(directory, 'theirs')) !== undefined, inwards, propagation);
				assert.equal(inOriginal(() => mountAt(join(directory, 'ours'))) !== undefined, outwards, propagation);
			});
			closeSync(original);
		});
	}
});

test('bindMount() with readonly refuses writing at the new place only', needsRoot, () => {
	inNamespace(directory => {
		const [source, target] = [join(directory, 'source'), join(directory, 'target')];
		mkdirSync(source);
		mkdirSync(target);
		bindMount(source, target, {readonly: true});
		writeFileSync(join(source, 'file'), 'x');
		assert.equal(readFileSync(join(target, 'file'), 'utf8'), 'x');
		assert.throws(
			() => writeFileSync(join(target, 'file'), 'y'),
			(error: unknown) => isErrno(error, 'EROFS'),
		);
	});
});

test('mountSteps() keeps a source’s options when it makes a bind mount read-only', needsRoot, () => {
	inNamespace(directory => {
		const [source, rootfs] = [join(directory, 'source'), join(directory, 'rootfs')];
		mkdirSync(source);
		mkdirSync(rootfs);
		mountTmpfs(source);
		attach(
			rootfs,
			{destination: '/kept', type: 'bind', source, options: ['rbind', 'ro']},
			{destination: '/freed', type: 'bind', source, options: ['rbind', 'suid', 'noexec', 'noatime']},
			{destination: '/plain', type: 'bind', source, options: ['rbind']},
		);
		const options = (path: string) => mountAt(join(rootfs, path))?.options ?? [];
		assert.deepEqual([...options('kept')].sort(), ['nodev', 'nosuid', 'relatime', 'ro']);
		assert.deepEqual([...options('freed')].sort(), ['noatime', 'nodev', 'noexec', 'rw']);
		assert.deepEqual([...options('plain')].sort(), ['nodev', 'nosuid', 'relatime', 'rw']);
	});
});

test('mountSteps() makes a mount point of the source’s kind', needsRoot, () => {
	inNamespace(directory => {
		const rootfs = join(directory, 'rootfs');
		mkdirSync(join(rootfs, 'there'), {recursive: true});
		const file = join(directory, 'file');
		writeFileSync(file, 'content');
		attach(rootfs, {destination: '/deep/down/file', source: file, options: ['bind']});
		assert.equal(readFileSync(join(rootfs, 'deep/down/file'), 'utf8'), 'content');
		assert.throws(
			() => attach(rootfs, {destination: '/there', source: file, options: ['bind']}),
			/is a file, but \/there is a directory/,
		);
		assert.throws(
			() => attach(rootfs, {destination: '/x', source: join(directory, 'none'), options: ['bind']}),
			/does not exist/,
		);
		assert.ok(!existsSync(join(rootfs, 'x')));
	});
});

test('mountSteps() makes a tree read-only with rro, and only its top with ro', needsRoot, () => {
	inNamespace(directory => {
		const [source, rootfs] = [join(directory, 'source'), join(directory, 'rootfs')];
		mkdirSync(source);
		mkdirSync(rootfs);
		mountTmpfs(source);
		mkdirSync(join(source, 'below'));
		mountTmpfs(join(source, 'below'));
		attach(
			rootfs,
			{destination: '/top', source, options: ['rbind', 'ro']},
			{destination: '/all', source, options: ['rbind', 'rro']},
		);
		const isReadOnly = (path: string) => mountAt(join(rootfs, path))?.options.includes('ro');
		assert.deepEqual(['top', 'top/below', 'all', 'all/below'].map(isReadOnly), [true, false, true, true]);
	});
});

test('mountSteps() sets propagation of a mount', needsRoot, () => {
	inNamespace(directory => {
		attach(
			directory,
			{destination: '/a', type: 'tmpfs', options: ['shared']},
			{destination: '/b', type: 'tmpfs', options: ['unbindable', 'mode=1777']},
		);
		assert.equal(mountAt(join(directory, 'a'))?.propagation, 'shared');
		assert.equal(mountAt(join(directory, 'b'))?.propagation, 'unbindable');
	});
});

test('mountSteps() gives a tmpfs the mode of the directory that it covers', needsRoot, () => {
	inNamespace(directory => {
		mkdirSync(join(directory, 'run'), {mode: 0o750});
		attach(directory, {destination: '/run', type: 'tmpfs'}, {destination: '/new', type: 'tmpfs'});
		assert.equal(statSync(join(directory, 'run')).mode & 0o7777, 0o750);
		assert.equal(statSync(join(directory, 'new')).mode & 0o7777, 0o1777);
	});
});

test('mountSteps() stays inside a hostile rootfs, whatever shape its links have', needsRoot, () => {
	inNamespace(directory => {
		const outside = join(directory, 'outside');
		mkdirSync(outside);
		const shapes = [outside, '../outside', '../../../../../../../../../..//usr', 'loop/../../outside'];
		for (const [index, shape] of shapes.entries()) {
			const rootfs = join(directory, `rootfs${index}`);
			mkdirSync(join(rootfs, 'loop'), {recursive: true});
			for (const name of ['proc', 'sys', 'dev', 'etc', 'volume']) symlinkSync(`${shape}/${name}`, join(rootfs, name));
			attach(
				rootfs,
				{destination: '/dev', type: 'tmpfs', source: 'tmpfs'},
				{destination: '/sys', type: 'sysfs', source: 'sysfs', options: ['ro']},
				{destination: '/volume/data', type: 'tmpfs'},
				{destination: '/etc/hosts', source: '/etc/hostname', options: ['bind', 'ro']},
				{destination: '/proc', type: 'proc', source: 'proc'},
			);
			const beside = readMounts().filter(({mountPoint}) => !mountPoint.startsWith(`${rootfs}/`));
			assert.ok(
				!beside.some(({mountPoint}) => mountPoint.startsWith(outside) || /^\/(usr|etc)/.test(mountPoint)),
				shape,
			);
		}
		assert.deepEqual(readdirSync(outside), []);
	});
});

test('mountSteps() does not go through the links of a /proc that is mounted inside', needsRoot, () => {
	inNamespace(directory => {
		const mounts = [{destination: '/proc', type: 'proc', source: 'proc'}];
		runSteps(mountSteps({rootfs: directory, mounts}));
		symlinkSync('/proc/self/root/etc', join(directory, 'etc'));
		for (const destination of ['/etc/hosts', '/proc/self/root/etc/hosts', '/proc/1/cwd/hosts']) {
			assert.throws(
				() => attach(directory, {destination, source: '/etc/hostname', options: ['bind']}),
				/ELOOP|ENOENT|EACCES/,
			);
		}
	});
});

test('mountSteps() refuses a destination that is the root itself', needsRoot, () => {
	inNamespace(directory => {
		const rootfs = join(directory, 'rootfs');
		mkdirSync(rootfs);
		symlinkSync('/', join(rootfs, 'proc'));
		for (const destination of ['/', '/proc', '/../..']) {
			assert.throws(() => attach(rootfs, {destination, type: 'proc', source: 'proc'}), /own root/);
			assert.throws(() => attach(rootfs, {destination, source: '/tmp', options: ['rbind']}), /own root/);
		}
	});
});

test('mountSteps() lets nothing cover a /proc, by whatever way it is meant', needsRoot, () => {
	inNamespace(directory => {
		const [rootfs, data] = [join(directory, 'rootfs'), join(directory, 'data')];
		mkdirSync(rootfs);
		mkdirSync(join(data, 'self/attr'), {recursive: true});
		const proc = {destination: '/proc', type: 'proc', source: 'proc'};
		attach(rootfs, proc);
		symlinkSync('proc', join(rootfs, 'alias'));
		const before = readMounts();
		for (const destination of ['/proc', '/proc/../proc/', '/proc/sys', '/proc/self', '/alias', '/alias/self/attr']) {
			assert.throws(() => attach(rootfs, {destination, type: 'tmpfs'}), /\/proc/, destination);
			assert.throws(() => attach(rootfs, {destination, source: data, options: ['rbind']}), /\/proc/, destination);
		}
		assert.throws(() => attach(rootfs, {...proc, destination: '/proc/sys'}), /not to be covered/);
		assert.throws(
			() => attach(rootfs, {destination: '/proc', source: '/proc/self', options: ['bind']}),
			/only proc itself/,
		);
		assert.deepEqual(readMounts(), before);
		// What lxcfs replaces, and a second /proc.
		attach(
			rootfs,
			{destination: '/proc/meminfo', source: '/etc/hostname', options: ['bind']},
			{destination: '/proc', source: '/proc', options: ['bind']},
			{destination: '/process', type: 'tmpfs'},
		);
		assert.equal(readMounts().length, before.length + 3);
		// An image whose /proc is a link to what a volume covers.
		const hostile = join(directory, 'hostile');
		mkdirSync(join(hostile, 'data'), {recursive: true});
		symlinkSync('data', join(hostile, 'proc'));
		assert.throws(() => attach(hostile, {destination: '/data', type: 'tmpfs'}), /only proc itself/);
	});
});

test('mountSteps() says plainly what it does not do', needsRoot, () => {
	inNamespace(directory => {
		const refused = (options: readonly string[], pattern: RegExp) =>
			assert.throws(() => attach(directory, {destination: '/x', type: 'tmpfs', options}), pattern);
		refused(['tmpcopyup'], /tmpcopyup/);
		refused(['idmap'], /id maps/);
		assert.throws(
			() =>
				attach(directory, {
					destination: '/x',
					source: '/tmp',
					uidMappings: [{containerID: 0, hostID: 1, size: 1}],
				}),
			/id maps/,
		);
	});
});

test('defaultMounts() and deviceSteps() make /proc, /dev and /sys as docker does', needsRoot, () => {
	inNamespace(rootfs => {
		attach(rootfs, ...defaultMounts());
		runSteps(
			deviceSteps({
				rootfs,
				devices: [{type: 'c', path: '/dev/net/tun', major: 10, minor: 200, fileMode: 0o600, uid: 7}],
			}),
		);
		const dev = join(rootfs, 'dev');
		assert.deepEqual(readdirSync(dev).sort(), [
			...(existsSync('/proc/kcore') ? ['core'] : []),
			'fd',
			'full',
			'mqueue',
			'net',
			'null',
			'ptmx',
			'pts',
			'random',
			'shm',
			'stderr',
			'stdin',
			'stdout',
			'tty',
			'urandom',
			'zero',
		]);
		for (const name of ['null', 'zero', 'full', 'random', 'urandom', 'tty']) {
			const [made, host] = [lstatSync(join(dev, name)), lstatSync(`/dev/${name}`)];
			assert.equal(made.rdev, host.rdev, name);
			assert.equal(made.mode & 0o7777, 0o666, name);
		}
		const tun = lstatSync(join(dev, 'net/tun'));
		assert.deepEqual([tun.rdev, tun.mode & 0o7777, tun.uid], [(10 << 8) | 200, 0o600, 7]);
		assert.deepEqual(readdirSync(join(dev, 'pts')), ['ptmx']);
		assert.equal(mountAt(join(dev, 'shm'))?.superOptions.includes('size=65536k'), true);
		assert.equal(mountAt(join(rootfs, 'sys'))?.options.includes('ro'), true);
		assert.equal(mountAt(join(rootfs, 'proc'))?.fileSystem, 'proc');
		assert.throws(
			() => mkdirSync(join(rootfs, 'sys/fs/cgroup/escape')),
			(error: unknown) => isErrno(error, 'EROFS'),
		);
	});
});

test('defaultMounts() shows each cgroup hierarchy from the container’s own cgroup on', needsRoot, () => {
	inNamespace(rootfs => {
		attach(rootfs, ...defaultMounts());
		const below = `${rootfs}/sys/fs/cgroup`;
		const inside = readMounts().filter(({mountPoint}) => mountPoint.startsWith(below));
		assert.ok(inside.some(({fileSystem}) => fileSystem.startsWith('cgroup')));
		const own = new Map(
			readFileSync('/proc/thread-self/cgroup', 'utf8')
				.trim()
				.split('\n')
				.map(line => line.split(':').slice(1) as [string, string]),
		);
		for (const {fileSystem, root, superOptions, options} of inside.filter(each => each.fileSystem !== 'tmpfs')) {
			const controllers = fileSystem === 'cgroup2' ? '' : superOptions.filter(word => own.has(word)).join(',');
			assert.equal(root, own.get(controllers), controllers);
			assert.ok(options.includes('ro'));
		}
	});
});

test(
	'deviceSteps() replaces what an image put in a device’s place, and puts a terminal on the console',
	needsRoot,
	() => {
		inNamespace(rootfs => {
			mkdirSync(join(rootfs, 'dev'));
			writeFileSync(join(rootfs, 'dev/null'), 'a trick');
			symlinkSync('/etc/passwd', join(rootfs, 'dev/zero'));
			runSteps(deviceSteps({rootfs, terminal: '/dev/full'}));
			assert.equal(lstatSync(join(rootfs, 'dev/null')).rdev, lstatSync('/dev/null').rdev);
			assert.equal(lstatSync(join(rootfs, 'dev/zero')).rdev, lstatSync('/dev/zero').rdev);
			assert.equal(statSync(join(rootfs, 'dev/console')).rdev, statSync('/dev/full').rdev);
		});
	},
);

test('deviceSteps() shows the host’s devices where none can be made', needsRoot, () => {
	inNamespace(rootfs => {
		runSteps(deviceSteps({rootfs, userNamespace: true}));
		assert.equal(mountAt(join(rootfs, 'dev/null'))?.fileSystem, 'devtmpfs');
		assert.equal(statSync(join(rootfs, 'dev/urandom')).rdev, statSync('/dev/urandom').rdev);
		const other = join(rootfs, 'other');
		mkdirSync(other);
		assert.throws(
			() =>
				runSteps(
					deviceSteps({
						rootfs: other,
						userNamespace: true,
						devices: [{type: 'c', path: '/dev/none', major: 1, minor: 3}],
					}),
				),
			/the host has none/,
		);
	});
});
