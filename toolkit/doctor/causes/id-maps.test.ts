import {type ChildProcess, spawn} from 'node:child_process';
import {once} from 'node:events';
import {readlinkSync, writeFileSync} from 'node:fs';
import {afterEach, beforeEach, test} from 'node:test';
import {writeKernelFile} from '#kernel/file';
import {needsRoot} from '#kernel/testing';
import {untilSync} from '#observe/testing';
import {assertCause, causeInChild, causeOf} from '../testing.ts';

let child: ChildProcess;
beforeEach(() => start());
afterEach(end);

/** A process in a user namespace of its own, whose maps nobody has written. */
function start(uid?: number): void {
	child = spawn('unshare', ['--user', 'sleep', '600'], {
		stdio: 'ignore',
		...(uid === undefined ? {} : {uid, gid: uid}),
	});
	const own = readlinkSync('/proc/self/ns/user');
	untilSync(() => readlinkSync(`/proc/${child.pid}/ns/user`) !== own);
}

async function end(): Promise<void> {
	child.kill('SIGKILL');
	await once(child, 'exit');
}

const map = (name = 'uid_map'): string => `/proc/${child.pid}/${name}`;
const userNamespace = ['unshare', '--user', '--map-root-user'];

test('a map that is malformed, too long, or overlaps', needsRoot, () => {
	assertCause(
		causeOf(() => writeKernelFile(map(), '0 100000\n')),
		'id-map-malformed',
		/"0 100000"/,
	);
	assertCause(
		causeOf(() => writeKernelFile(map(), '0 1 0\n')),
		'id-map-malformed',
		/"0 1 0"/,
	);
	const lines = Array.from({length: 341}, (_, index) => `${index} ${index} 1\n`).join('');
	assertCause(
		causeOf(() => writeKernelFile(map(), lines)),
		'id-map-too-many-lines',
		/341 lines/,
	);
	assertCause(
		causeOf(() => writeKernelFile(map(), '0 0 10\n5 100 10\n')),
		'id-map-overlaps',
		/: 0 0 10/,
		/: 5 100 10/,
	);
});

test('a map that is written already', needsRoot, () => {
	writeFileSync(map(), '0 0 1\n');
	assertCause(
		causeOf(() => writeKernelFile(map(), '0 0 1\n')),
		'id-map-written-already',
		/uid_map: +0 +0 +1/,
	);
});

test('a map that is written from a namespace beside it', needsRoot, async () => {
	const found = await causeInChild(`writeKernelFile('${map()}', '0 0 1\\n')`, {under: userNamespace});
	assertCause(found, 'id-map-from-elsewhere', /ns\/user -> user:/);
});

test('a group map while setgroups is allowed, and foreign ids', needsRoot, async () => {
	await end();
	start(65534);
	const groups = await causeInChild(`writeKernelFile('${map('gid_map')}', '0 65534 1\\n')`, {uid: 65534});
	assertCause(groups, 'id-map-setgroups-not-denied', /setgroups: allow/);
	const users = await causeInChild(`writeKernelFile('${map()}', '0 100000 65536\\n')`, {uid: 65534});
	assertCause(users, 'id-map-foreign-ids', /Uid: 65534/, /0 100000 65536/);
});

test('a map of ids that the namespace above doesn’t have', async () => {
	const body = `
		const {spawn} = process.getBuiltinModule('node:child_process');
		const inner = spawn('unshare', ['--user', 'sleep', '3']);
		const own = fs.readlinkSync('/proc/self/ns/user');
		while (fs.readlinkSync('/proc/' + inner.pid + '/ns/user') === own);
		try { writeKernelFile('/proc/' + inner.pid + '/uid_map', '0 5000 1\\n'); } finally { setImmediate(() => inner.kill()); }`;
	assertCause(await causeInChild(body, {under: userNamespace}), 'id-map-outside-unmapped', /uid_map: +0 +\d+ +1/);
});

test('setgroups: allowed or denied too late', needsRoot, () => {
	writeFileSync(map('gid_map'), '0 0 1\n');
	assertCause(
		causeOf(() => writeKernelFile(map('setgroups'), 'deny')),
		'setgroups-switch-too-late',
		/setgroups: allow/,
		/gid_map: +0/,
	);
});

test('setgroups, setresuid, chown: what a small map forbids', async () => {
	assertCause(
		await causeInChild('credentials.setGroups([0])', {under: userNamespace}),
		'setgroups-denied',
		/setgroups: deny/,
	);
	assertCause(
		await causeInChild('credentials.setUserId(1000)', {under: userNamespace}),
		'id-not-mapped',
		/uid_map: +0 +\d+ +1/,
	);
	const chown = await causeInChild(
		`const path = fs.mkdtempSync('/tmp/doctor-'); try { file('chown', [path, 0, 1000], () => fs.chownSync(path, 0, 1000)); } finally { fs.rmdirSync(path); }`,
		{under: userNamespace},
	);
	assertCause(chown, 'id-not-mapped', /gid_map: +0 +\d+ +1/);
});
