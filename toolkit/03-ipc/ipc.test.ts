import assert from 'node:assert/strict';
import {readlinkSync} from 'node:fs';
import {test} from 'node:test';
import {createIpcNamespace, ipcSteps, parseSystemVObjects, readSystemVObjects} from '#ipc';
import {KernelName} from '#kernel/error';
import {call} from '#kernel/libc';
import {comingBack, namespacePath} from '#kernel/namespace';
import {needsRoot} from '#kernel/testing';

const IPC_CREAT = 0o1000;
const IPC_RMID = 0;

/** Makes a segment that no process has attached: it lives on in its namespace. */
function makeSegment(key: number, bytes: number): number {
	return call('shmget', [key, bytes, IPC_CREAT | 0o600], {show: () => [key, bytes, new KernelName('IPC_CREAT|0600')]});
}

test('createIpcNamespace() hides the segments of the namespace that was left', needsRoot, () => {
	const key = 0x2a0000 + process.pid;
	const id = makeSegment(key, 4096);
	try {
		comingBack(['ipc'], () => {
			createIpcNamespace();
			assert.deepEqual(readSystemVObjects(), []);
			// The same key names another segment here; it goes with the namespace.
			makeSegment(key, 8192);
			assert.deepEqual(
				readSystemVObjects().map(({kind, key, size, attached, mode}) => ({kind, key, size, attached, mode})),
				[{kind: 'shm', key, size: 8192, attached: 0, mode: 0o600}],
			);
		});
		assert.equal(readSystemVObjects().find(object => object.key === key)?.size, 4096);
	} finally {
		call('shmctl', [id, IPC_RMID, null]);
	}
});

test('ipcSteps() enters another namespace', needsRoot, () => {
	const home = readlinkSync(namespacePath('self', 'ipc'));
	comingBack(['ipc'], () => {
		for (const step of ipcSteps()) step.run();
		assert.notEqual(readlinkSync(namespacePath('self', 'ipc')), home);
	});
	assert.equal(readlinkSync(namespacePath('self', 'ipc')), home);
});

test('parseSystemVObjects() reads a queue’s row by the names of its columns', () => {
	const table =
		'       key      msqid perms      cbytes       qnum lspid lrpid   uid   gid  cuid  cgid      stime      rtime      ctime\n' +
		'        42          7   640        1234          3  4711     0  1000  1000  1000  1000 1700000000          0 1700000000\n';
	assert.deepEqual(parseSystemVObjects('msg', table), [
		{kind: 'msg', key: 42, id: 7, mode: 0o640, uid: 1000, size: 1234, attached: undefined},
	]);
});
