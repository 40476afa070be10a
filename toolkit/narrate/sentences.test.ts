import assert from 'node:assert/strict';
import {test} from 'node:test';
import fc from 'fast-check';
import {KernelName} from '#kernel/error';
import {chinese} from './sentences/chinese.ts';
import {english, type FactName} from './sentences/english.ts';
import {onlyLooks, sentenceFor} from './sentences.ts';
import type {SpokenCall} from './spoken.ts';

const name = (text: string): KernelName => new KernelName(text);
const mount = (flags: string): SpokenCall => ({call: 'mount', args: ['a', '/b', 'tmpfs', name(flags), null]});

test('each fact has one sentence in each language, with all its words', () => {
	for (const fact of Object.keys(english) as FactName[]) {
		const words = ['ONE', 'TWO', 'THREE'].slice(0, Math.max(english[fact].length, chinese[fact].length));
		for (const sentences of [english, chinese]) {
			const sentence = (sentences[fact] as (...words: string[]) => string)(...words);
			assert.match(sentence, sentences === english ? /^[^\u3000-\u9fff]*\.$/ : /。$/, fact);
			assert.doesNotMatch(sentence, /undefined/, fact);
		}
	}
});

test('sentenceFor() tells the five things apart that mount(2) does', () => {
	const told = ['0', 'MS_BIND', 'MS_BIND|MS_REC', 'MS_BIND|MS_REMOUNT|MS_RDONLY', 'MS_PRIVATE|MS_REC', 'MS_MOVE'].map(
		flags => sentenceFor(mount(flags), 'en'),
	);
	assert.equal(told[0], 'A file system of the kind tmpfs is mounted on /b.');
	assert.equal(new Set(told).size, told.length);
});

test('sentenceFor() tells what a path of the kind /proc/self/fd/7 stands for', () => {
	const held = '/proc/thread-self/fd/7';
	const flags = name('MS_BIND|MS_REMOUNT|MS_RDONLY');
	const call = {call: 'mount', args: [null, held, null, flags, null]};
	assert.match(sentenceFor({...call, files: {7: '/boat/proc/sys'}}, 'en'), / \/boat\/proc\/sys /);
	assert.match(sentenceFor(call, 'en'), / \/proc\/thread-self\/fd\/7 /);
	const move = {call: 'move_mount', args: [5, '', 7, '', name('MOVE_MOUNT_T_EMPTY_PATH')]};
	assert.match(sentenceFor({...move, files: {7: '/boat'}}, 'zh'), /挂到 \/boat。/);
	assert.equal(sentenceFor(move, 'zh'), '把挂载挂到一个由描述符指着的位置。');
});

test('sentenceFor() speaks both languages', () => {
	const call = {call: 'unshare', args: [name('CLONE_NEWNS|CLONE_NEWNET')]};
	assert.equal(sentenceFor(call, 'en'), 'The process gets a mount table and a network stack of its own.');
	assert.equal(sentenceFor(call, 'zh'), '进程得到自己的挂载表、网络栈。');
	assert.match(sentenceFor({...call, errno: 'EPERM'}, 'en'), /^Refused with EPERM .*mount table/);
	assert.match(sentenceFor({...call, errno: 'EPERM'}, 'zh'), /^被拒绝：EPERM/);
});

test('sentenceFor() shortens the ids of containers', () => {
	const umount = (id: string) => sentenceFor({call: 'umount2', args: [`/c/${id}/rootfs`, name('0')]}, 'en');
	assert.equal(umount('0123456789abcdef'.repeat(4)), 'What is mounted on /c/0123456789ab…/rootfs is taken away.');
	assert.match(umount('0123456789abcdef'), /0123456789abcdef/);
});

test('sentenceFor() knows what values in the kernel’s files mean', () => {
	const write = (path: string, text: string) => sentenceFor({call: 'write', args: [path, text]}, 'en');
	assert.equal(write('/sys/fs/cgroup/boat/cgroup.procs', '0\n'), 'The process itself moves into the cgroup /boat.');
	assert.equal(write('/sys/fs/cgroup/boat/memory.max', '64M\n'), 'The cgroup /boat gets memory.max = 64M.');
	assert.match(write('/proc/71/uid_map', '0 1000 1'), /0 1000 1/);
	assert.equal(write('/proc/sys/net/ipv4/ip_forward', '1\n'), 'The kernel’s switch net.ipv4.ip_forward is set to 1.');
});

test('sentenceFor() tells one interface that is removed from a whole group', () => {
	const remove = (subject: string) => sentenceFor({call: 'RTM_DELLINK', args: [subject]}, 'en');
	assert.equal(remove('eth7'), 'The network interface eth7 is removed.');
	assert.equal(remove('group 47'), 'All network interfaces of the group 47 are removed.');
});

test('sentenceFor() says in Chinese which way a route goes', () => {
	const route = (...words: string[]) => sentenceFor({call: 'RTM_NEWROUTE', args: words.map(name)}, 'zh');
	assert.equal(route('default', 'via 10.0.0.1', 'dev eth0'), '添加默认路由：其余的都经由 10.0.0.1，从 eth0 出去。');
	assert.equal(route('10.1.0.0/16', 'dev eth0'), '添加路由：到 10.1.0.0/16，从 eth0 出去。');
});

test('sentenceFor() lets nothing through that a terminal would obey', () => {
	fc.assert(
		fc.property(
			fc.constantFrom('mount', 'execve', 'write', 'RTM_NEWLINK', 'nosuch\x1b'),
			fc.array(fc.string({unit: 'binary'})),
			(call, args) => {
				for (const language of ['en', 'zh'] as const) {
					assert.doesNotMatch(sentenceFor({call, args}, language), /[\x00-\x1f\x7f-\x9f]/);
				}
			},
		),
	);
});

test('onlyLooks() tells looking from changing', () => {
	assert.equal(onlyLooks({call: 'openat', args: []}), true);
	assert.equal(onlyLooks({call: 'prctl', args: [name('PR_CAPBSET_READ'), 1]}), true);
	assert.equal(onlyLooks({call: 'prctl', args: [name('PR_SET_KEEPCAPS'), 1]}), false);
	assert.equal(onlyLooks(mount('0')), false);
});
