import assert from 'node:assert/strict';
import {type ChildProcessByStdio, spawn} from 'node:child_process';
import {once} from 'node:events';
import {cpSync, existsSync, readdirSync, statSync} from 'node:fs';
import {connect} from 'node:net';
import {basename, join} from 'node:path';
import type {Readable} from 'node:stream';
import {text} from 'node:stream/consumers';
import {after, test} from 'node:test';
import {connectAgent} from '../agent/agent.ts';
import {
	buildImage,
	findImage,
	type Image,
	imageCacheDirectory,
	imageIsFresh,
	kernelArguments,
	type Progress,
	whatIsMissing,
} from './image.ts';
import {emptyDirectory} from './testing.ts';

/** A real image is made here, once. It takes the packages that are in the usual cache, and otherwise fetches 70 MB. */
const needsBundle = {skip: whatIsMissing()?.en ?? false};

const cacheDirectory = emptyDirectory({after});
const packages = join(imageCacheDirectory(), 'apt');
if (existsSync(packages)) cpSync(packages, join(cacheDirectory, 'apt'), {recursive: true});

test('buildImage() leaves nothing that counts as an image when it is killed', needsBundle, async () => {
	const program = `import {buildImage} from '${import.meta.dirname}/image.ts';
		const onProgress = ({phase, done}) => { if (phase === 'compress' && done > 0) console.log('now'); };
		await buildImage({cacheDirectory: '${cacheDirectory}', onProgress});`;
	const child = spawn(process.execPath, [...process.execArgv, '--input-type=module-typescript', '--eval', program], {
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	await once(child.stdout, 'data');
	child.kill('SIGKILL');
	await once(child, 'close');
	assert.equal(findImage(cacheDirectory), undefined);
	assert.equal(readdirSync(cacheDirectory).filter(name => name.startsWith('unfinished-')).length, 1);
});

let image: Image;

test('buildImage() makes an image of at most 120 MB, and tells how far it is', needsBundle, async () => {
	const seen: Progress[] = [];
	image = await buildImage({cacheDirectory, onProgress: progress => seen.push(progress)});
	assert.equal(imageIsFresh(image), true);
	assert.deepEqual(new Set(readdirSync(cacheDirectory)), new Set([basename(image.directory), 'apt', 'lock']));
	const bytes = [image.kernel, image.initrd, image.rootfs].map(path => statSync(path).size);
	assert.ok(bytes.reduce((sum, size) => sum + size, 0) <= 120e6, `${bytes}`);
	assert.deepEqual([...new Set(seen.map(({phase}) => phase))], ['lists', 'packages', 'unpack', 'compress']);
	for (const {done, total} of seen) assert.ok(total === 0 || done <= total);
	assert.ok(image.packages.some(file => file.startsWith('linux-image-')));
});

test('buildImage() finds the image that is there, without making anything', needsBundle, async () => {
	const found = await buildImage({cacheDirectory, onProgress: () => assert.fail('something is being made')});
	assert.deepEqual(found, image);
});

test('buildImage() makes the same bytes of the same packages', needsBundle, async () => {
	const mask = process.umask(0o077);
	try {
		assert.deepEqual(await buildImage({cacheDirectory, rebuild: true}), image);
	} finally {
		process.umask(mask);
	}
});

test('buildImage() stops when it is aborted, and cleans up', needsBundle, async () => {
	const controller = new AbortController();
	const stopped = buildImage({
		cacheDirectory,
		rebuild: true,
		signal: controller.signal,
		onProgress: ({phase, done}) => {
			if (phase === 'unpack' && done > 0) controller.abort();
		},
	});
	await assert.rejects(stopped, {name: 'AbortError'});
	assert.deepEqual(new Set(readdirSync(cacheDirectory)), new Set([basename(image.directory), 'apt', 'lock']));
	assert.equal(imageIsFresh(image), true);
});

const needsQemu = {
	skip:
		needsBundle.skip ||
		(existsSync('/usr/bin/qemu-system-x86_64') ? false : 'needs QEMU: apt-get install qemu-system-x86'),
};

/** Boots the image, while `use` does something with it. */
async function boot<T>(
	words: readonly string[],
	devices: readonly string[],
	use: (machine: ChildProcessByStdio<null, Readable, null>) => Promise<T>,
): Promise<T> {
	const drive = `file=${image.rootfs},format=raw,if=virtio,readonly=on`;
	const hardware = ['-M', 'pc', '-accel', 'tcg', '-m', '512', '-nodefaults', '-no-user-config', '-no-reboot'];
	const start = ['-kernel', image.kernel, '-initrd', image.initrd, '-drive', drive];
	const lines = ['-display', 'none', '-serial', 'stdio', '-append', [...kernelArguments, ...words].join(' ')];
	const machine = spawn('qemu-system-x86_64', [...hardware, ...start, ...lines, ...devices], {
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	const ended = once(machine, 'close');
	const timer = setTimeout(() => machine.kill('SIGKILL'), 120_000);
	try {
		return await use(machine);
	} finally {
		clearTimeout(timer);
		machine.kill('SIGKILL');
		await ended;
	}
}

test('an image boots to a root that is Debian’s, owned as it should be', needsQemu, async () => {
	const script = [
		'mount -t proc proc /proc',
		'export PATH=/usr/local/bin:$PATH',
		'echo system: $(. /etc/os-release; echo $ID)',
		'echo root: $(findmnt -no FSTYPE /)',
		'echo owners: $(stat -c %u:%g:%a /etc/shadow /usr/bin/su /usr/bin/chage /home/learner/.bashrc /tmp)',
		'echo sh: $(readlink /bin/sh) $(readlink /bin)',
		'touch /usr/bin/written && echo written',
		'node --version',
		'drydock --version',
		'iptables --version',
		'busybox poweroff -f',
	];
	const words = ['init=/bin/sh', '--', '-c', `"${script.join('; ')}"`];
	const printed = (await boot(words, [], machine => text(machine.stdout))).replaceAll('\r', '');
	assert.match(printed, /^system: debian$/m);
	assert.match(printed, /^root: overlay$/m);
	assert.match(printed, /^owners: 0:42:640 0:0:4755 0:42:2755 1000:1000:644 0:0:1777$/m);
	assert.match(printed, /^sh: dash usr\/bin$/m);
	assert.match(printed, /^written$/m);
	assert.match(printed, /^v24\./m);
	assert.match(printed, /^drydock \d/m);
	assert.match(printed, /^iptables v.*nf_tables/m);
});

test('an image boots to its agent, on which containers can be made', needsQemu, async () => {
	const socket = join(cacheDirectory, 'agent');
	const chardev = `socket,id=agent,path=${socket},server=on,wait=off`;
	const port = ['-device', 'virtserialport,chardev=agent,name=drydock.agent'];
	await boot([], ['-device', 'virtio-serial-pci', '-chardev', chardev, ...port], async machine => {
		await once(machine.stdout, 'data');
		const agent = await connectAgent(connect(socket));
		const printed = async (command: string): Promise<string> => {
			const {exitCode, stdout, stderr} = await agent.exec(['sh', '-c', command]);
			assert.equal(exitCode, 0, stderr);
			return stdout.trim();
		};
		assert.equal(await printed('hostname'), 'drydock');
		assert.match(await printed('cat /sys/fs/cgroup/cgroup.subtree_control'), /cpuset cpu io memory .*pids/);
		assert.equal(await printed('stat -f -c %T /var/lib/drydock /tmp'), 'tmpfs\ntmpfs');
		assert.equal(await printed('cat /sys/module/apparmor/parameters/enabled'), 'Y');
		assert.equal(await printed('su learner -c "unshare --user --map-root-user id -u"'), '0');
		assert.equal(await printed('drydock run --rm --network none host echo hello'), 'hello');
		// A thin pool, of which dmsetup makes the nodes itself.
		const thin = [
			'cd /tmp && truncate -s 4M meta && truncate -s 32M data',
			'dmsetup create pool --table "0 65536 thin-pool $(losetup -f --show meta) $(losetup -f --show data) 128 0"',
			'dmsetup message pool 0 "create_thin 0"',
			'dmsetup create thin --table "0 65536 thin /dev/mapper/pool 0"',
			'mkfs.ext4 -q /dev/mapper/thin && mount /dev/mapper/thin /mnt && findmnt -no FSTYPE /mnt',
		];
		assert.equal(await printed(thin.join(' && ')), 'ext4');
		// The agent comes back, and so does everything that needs a file.
		await agent.exec(['sh', '-c', 'kill -9 $PPID']).catch(() => {});
		agent.close();
		const again = await connectAgent(connect(socket));
		assert.equal((await again.exec(['echo', 'back'])).stdout, 'back\n');
		again.close();
	});
});
