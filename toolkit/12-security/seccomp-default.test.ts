import assert from 'node:assert/strict';
import {test} from 'node:test';
import {needsRoot} from '#kernel/testing';
import {defaultSeccomp} from '#security/seccomp-default';
import {isArchitecture, syscallTable} from '#security/syscalls';
import {inChild} from '#security/testing';

/** The names that a profile allows whatever their arguments. */
function allowed(bounding: readonly string[], machine?: 'SCMP_ARCH_AARCH64', release?: string): ReadonlySet<string> {
	const {syscalls = []} = defaultSeccomp(bounding, machine, release);
	const free = syscalls.filter(({action, args = []}) => action === 'SCMP_ACT_ALLOW' && args.length === 0);
	return new Set(free.flatMap(({names}) => names));
}

test('defaultSeccomp() under the kernel refuses what docker’s profile does', needsRoot, () => {
	const answers = inChild(`
		apply({process: {user: {uid: 0, gid: 0}, capabilities: capabilitySets({})}, seccomp: defaultSeccomp(defaultBounding)});
		const NEWUSER = 0x10000000;
		const SIGCHLD = 17;
		return {
			unshare: ask('unshare', NEWUSER),
			clone: ask('clone', NEWUSER | SIGCHLD, 0, 0, 0, 0),
			clone3: ask('clone3', 0, 0),
			mount: ask('mount', 0, 0, 0, 0, 0),
			umount2: ask('umount2', '/nowhere', 0),
			pivot_root: ask('pivot_root', '/', '/'),
			keyctl: ask('keyctl', 0, -3, 0),
			add_key: ask('add_key', 0, 0, 0, 0, 0),
			// Wrong magic numbers: even let through, it would not reboot.
			reboot: ask('reboot', 0, 0, 0),
			bpf: ask('bpf', 0, 0, 0),
			io_uring_setup: ask('io_uring_setup', 0, 0),
			settimeofday: ask('settimeofday', 0, 0),
			kexec_load: ask('kexec_load', 0, 0, 0, 0),
			swapoff: ask('swapoff', '/nowhere'),
			vsock: ask('socket', 40, 1, 0),
			alg: ask('socket', 38, 5, 0),
			unix: ask('socket', 1, 1, 0),
			notExistingPersonality: ask('personality', 0x0040000),
			whichPersonality: ask('personality', 0xffffffff),
			// A call that no kernel has yet, and none of the profile's names stands behind.
			tomorrow: (() => {
				try {
					syscall('tomorrow', 4000, []);
				} catch (error) {
					return error.errno;
				}
			})(),
			program: run('/bin/sh', '-c', 'echo works; unshare --user true || echo refused').stdout,
		};
	`) as Readonly<Record<string, string>>;
	for (const name of [
		...['unshare', 'clone', 'mount', 'umount2', 'pivot_root', 'keyctl', 'add_key', 'reboot', 'bpf', 'io_uring_setup'],
		...['settimeofday', 'kexec_load', 'swapoff', 'vsock', 'alg', 'notExistingPersonality'],
	]) {
		assert.equal(answers[name], 'EPERM', name);
	}
	assert.equal(answers.clone3, 'ENOSYS');
	assert.equal(answers.tomorrow, 'ENOSYS');
	assert.equal(answers.unix, 'ok');
	assert.equal(answers.whichPersonality, 'ok');
	assert.equal(answers.program, 'works\nrefused\n');
});

test('defaultSeccomp() with CAP_SYS_ADMIN lets mounts and namespaces through to the kernel', needsRoot, () => {
	const answers = inChild(`
		const capabilities = capabilitySets({add: ['SYS_ADMIN']});
		apply({process: {user: {uid: 0, gid: 0}, capabilities}, seccomp: defaultSeccomp(capabilities.bounding)});
		return {
			mount: ask('mount', 0, 0, 0, 0, 0),
			clone3: ask('clone3', 0, 0),
			keyctl: ask('keyctl', 0, -3, 0),
			namespace: run('unshare', '--uts', 'echo', 'made').stdout,
		};
	`);
	assert.deepEqual(answers, {mount: 'EFAULT', clone3: 'EINVAL', keyctl: 'EPERM', namespace: 'made\n'});
});

test('defaultSeccomp() depends on capabilities, machine and kernel', () => {
	assert.equal(allowed([]).has('chroot'), false);
	assert.ok(allowed(['CAP_SYS_CHROOT']).has('chroot'));
	assert.ok(allowed(['CAP_SYSLOG']).has('syslog'));
	assert.ok(allowed([], undefined, '4.8.0').has('ptrace'));
	assert.equal(allowed([], undefined, '4.7.10').has('ptrace'), false);
	assert.ok(allowed(['CAP_SYS_PTRACE'], undefined, '3.10.0').has('ptrace'));
	assert.ok(allowed([], 'SCMP_ARCH_AARCH64').has('set_tls'));
	assert.equal(allowed([], 'SCMP_ARCH_AARCH64').has('arch_prctl'), false);
	const {architectures = []} = defaultSeccomp([], 'SCMP_ARCH_AARCH64');
	assert.deepEqual(architectures, ['SCMP_ARCH_AARCH64', 'SCMP_ARCH_ARM']);
	assert.ok(architectures.every(isArchitecture));
});

test('defaultSeccomp() names only calls that some machine has', () => {
	const known = new Set(
		(['SCMP_ARCH_X86_64', 'SCMP_ARCH_X86', 'SCMP_ARCH_AARCH64', 'SCMP_ARCH_ARM'] as const).flatMap(abi => [
			...syscallTable(abi).keys(),
		]),
	);
	// RISC-V's own: docker's list serves all machines.
	known.add('riscv_hwprobe');
	const everything = [
		'CAP_SYS_ADMIN',
		'CAP_SYS_MODULE',
		'CAP_SYS_TIME',
		'CAP_SYS_NICE',
		'CAP_SYS_RAWIO',
		'CAP_SYS_PTRACE',
	];
	const strangers = [...allowed(everything)].filter(name => !known.has(name));
	// Names of calls that only exist behind other multiplexers or on other machines.
	assert.deepEqual(strangers, []);
});
