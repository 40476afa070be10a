import assert from 'node:assert/strict';
import {openSync, unlinkSync} from 'node:fs';
import {test} from 'node:test';
import {asKernelError, writeKernelFile} from '#kernel/file';
import {needsRoot} from '#kernel/testing';
import {assertCause, causeInChild, causeOf} from '../testing.ts';

const nobody = {uid: 65534};

/** One of Node's file calls under the kernel's name for it. */
function calling(call: string, args: readonly unknown[], action: () => unknown): () => void {
	return () => {
		try {
			action();
		} catch (error) {
			throw asKernelError(call, args, error);
		}
	};
}

test('a file of the kernel’s that isn’t there', () => {
	const path = '/proc/sys/kernel/no-such-switch';
	const found = causeOf(calling('open', [path, 'O_WRONLY|O_CREAT'], () => openSync(path, 'w')));
	assertCause(found, 'kernel-makes-these-files', /- proc proc/);
});

test('a file of the kernel’s that is to be removed, or written and has no w bit', needsRoot, () => {
	const removed = causeOf(calling('unlink', ['/proc/version'], () => unlinkSync('/proc/version')));
	assertCause(removed, 'kernel-keeps-these-files', /version: file, mode 0444/, /- proc proc/);
	const path = '/proc/sys/kernel/osrelease';
	const written = causeOf(calling('open', [path, 'O_WRONLY'], () => openSync(path, 'r+')));
	assertCause(written, 'kernel-file-read-only', /osrelease: file, mode 0444/);
	assertCause(
		causeOf(() => writeKernelFile('/proc/version', '7')),
		'kernel-file-read-only',
		/version: file, mode 0444/,
	);
});

test('a file of the kernel’s that is root’s', needsRoot, async () => {
	const path = '/proc/sys/kernel/pid_max';
	const found = await causeInChild(`file('open', ['${path}', 'O_WRONLY'], () => fs.openSync('${path}', 'r+'))`, nobody);
	assertCause(found, 'file-permission-denied', /pid_max: file, mode 0644, owner 0:0/);
	// A chmod of it would be refused to root, too.
	assert.match(found.remedy.en, /^Do it as user 0/);
});

test('a setting that takes numbers, and not all of them', needsRoot, () => {
	const path = '/proc/sys/kernel/pid_max';
	const word = causeOf(() => writeKernelFile(path, 'many'));
	assertCause(word, 'sysctl-value-not-taken', /write to .*pid_max: "many"/, /pid_max: \d+$/);
	assert.match(word.sentence.en, /whole numbers/);
	const number = causeOf(() => writeKernelFile(path, '99999999999'));
	assertCause(number, 'sysctl-value-not-taken', /"99999999999"/);
	assert.match(number.sentence.en, /other values/);
});

test('the kernel’s log', needsRoot, async () => {
	// SYSLOG_ACTION_CLEAR is never anybody's.
	const number = process.arch === 'arm64' ? 116 : 103;
	const found = await causeInChild(`syscall('syslog', ${number}, [5, null, 0])`, nobody);
	assertCause(found, 'kernel-log-restricted', /CapEff: 0{16}/);
});
