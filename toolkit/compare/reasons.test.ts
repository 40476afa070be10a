import assert from 'node:assert/strict';
import {test} from 'node:test';
import type {Aspect} from '#compare/fact';
import {reasonFor} from '#compare/reasons';

const difference = (aspect: Aspect, name: string, ours?: string, theirs?: string) => ({
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

test('reasonFor() says of podman what podman does, not what docker does', () => {
	const told = [
		difference('rlimit', 'processes', '96365', '32768'),
		difference('sysctl', 'net.ipv4.ping_group_range', '1 0', '0 0'),
		difference('network', 'link eth0', 'veth, up, mtu 1400, IPv4', 'veth, up, mtu 1500, IPv4'),
		difference('mount', '/tmp', undefined, 'tmpfs nodev,nosuid,rw'),
	].map(each => reasonFor(each, 'podman')!.en);
	for (const [index, expected] of [
		/kernel\.pid_max/,
		/without CAP_NET_RAW/,
		/1500 unless told/,
		/--read-tmpfs/,
	].entries())
		assert.match(told[index]!, expected);
});

test('reasonFor() tells an input nobody types into from an output somebody reads', () => {
	assert.match(reasonFor(difference('descriptor', '0', '/dev/null', 'a pipe'), 'runc')!.en, /Nobody types here/);
	assert.match(reasonFor(difference('descriptor', '1', 'a socket', 'a pipe'), 'runc')!.en, /Somebody reads/);
});
