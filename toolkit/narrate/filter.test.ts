import assert from 'node:assert/strict';
import {test} from 'node:test';
import {BPF_MAXINSNS} from '#kernel/seccomp';
import {nativeArchitecture, syscallTable} from '#security/syscalls';
import {callName, deeds} from './deeds.ts';
import {stoppingFilter} from './filter.ts';

/** What a program of classic BPF answers to a call: enough of the machine for our filters. */
function verdict(program: Uint8Array, arch: number, number: number, args: readonly number[]): number {
	const code = new DataView(program.buffer, program.byteOffset, program.length);
	const data = new DataView(new ArrayBuffer(64));
	data.setUint32(0, number, true);
	data.setUint32(4, arch, true);
	for (const [index, value] of args.entries()) data.setBigUint64(16 + index * 8, BigInt(value), true);
	let register = 0;
	for (let at = 0; ; at++) {
		const [operation, yes, no, value] = [
			code.getUint16(at * 8, true),
			code.getUint8(at * 8 + 2),
			code.getUint8(at * 8 + 3),
			code.getUint32(at * 8 + 4, true),
		];
		if (operation === 0x06) return value;
		else if (operation === 0x20) register = data.getUint32(value, true);
		else if (operation === 0x54) register = (register & value) >>> 0;
		else if (operation === 0x05) at += value;
		else if (operation === 0x15) at += register === value ? yes : no;
		else if (operation === 0x25) at += register > value ? yes : no;
		else if (operation === 0x35) at += register >= value ? yes : no;
		else throw new Error(`no such operation: ${operation}`);
	}
}

const native = process.arch === 'arm64' ? 0xc00000b7 : 0xc000003e;
const ALLOW = 0x7fff_0000;
const TRACE = 0x7ff0_0000;
const program = stoppingFilter();
const ask = (name: string, ...args: readonly number[]): number =>
	verdict(program, native, syscallTable(nativeArchitecture()).get(name)!, args);

test('stoppingFilter() is short enough for the kernel', () => {
	assert.equal(program.length % 8, 0);
	assert.ok(program.length / 8 < BPF_MAXINSNS / 4);
});

test('stoppingFilter() stops what is told, and lets pass what is not', () => {
	for (const name of ['mount', 'unshare', 'setns', 'execve', 'sethostname', 'mkdirat'])
		assert.equal(ask(name), TRACE, name);
	for (const name of ['read', 'write', 'mmap', 'futex', 'close', 'sendmsg']) assert.equal(ask(name), ALLOW, name);
});

test('stoppingFilter() looks at arguments', () => {
	assert.equal(ask('openat', 0, 0, 0), ALLOW, 'to read');
	assert.equal(ask('openat', 0, 0, 1), TRACE, 'to write');
	assert.equal(ask('openat', 0, 0, 0o102), TRACE, 'to read and write');
	assert.equal(ask('openat', 0, 0, 0o301), ALLOW, 'a new file');
	assert.equal(ask('clone', 0x11), TRACE, 'a child, which may be refused');
	assert.equal(ask('clone', 0x10000), ALLOW, 'a thread');
	assert.equal(ask('clone', 0x20000011), TRACE, 'with CLONE_NEWPID');
	assert.equal(ask('kill', 1, 0), ALLOW, 'only asks');
	assert.equal(ask('kill', 1, 9), TRACE);
	assert.equal(ask('socket', 1), ALLOW);
	assert.equal(ask('socket', 16), TRACE, 'AF_NETLINK');
	assert.equal(ask('prctl', 15), ALLOW, 'PR_SET_NAME');
	assert.equal(ask('prctl', 38), TRACE, 'PR_SET_NO_NEW_PRIVS');
});

test('stoppingFilter() lets programs of another ABI pass', () => {
	const mount = syscallTable(nativeArchitecture()).get('mount')!;
	assert.equal(verdict(program, 0x40000003, mount, []), ALLOW);
});

test('callName() knows every call that is told', () => {
	const names = new Set([...syscallTable(nativeArchitecture()).values()].map(callName));
	// mknod, mkdir and rmdir are older than arm64.
	for (const name of Object.keys(deeds)) assert.ok(names.has(name) || process.arch === 'arm64', name);
});
