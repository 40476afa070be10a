import assert from 'node:assert/strict';
import {type ChildProcess, spawn, spawnSync} from 'node:child_process';
import {once} from 'node:events';
import {chmodSync, copyFileSync, mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {test} from 'node:test';
import {call, syscall} from '#kernel/libc';
import {comingBack} from '#kernel/namespace';
import {CLONE_NEWUTS, unshare} from '#kernel/sched';
import {kill} from '#kernel/signal';
import {needsRoot} from '#kernel/testing';
import {assertCause, caused, causeInChild, causeOf, whileShellWaits} from '../testing.ts';

const nobody = {uid: 65534};
const userNamespace = {under: ['unshare', '--user', '--map-root-user']};

async function end(child: ChildProcess): Promise<void> {
	child.kill('SIGKILL');
	await once(child, 'exit');
}

test('sethostname: no capability, another’s namespace, too long', needsRoot, async () => {
	assertCause(
		await causeInChild(`call('sethostname', ['web', 3])`, nobody),
		'sethostname-without-capability',
		/CapEff: 0{16}/,
	);
	assertCause(
		await causeInChild(`call('sethostname', ['web', 3])`, userNamespace),
		'sethostname-in-foreign-namespace',
		/ns\/uts -> uts:\[\d+\], owned by user:/,
	);
	comingBack(['uts'], () => {
		unshare(CLONE_NEWUTS);
		assertCause(
			causeOf(() => call('sethostname', ['x'.repeat(65), 65])),
			'hostname-too-long',
			/65 bytes/,
		);
	});
});

test('chroot, mknod, setresuid: no capability', needsRoot, async () => {
	assertCause(await causeInChild(`mounts.chroot('/tmp')`, nobody), 'chroot-without-capability', /CapEff: 0{16}/);
	const mknod = `mknodat(fs.openSync('/tmp', 'r'), 'doctor-null', {kind: 'c', major: 1, minor: 3, mode: 0o666})`;
	assertCause(await causeInChild(mknod, nobody), 'mknod-without-capability', /CapEff: 0{16}/);
	assertCause(await causeInChild(mknod, userNamespace), 'mknod-in-user-namespace', /uid_map: +0 +0 +1/);
	assertCause(
		await causeInChild(`credentials.setUserId(0)`, nobody),
		'capability-to-become-another-user',
		/Uid: 65534/,
	);
	assertCause(
		await causeInChild(`credentials.setGroups([0])`, nobody),
		'capability-to-become-another-user',
		/CapEff: 0{16}/,
	);
});

test('mknod: a cgroup that doesn’t allow the device', needsRoot, async t => {
	const {listHierarchies} = await import('#observe/hierarchies');
	const hierarchy = listHierarchies().find(
		({version, controllers}) => version === 1 && controllers.includes('devices'),
	);
	if (hierarchy === undefined) return t.skip('needs v1’s devices controller');
	const {mkdirSync, rmdirSync, writeFileSync} = await import('node:fs');
	const cgroup = `${hierarchy.mountPoint}/doctor-${process.pid}`;
	mkdirSync(cgroup);
	try {
		writeFileSync(`${cgroup}/devices.deny`, 'a');
		writeFileSync(`${cgroup}/devices.allow`, 'c 1:3 rwm');
		const body = `
			fs.writeFileSync('${cgroup}/cgroup.procs', String(process.pid));
			mknodat(fs.openSync('/tmp', 'r'), 'doctor-zero', {kind: 'c', major: 1, minor: 5, mode: 0o666});`;
		assertCause(await causeInChild(body), 'device-forbidden-by-cgroup', /devices.list: c 1:3 rwm/);
		const opening = `
			fs.writeFileSync('${cgroup}/cgroup.procs', String(process.pid));
			file('open', ['/dev/zero', 'O_RDONLY'], () => fs.openSync('/dev/zero', 'r'));`;
		const opened = await causeInChild(opening);
		assertCause(opened, 'device-forbidden-by-cgroup', /devices.list: c 1:3 rwm/);
		assert.match(opened.sentence.en, /forbids opening this device: .* c 1:5 r/);
	} finally {
		rmdirSync(cgroup);
	}
});

test('kill: another user, nobody', needsRoot, async () => {
	const sleeper = spawn('sleep', ['60'], {stdio: 'ignore'});
	await once(sleeper, 'spawn');
	const found = await causeInChild(`kill(${sleeper.pid}, 15)`, nobody);
	assertCause(found, 'kill-of-another-user', /Uid: 65534/, new RegExp(`/proc/${sleeper.pid}/status: Uid: 0`));
	await end(sleeper);
	assertCause(
		causeOf(() => kill(sleeper.pid!, 15)),
		'kill-no-such-process',
		new RegExp(`no NSpid ${sleeper.pid}`),
	);
});

test('kill: a number of the host’s, in a PID namespace', needsRoot, async () => {
	const found = await causeInChild(`kill(${process.pid}, 15)`, {under: ['unshare', '--pid', '--fork']});
	assertCause(found, 'kill-no-such-process', /NSpid: \d+ 1/);
	assert.match(found.sentence.en, /the host’s numbers mean nothing there/);
});

test('prlimit: above the hard value', needsRoot, async () => {
	const found = await causeInChild(
		`setResourceLimit(0, 'RLIMIT_NOFILE', {soft: 10n, hard: 10n}); setResourceLimit(0, 'RLIMIT_NOFILE', {soft: 10n, hard: 20n});`,
		nobody,
	);
	assertCause(found, 'rlimit-above-hard', /Max open files +10 +10 /);
});

test('seccomp: neither the capability nor no_new_privs', needsRoot, async () => {
	const found = await causeInChild('installFilter(new Uint8Array([6, 0, 0, 0, 0, 0, 255, 127]))', nobody);
	assertCause(found, 'seccomp-needs-no-new-privs', /NoNewPrivs: 0/);
});

test('a set-user-id program under no_new_privs, or on a mount with nosuid', needsRoot, async () => {
	const directory = mkdtempSync(join(tmpdir(), 'doctor-'));
	try {
		chmodSync(directory, 0o755);
		// perl is a program that can make any call, and with this bit it should run as root.
		const path = join(directory, 'perl');
		copyFileSync('/usr/bin/perl', path);
		chmodSync(path, 0o4755);
		const script = `$| = 1; die if chroot('/tmp') || $! != 1; print "$$\\n"; <STDIN>`;
		const asNobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];
		const failure = {call: 'chroot', args: ['/tmp'], errno: 'EPERM'};
		await whileShellWaits([...asNobody, '--no-new-privs', path, '-e', script], pid =>
			assertCause(
				caused({...failure, pid}),
				'privilege-lost-to-no-new-privs',
				/NoNewPrivs: 1/,
				/perl: file, mode 4755/,
			),
		);
		const mounted = [
			'unshare',
			'--mount',
			'sh',
			'-c',
			`mount --bind ${directory} ${directory} && mount -o remount,bind,nosuid ${directory} && exec "$0" "$@"`,
		];
		await whileShellWaits([...mounted, ...asNobody, path, '-e', script], pid =>
			assertCause(caused({...failure, pid}), 'privilege-lost-to-nosuid', /nosuid/),
		);
	} finally {
		rmSync(directory, {recursive: true});
	}
});

test('seccomp: a filter that says EPERM, and one that says ENOSYS', needsRoot, async () => {
	const filtered = (errno: number): string => `
		installFilter(compileSeccomp({defaultAction: 'SCMP_ACT_ALLOW', syscalls: [{names: ['sethostname'], action: 'SCMP_ACT_ERRNO', errnoRet: ${errno}}]}));
		sched.unshare(sched.CLONE_NEWUTS);
		call('sethostname', ['web', 3]);`;
	assertCause(await causeInChild(filtered(1)), 'seccomp-refuses-the-call', /Seccomp: 2; Seccomp_filters: 1/);
	assertCause(await causeInChild(filtered(38)), 'seccomp-hides-the-call', /kallsyms: .*_sys_sethostname/);
});

test('AppArmor: a profile that doesn’t allow to mount', needsRoot, async t => {
	const profile =
		'profile drydock-doctor flags=(attach_disconnected) { capability, file, network, signal, ptrace, unix, }';
	const loaded = spawnSync('apparmor_parser', ['--replace', '--skip-cache'], {input: profile});
	if (loaded.status !== 0) return t.skip('needs AppArmor');
	try {
		const under = ['unshare', '--mount', 'aa-exec', '-p', 'drydock-doctor', '--'];
		const found = await causeInChild(`mounts.mount('none', '/mnt', 'tmpfs', 0)`, {under});
		assertCause(found, 'apparmor-confines', /current: drydock-doctor \(enforce\)/);
	} finally {
		spawnSync('apparmor_parser', ['--remove'], {input: profile});
	}
});

test('a call that the kernel doesn’t have', () => {
	assertCause(
		causeOf(() => syscall('tomorrow', 4000, [])),
		'kernel-lacks-the-call',
		/kallsyms: no …_sys_tomorrow/,
	);
});
