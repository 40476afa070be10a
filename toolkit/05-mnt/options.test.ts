import assert from 'node:assert/strict';
import {test} from 'node:test';
import fc from 'fast-check';
import {MS_BIND, MS_NOEXEC, MS_NOSUID, MS_RDONLY, MS_REC, MS_SLAVE} from '#kernel/mount';
import {MOUNT_ATTR, MOUNT_ATTR_ATIME} from '#kernel/mountattr';
import {parseMountOptions} from '#mnt/options';

test('parseMountOptions() sorts words by who acts on them', () => {
	assert.deepEqual(parseMountOptions(['nosuid', 'rbind', 'ro', 'rslave', 'size=64k', 'mode=755', 'exec']), {
		flags: MS_NOSUID | MS_BIND | MS_REC | MS_RDONLY,
		cleared: MS_NOEXEC,
		propagation: [MS_SLAVE | MS_REC],
		data: 'size=64k,mode=755',
	});
});

test('parseMountOptions() lets the last word count', () => {
	assert.equal(parseMountOptions(['ro', 'rw']).flags, 0);
	assert.equal(parseMountOptions(['ro', 'rw']).cleared, MS_RDONLY);
	assert.deepEqual(parseMountOptions(['rw', 'ro']), {flags: MS_RDONLY, cleared: 0, propagation: [], data: ''});
	assert.deepEqual(parseMountOptions(['rro', 'rnoatime', 'rrw']).recursive, {
		set: MOUNT_ATTR.noatime,
		clear: MOUNT_ATTR_ATIME | MOUNT_ATTR.ro,
	});
});

test('parseMountOptions() hands every word that it doesn’t know to the file system, once and in order', () => {
	const words = fc.stringMatching(/^[a-z_]{3,12}=[a-z0-9]{1,8}$/);
	fc.assert(
		fc.property(fc.array(words), fc.array(fc.constantFrom('ro', 'nosuid', 'bind', 'private')), (unknown, known) => {
			assert.equal(parseMountOptions([...known, ...unknown]).data, unknown.join(','));
		}),
	);
	assert.equal(parseMountOptions(['constructor', '__proto__']).data, 'constructor,__proto__');
});
