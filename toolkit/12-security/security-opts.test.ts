import assert from 'node:assert/strict';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {test} from 'node:test';
import fc from 'fast-check';
import {parseSeccompProfile} from '#security/profile-file';
import {defaultSeccomp} from '#security/seccomp-default';
import {parseSecurityOpts, seccompFor} from '#security/security-opts';

test('parseSecurityOpts() reads docker’s forms, the last one counting', () => {
	const nothing = {
		noNewPrivileges: false,
		seccomp: undefined,
		apparmorProfile: undefined,
		systemPathsUnconfined: false,
	};
	assert.deepEqual(parseSecurityOpts([]), nothing);
	assert.deepEqual(parseSecurityOpts(['no-new-privileges']), {...nothing, noNewPrivileges: true});
	assert.deepEqual(parseSecurityOpts(['no-new-privileges:true', 'no-new-privileges=false']), nothing);
	assert.deepEqual(parseSecurityOpts(['seccomp=unconfined']), {...nothing, seccomp: 'unconfined'});
	assert.deepEqual(parseSecurityOpts(['seccomp:builtin']), {...nothing, seccomp: 'builtin'});
	assert.deepEqual(parseSecurityOpts(['seccomp=/a=b.json']), {...nothing, seccomp: {file: '/a=b.json'}});
	assert.deepEqual(parseSecurityOpts(['apparmor=unconfined', 'label=disable', 'systempaths=unconfined']), {
		...nothing,
		apparmorProfile: 'unconfined',
		systemPathsUnconfined: true,
	});
	for (const text of [
		'',
		'seccomp',
		'seccomp=',
		'selinux=on',
		'no-new-privileges=maybe',
		'systempaths=all',
		'label=x',
	]) {
		assert.throws(() => parseSecurityOpts([text]), {message: new RegExp(`^invalid --security-opt: "${text}"`)});
	}
});

test('seccompFor() gives docker’s profile unless something else is said', () => {
	assert.deepEqual(seccompFor(undefined, ['CAP_CHOWN']), defaultSeccomp(['CAP_CHOWN']));
	assert.equal(seccompFor(undefined, [], {privileged: true}), undefined);
	assert.deepEqual(seccompFor('builtin', [], {privileged: true}), defaultSeccomp([]));
	assert.equal(seccompFor('unconfined', []), undefined);
	assert.throws(
		() => seccompFor({file: '/nowhere.json'}, []),
		/^Error: opening seccomp profile \(\/nowhere\.json\) failed/,
	);
});

test('seccompFor() reads a file in docker’s form', () => {
	const directory = mkdtempSync(join(tmpdir(), 'drydock-seccomp-'));
	try {
		const file = join(directory, 'profile.json');
		const entry = (name: string, more: object) => ({names: [name], action: 'SCMP_ACT_ALLOW', ...more});
		writeFileSync(
			file,
			JSON.stringify({
				defaultAction: 'SCMP_ACT_ERRNO',
				archMap: [
					{architecture: 'SCMP_ARCH_X86_64', subArchitectures: ['SCMP_ARCH_X86']},
					{architecture: 'SCMP_ARCH_AARCH64', subArchitectures: null},
				],
				syscalls: [
					{name: 'read', action: 'SCMP_ACT_ALLOW', args: null, comment: 'an older form'},
					entry('reboot', {includes: {caps: ['CAP_SYS_BOOT']}}),
					entry('clone', {excludes: {caps: ['CAP_SYS_ADMIN']}}),
					entry('arch_prctl', {includes: {arches: ['amd64']}}),
					entry('ptrace', {includes: {minKernel: '4.8'}}),
					entry('bpf', {includes: {minKernel: '99.0'}}),
				],
			}),
		);
		const names = (bounding: readonly string[], machine: 'SCMP_ARCH_X86_64' | 'SCMP_ARCH_AARCH64') =>
			seccompFor({file}, bounding, {machine})?.syscalls?.flatMap(syscall => syscall.names);
		assert.deepEqual(names([], 'SCMP_ARCH_X86_64'), ['read', 'clone', 'arch_prctl', 'ptrace']);
		assert.deepEqual(names(['CAP_SYS_ADMIN', 'CAP_SYS_BOOT'], 'SCMP_ARCH_AARCH64'), ['read', 'reboot', 'ptrace']);
		assert.deepEqual(seccompFor({file}, [], {machine: 'SCMP_ARCH_X86_64'})?.architectures, [
			'SCMP_ARCH_X86_64',
			'SCMP_ARCH_X86',
		]);
	} finally {
		rmSync(directory, {recursive: true});
	}
});

test('parseSeccompProfile() keeps numbers of 64 bits exact', () => {
	const text = `{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["read"], "action": "SCMP_ACT_ERRNO",
		"args": [{"index": 0, "value": 18446744073709551615, "op": "SCMP_CMP_EQ"}]}]}`;
	assert.equal(parseSeccompProfile(text, []).syscalls?.[0]?.args?.[0]?.value, 2n ** 64n - 1n);
});

test('parseSeccompProfile() refuses anything else with one line', () => {
	fc.assert(
		fc.property(fc.oneof(fc.string(), fc.json()), text => {
			assert.throws(() => parseSeccompProfile(text, []), /^Error: seccomp profile: /);
		}),
	);
});
