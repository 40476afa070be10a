import assert from 'node:assert/strict';
import {test} from 'node:test';
import {reasonFor} from '#compare/reasons';

const difference = (aspect: 'mount' | 'rlimit' | 'network', name: string, ours?: string, theirs?: string) => ({
	aspect,
	name,
	ours,
	theirs,
});

test('reasonFor() tells a known reason in both languages', () => {
	const reason = reasonFor(difference('mount', '/proc/keys', 'devtmpfs (/null) rw', 'tmpfs (/null) rw'), 'runc');
	assert.match(reason!.en, /Both lay \/dev\/null over the file/);
	assert.match(reason!.zh, /两边都用 \/dev\/null 盖住文件/);
});

test('reasonFor() knows for whom a reason holds, and says nothing where it knows nothing', () => {
	const cable = difference('network', 'link eth0', 'veth, up, mtu 1500, IPv4');
	assert.match(reasonFor(cable, 'runc')!.en, /runc makes the network namespace and stops there/);
	assert.match(reasonFor(cable, 'docker')!.en, /another container’s, which docker can’t join/);
	assert.equal(reasonFor(cable, 'podman'), undefined);
	assert.equal(reasonFor(difference('mount', '/strange', undefined, 'ext4 bind'), 'docker'), undefined);
});
