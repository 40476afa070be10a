import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {test} from 'node:test';
import {parseMountinfo} from '#kernel/mountinfo';

test('parseMountinfo() reads optional fields, escapes and options', () => {
	const text = [
		'36 27 254:0 /da\\040ta /s\\011rv\\134x rw,nosuid shared:7 master:2 - ext4 /dev/vda rw,discard',
		'37 36 0:5 / /a rw - tmpfs none rw',
		'38 36 0:6 / /b rw unbindable - proc proc rw',
		'39 36 0:7 / /c ro master:9 propagate_from:3 - tmpfs a\\043b rw',
		'',
	].join('\n');
	const [first, second, third, fourth] = parseMountinfo(text);
	assert.deepEqual(first, {
		id: 36,
		parentId: 27,
		device: '254:0',
		root: '/da ta',
		mountPoint: '/s\trv\\x',
		options: ['rw', 'nosuid'],
		propagation: 'shared,slave',
		peerGroup: 7,
		master: 2,
		fileSystem: 'ext4',
		source: '/dev/vda',
		superOptions: ['rw', 'discard'],
	});
	assert.equal(second?.propagation, 'private');
	assert.equal(third?.propagation, 'unbindable');
	assert.deepEqual([fourth?.propagation, fourth?.master, fourth?.source], ['slave', 9, 'a#b']);
});

test('parseMountinfo() reads this machine’s own table', () => {
	const mounts = parseMountinfo(readFileSync('/proc/self/mountinfo', 'utf8'));
	assert.ok(mounts.some(({mountPoint}) => mountPoint === '/'));
	assert.equal(mounts.find(({mountPoint}) => mountPoint === '/proc')?.fileSystem, 'proc');
});
