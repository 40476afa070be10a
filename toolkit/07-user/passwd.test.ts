import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {test} from 'node:test';
import fc from 'fast-check';
import {parseGroup, parsePasswd, readUserFiles, resolveUser} from '#user/passwd';

const files = {
	passwd:
		'root:x:0:0:root:/root:/bin/sh\nweb:x:33:34::/var/www:/bin/sh\nhomeless:x:40:40:::\n# web2:x:1:1\nbroken:x:y:0\n',
	group: 'root:x:0:\nstaff:x:50:web,mary\nadm:x:4:web\nwww:x:34:\n',
};

test('resolveUser() finds users by name and number, as docker does', () => {
	const cases = {
		'': {uid: 0, gid: 0, additionalGids: [0], home: '/root'},
		web: {uid: 33, gid: 34, additionalGids: [34, 50, 4], home: '/var/www'},
		33: {uid: 33, gid: 34, additionalGids: [34, 50, 4], home: '/var/www'},
		'web:staff': {uid: 33, gid: 50, additionalGids: [50], home: '/var/www'},
		'web:7': {uid: 33, gid: 7, additionalGids: [7], home: '/var/www'},
		'1000:1001': {uid: 1000, gid: 1001, additionalGids: [1001], home: '/'},
		1000: {uid: 1000, gid: 0, additionalGids: [0], home: '/'},
		homeless: {uid: 40, gid: 40, additionalGids: [40], home: '/'},
		':staff': {uid: 0, gid: 50, additionalGids: [50], home: '/root'},
	};
	for (const [text, expected] of Object.entries(cases)) assert.deepEqual(resolveUser(text, files), expected, text);
	assert.deepEqual(resolveUser('web:staff', files, ['adm', '99', '99']).additionalGids, [50, 4, 99]);
	assert.deepEqual(resolveUser('1000', {}), {uid: 1000, gid: 0, additionalGids: [0], home: '/'});
});

test('resolveUser() refuses in docker’s words', () => {
	assert.throws(() => resolveUser('nobody-here', files), {
		message: 'unable to find user nobody-here: no matching entries in passwd file',
	});
	assert.throws(() => resolveUser('web:nobody', files), {
		message: 'unable to find group nobody: no matching entries in group file',
	});
	assert.throws(() => resolveUser('web', {}), /unable to find user web/);
	assert.throws(() => resolveUser('2147483648', files), {message: 'uids and gids must be in range 0-2147483647'});
	assert.throws(() => resolveUser('-1', files), /unable to find user -1/);
	assert.throws(() => resolveUser('evil', {passwd: 'evil:x:4294967295:0::/:/bin/sh\n'}), /must be in range/);
});

test('resolveUser() never yields an id out of range, whatever the files say', () => {
	fc.assert(
		fc.property(fc.string(), fc.string(), fc.string(), (text, passwd, group) => {
			try {
				const {uid, gid, additionalGids} = resolveUser(text, {passwd, group});
				for (const id of [uid, gid, ...additionalGids]) assert.ok(Number.isInteger(id) && id >= 0 && id < 2 ** 31);
			} catch (error) {
				assert.match(String(error), /unable to find|must be in range/);
			}
		}),
	);
});

test('parsePasswd() and parseGroup() read the lines that are whole', () => {
	assert.deepEqual(
		parsePasswd(files.passwd).map(({name}) => name),
		['root', 'web', 'homeless'],
	);
	assert.deepEqual(parseGroup(files.group)[1], {name: 'staff', gid: 50, members: ['web', 'mary']});
});

test('readUserFiles() stays inside the root, and reads nothing but files', () => {
	const root = mkdtempSync(join(tmpdir(), 'drydock-passwd-'));
	try {
		assert.deepEqual(readUserFiles(root), {passwd: undefined, group: undefined});
		mkdirSync(join(root, 'etc'));
		writeFileSync(join(root, 'etc/passwd'), files.passwd);
		// A link to the host's file means the container's own one, which is not there.
		symlinkSync('/etc/hostname', join(root, 'etc/group'));
		assert.deepEqual(readUserFiles(root), {passwd: files.passwd, group: undefined});
		rmSync(join(root, 'etc/group'));
		assert.equal(spawnSync('mkfifo', [join(root, 'etc/group')]).status, 0);
		assert.throws(() => readUserFiles(root), /\/etc\/group in the container's root is no regular file/);
		truncateSync(join(root, 'etc/passwd'), 2 ** 40);
		assert.throws(() => readUserFiles(root), /\/etc\/passwd in the container's root is too large/);
	} finally {
		rmSync(root, {recursive: true});
	}
});
