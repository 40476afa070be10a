import {existsSync, mkdtempSync, openSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {test} from 'node:test';
import {namespacePath} from '#kernel/namespace';
import {SYS} from '#kernel/numbers';
import {CLONE_NEWNET, CLONE_NEWUSER, setns, unshare} from '#kernel/sched';
import {needsRoot} from '#kernel/testing';
import {assertCause, caused, causeInChild, causeOf, whileShellWaits} from '../testing.ts';

const userNamespace = ['unshare', '--user', '--map-root-user'];

test('unshare(CLONE_NEWUSER): threads', () => {
	assertCause(
		causeOf(() => unshare(CLONE_NEWUSER)),
		'unshare-user-with-threads',
		/status: Threads: \d+/,
	);
});

test('unshare(CLONE_NEWUSER): in a chroot', needsRoot, async () => {
	const directory = mkdtempSync(join(tmpdir(), 'doctor-'));
	try {
		const program = `$| = 1; chroot '${directory}' or die; chdir '/'; die if syscall(${SYS.unshare}, ${CLONE_NEWUSER}) == 0 || $! != 1; print "$$\\n"; <STDIN>`;
		await whileShellWaits(['perl', '-e', program], pid =>
			assertCause(
				caused({call: 'unshare', args: ['CLONE_NEWUSER'], errno: 'EPERM', pid}),
				'unshare-user-in-chroot',
				new RegExp(`root -> ${directory}`),
			),
		);
	} finally {
		rmSync(directory, {recursive: true});
	}
});

test('unshare(CLONE_NEWUSER): a user without a number', async () => {
	// unshare(1) without a map, then a second one inside: the kernel refuses that one.
	const script = `unshare --user true 2>&1 | grep -q 'Operation not permitted' && echo $$ && read _`;
	await whileShellWaits(['unshare', '--user', 'sh', '-c', script], pid =>
		assertCause(
			caused({call: 'unshare', args: ['CLONE_NEWUSER'], errno: 'EPERM', pid}),
			'unshare-user-unmapped',
			/uid_map: \(empty\)/,
		),
	);
});

test('unshare(CLONE_NEWUSER): switched off', needsRoot, async t => {
	const path = '/proc/sys/kernel/unprivileged_userns_clone';
	// It concerns the whole machine, so only the disposable one, where the tests have a share of time, is switched.
	if (process.env.DRYDOCK_TEST_SHARE === undefined || !existsSync(path))
		return t.skip('needs Debian’s kernel in the guest');
	writeFileSync(path, '0');
	try {
		// A single-threaded program fails; the shell stands where it stood.
		const script = 'unshare --user true 2>/dev/null || { echo $$; read _; }';
		const command = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', 'sh', '-c', script];
		await whileShellWaits(command, pid =>
			assertCause(
				caused({call: 'unshare', args: ['CLONE_NEWUSER'], errno: 'EPERM', pid}),
				'unshare-user-switched-off',
				/unprivileged_userns_clone: 0/,
			),
		);
	} finally {
		writeFileSync(path, '1');
	}
});

test('unshare: no capability', needsRoot, async () => {
	const found = await causeInChild('sched.unshare(sched.CLONE_NEWUTS | sched.CLONE_NEWNET)', {uid: 65534});
	assertCause(found, 'unshare-without-capability', /CapEff: 0{16}/);
});

test('unshare: the limit of a user namespace', async () => {
	const under = [...userNamespace, 'sh', '-c', 'echo 0 > /proc/sys/user/max_uts_namespaces; exec "$0" "$@"'];
	const found = await causeInChild('sched.unshare(sched.CLONE_NEWUTS)', {under});
	assertCause(found, 'unshare-namespaces-forbidden', /max_uts_namespaces: 0/);
});

test('unshare: user namespaces nested too deep', async () => {
	// Each level starts the next until the kernel refuses; the innermost shell waits.
	const script = `unshare --user --map-root-user sh -c "$1" sh "$1" 2>/dev/null || { echo $$; read _; }`;
	await whileShellWaits(['sh', '-c', script, 'sh', script], pid =>
		assertCause(
			caused({call: 'unshare', args: ['CLONE_NEWUSER'], errno: 'ENOSPC', pid}),
			'unshare-nested-too-deep',
			/\d\d levels below/,
		),
	);
});

test('unshare: PID namespaces nested too deep', needsRoot, async () => {
	// The number is the inner one, which is 1 at every level: the outer one is asked of the host’s /proc.
	const script = `unshare --pid --fork sh -c "$1" sh "$1" 2>/dev/null || { perl -e '$| = 1; print readlink("/proc/self"), "\\n"; <STDIN>'; }`;
	await whileShellWaits(['sh', '-c', script, 'sh', script], pid =>
		assertCause(
			caused({call: 'unshare', args: ['CLONE_NEWPID'], errno: 'ENOSPC', pid}),
			'unshare-nested-too-deep',
			/NSpid:( \d+){33}$/,
		),
	);
});

test('setns: not a namespace, the wrong kind, threads', needsRoot, () => {
	const plain = openSync('/', 'r');
	assertCause(
		causeOf(() => setns(plain, 0)),
		'setns-not-a-namespace',
		/-> \/$/,
	);
	const uts = openSync(namespacePath('self', 'uts'), 'r');
	assertCause(
		causeOf(() => setns(uts, CLONE_NEWNET)),
		'setns-wrong-kind',
		/-> uts:\[\d+\]/,
	);
	const user = openSync(namespacePath('self', 'user'), 'r');
	assertCause(
		causeOf(() => setns(user, 0)),
		'setns-user-with-threads',
		/Threads: /,
	);
});

test('setns: a mount table, with threads that share the root', needsRoot, async () => {
	const found = await causeInChild(`sched.setns(fs.openSync('/proc/self/ns/mnt', 'r'), 0)`);
	assertCause(found, 'setns-mount-with-shared-root', /Threads: /);
});

test('setns: one’s own user namespace', async () => {
	const program = `$| = 1; open(F, '<', '/proc/self/ns/user') or die; die if syscall(${setnsNumber}, fileno(F), 0) == 0 || $! != 22; print "$$\\n"; <STDIN>`;
	await whileShellWaits(['perl', '-e', program], pid =>
		assertCause(
			caused({call: 'setns', args: [3, '0'], errno: 'EINVAL', pid}),
			'setns-own-user-namespace',
			/fd\/3 -> user:/,
		),
	);
});

test('setns: a PID namespace above', needsRoot, async () => {
	const body = `
		const fd = Number(process.env.DOCTOR_FD);
		sched.setns(fd, 0);`;
	const under = ['sh', '-c', 'exec 7</proc/self/ns/pid; DOCTOR_FD=7 exec unshare --pid --fork "$0" "$@"'];
	const found = await causeInChild(body, {under});
	assertCause(found, 'setns-pid-not-below', /fd\/7 -> pid:/, /NSpid: \d+ 1/);
});

test('setns: a namespace of the user namespace above', async () => {
	const body = `sched.setns(Number(process.env.DOCTOR_FD), sched.CLONE_NEWUTS);`;
	const under = ['sh', '-c', 'exec 7</proc/self/ns/uts; DOCTOR_FD=7 exec unshare --user --map-root-user "$0" "$@"'];
	const found = await causeInChild(body, {under});
	assertCause(found, 'setns-in-foreign-user-namespace', /fd\/7 -> uts:\[\d+\], owned by user:/, /CapEff: 0000/);
});

test('setns: no capability', needsRoot, async () => {
	const found = await causeInChild(`sched.setns(fs.openSync('/proc/self/ns/uts', 'r'), sched.CLONE_NEWUTS);`, {
		uid: 65534,
	});
	assertCause(found, 'setns-without-capability', /CapEff: 0{16}/);
});

test('setns: a capability at the target, and none at home', needsRoot, async () => {
	// Whoever made a user namespace has all capabilities over it, even with none of its own.
	const body = `
		const {spawn} = process.getBuiltinModule('node:child_process');
		const child = spawn('unshare', ['--user', '--uts', 'sleep', '60']);
		const own = fs.readlinkSync('/proc/self/ns/uts');
		for (let tries = 0; tries < 6000; tries++) {
			try { if (fs.readlinkSync('/proc/' + child.pid + '/ns/uts') !== own) break; } catch {}
			Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
		}
		const fd = fs.openSync('/proc/' + child.pid + '/ns/uts', 'r');
		child.kill('SIGKILL');
		sched.setns(fd, sched.CLONE_NEWUTS);`;
	assertCause(await causeInChild(body, {uid: 65534}), 'setns-without-own-capability', /CapEff: 0{16}/);
});

const setnsNumber = process.arch === 'arm64' ? 268 : 308;
