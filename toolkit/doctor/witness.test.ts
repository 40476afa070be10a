import assert from 'node:assert/strict';
import {chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, test} from 'node:test';
import {needsRoot} from '#kernel/testing';
import {traceCommand} from '#narrate/narrate';
import {failedCallText, type Seen, Witness} from './witness.ts';

let directory = '';
beforeEach(() => {
	directory = mkdtempSync(join(tmpdir(), 'doctor-'));
});
afterEach(() => rmSync(directory, {recursive: true, force: true}));

/** Runs a command under the tracer with a witness. Its own output is thrown away. */
async function witnessed(
	...command: readonly string[]
): Promise<{readonly code: number; readonly seen: Seen | undefined}> {
	const witness = new Witness();
	const quiet = ['sh', '-c', 'exec "$0" "$@" >/dev/null 2>&1', ...command];
	const end = await traceCommand(quiet, {all: true, onCall: witness.onCall, onFailure: witness.onFailure});
	return {code: 'exitCode' in end ? end.exitCode : -1, seen: witness.verdict};
}

async function assertNamed(cause: string, text: RegExp, ...command: readonly string[]): Promise<void> {
	const {seen} = await witnessed(...command);
	assert.ok(seen, `nothing was seen of ${command.join(' ')}`);
	const {failure, examination} = seen;
	assert.match(failedCallText(failure), text);
	assert.equal(examination.diagnosis?.cause, cause, JSON.stringify(examination));
}

test('Witness: the failure that a program complained of', async () => {
	await assertNamed('path-missing', /stat.*"\/no-such-file".* = -1 ENOENT/, 'ls', '/no-such-file');
	await assertNamed('path-missing', /open.*"\/no-such-file", O_RDONLY/, 'cat', '/no-such-file');
	writeFileSync(join(directory, 'file'), '');
	await assertNamed('directory-not-empty', /rmdir\(".*doctor-.*"\) = -1 E/, 'rmdir', directory);
	await assertNamed('exists-already', /mkdir\("\/etc", .*EEXIST/, 'mkdir', '/etc');
});

test('Witness: a program that isn’t there, and one whose interpreter isn’t', async () => {
	await assertNamed(
		'program-not-in-path',
		/no-such-program.* = -1 ENOENT/,
		'env',
		'PATH=/usr/bin:/bin',
		'sh',
		'-c',
		'no-such-program',
	);
	const script = join(directory, 'script');
	writeFileSync(script, '#!/no/such/interpreter\n');
	chmodSync(script, 0o755);
	await assertNamed('exec-interpreter-missing', /execve\(".*script", .*ENOENT/, 'sh', '-c', script);
});

test('Witness: a program for another processor, which a shell then took for a script', async () => {
	const program = join(directory, 'foreign');
	const bytes = readFileSync('/bin/true');
	// e_machine: IBM S/390 is big-endian, and nobody's emulator takes it for a little-endian file.
	bytes.writeUInt16LE(22, 18);
	writeFileSync(program, bytes, {mode: 0o755});
	await assertNamed('exec-other-architecture', /execve\(".*foreign", .*ENOEXEC/, 'env', program);
});

test('Witness: a broken program, tried as a script or killed on the way', async () => {
	for (const [name, bytes, errno] of [
		['garbage', Buffer.from('\x7fELFgarbage'), 'ENOEXEC'],
		['half', readFileSync('/bin/true').subarray(0, 2000), 'EFAULT'],
	] as const) {
		const program = join(directory, name);
		writeFileSync(program, bytes, {mode: 0o755});
		await assertNamed('exec-damaged-program', new RegExp(`execve\\(".*${name}", .*${errno}`), 'env', program);
	}
});

test('Witness: too much to hand to a program', async () => {
	const script = (list: string): string => `$ENV{PATH} = "/usr/bin:/bin"; exec "true", ${list} or die "exec: $!"`;
	await assertNamed('exec-argument-too-long', /execve\(.*E2BIG/, 'perl', '-e', script('"x" x 200_000'));
	await assertNamed('exec-arguments-too-many', /execve\(.*E2BIG/, 'perl', '-e', script('1 .. 600_000'));
});

test('Witness: a refused rename, not what is missing at its end', async () => {
	mkdirSync(join(directory, 'new'));
	await assertNamed(
		'rename-into-itself',
		/rename.*new\/x"\) = -1 EINVAL/,
		'mv',
		join(directory, 'new'),
		join(directory, 'new/x'),
	);
});

test('Witness: what the kernel was ordered to do, though the message names a missing file', needsRoot, async () => {
	const script = `chroot("${directory}/gone/here"); open(F, "<", "/nowhere/settings"); print STDERR "settings: $!"; exit 1`;
	await assertNamed('path-parent-missing', /^chroot\(/, 'perl', '-e', script);
});

test('Witness: an ordinary file that was taken for a link', async () => {
	writeFileSync(join(directory, 'file'), '');
	const {seen} = await witnessed(
		'perl',
		'-e',
		`readlink("${directory}/file"); print STDERR "Invalid argument"; exit 1`,
	);
	assert.equal(seen, undefined);
});

test('Witness: the last of several processes, and a port', async () => {
	const port = `use Socket; for (1, 2) { socket(my $s, 2, 1, 0); push @s, $s; bind($s, sockaddr_in(0 + $port, inet_aton("127.0.0.1"))) or die "bind: $!"; listen($s, 1); $port = (sockaddr_in(getsockname($s)))[0]; }`;
	await assertNamed(
		'port-in-use',
		/bind\(\d+, 127\.0\.0\.1:\d+, 16\) = -1 EADDRINUSE/,
		'sh',
		'-c',
		`ls /nowhere; perl -e '${port}'`,
	);
});

test('Witness: namespaces and mounts', needsRoot, async () => {
	await assertNamed('umount-not-a-mount-point', /umount2\("\/etc", 0\) = -1 EINVAL/, 'umount', '/etc');
	await assertNamed(
		'mount-in-foreign-namespace',
		/mount\(.*"tmpfs".* = -1 EPERM/,
		'unshare',
		'--user',
		'--map-root-user',
		'mount',
		'-t',
		'tmpfs',
		'none',
		'/mnt',
	);
	await assertNamed(
		'unshare-user-unmapped',
		/unshare\(CLONE_NEWUSER\) = -1 EPERM/,
		'unshare',
		'--user',
		'unshare',
		'--user',
		'true',
	);
	await assertNamed(
		'umount-in-use',
		/umount2\(.*EBUSY/,
		'unshare',
		'--mount',
		'sh',
		'-c',
		`mount -t tmpfs none ${directory}; cd ${directory}; umount ${directory}`,
	);
});

test('Witness: what mount was refused, not what it then looks for', needsRoot, async () => {
	const options = `lowerdir=/etc,upperdir=${directory}/gone,workdir=${directory}/work`;
	const command = ['unshare', '--mount', 'mount', '-t', 'overlay', 'overlay', '-o', options, directory];
	await assertNamed('overlay-directory-missing', /mount\("overlay", .* = -1 ENOENT/, ...command);
});

test('Witness: the network', needsRoot, async () => {
	const inside = ['unshare', '--net', 'ip'];
	await assertNamed('link-missing', /RTM_GETLINK\("eth9"\) = -1 ENODEV/, ...inside, 'link', 'set', 'eth9', 'up');
	await assertNamed(
		'link-kind-unknown',
		/RTM_NEWLINK\("x", kind bogus\) = -1 ENOTSUP/,
		...inside,
		'link',
		'add',
		'x',
		'type',
		'bogus',
	);
	await assertNamed(
		'gateway-out-of-reach',
		/RTM_NEWROUTE\("default", via 10\.0\.0\.1\) = -1 ENETUNREACH/,
		...inside,
		'route',
		'add',
		'default',
		'via',
		'10.0.0.1',
	);
});

test('Witness: a file that was looked for in vain isn’t the reason for words of the program’s own', async () => {
	const script = (words: string): string => `open(F, "<", "/nowhere/settings"); print STDERR "${words}"; exit 1`;
	assert.equal((await witnessed('perl', '-e', script('no password was given'))).seen, undefined);
	assert.equal((await witnessed('perl', '-e', script('user nobody-here does not exist'))).seen, undefined);
	await assertNamed('path-parent-missing', /nowhere\/settings/, 'perl', '-e', script('what are the settings?'));
});

test('Witness: who succeeds, decides alone, or is killed is asked for nothing', async () => {
	for (const script of ['ls /no-such-file; true', 'exit 3', 'kill -9 $$']) {
		const {seen} = await witnessed('bash', '-c', script);
		if (script.startsWith('ls')) assert.equal(seen?.program, 'ls');
		else assert.equal(seen, undefined, script);
	}
});
