import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {once} from 'node:events';
import {mkdtempSync, rmSync} from 'node:fs';
import {createServer} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {test} from 'node:test';
import {call} from '#kernel/libc';
import {comingBack} from '#kernel/namespace';
import {addAddress, deleteAddress} from '#kernel/netlink/addresses';
import {createBridge, createVeth, linkIndex, setLink} from '#kernel/netlink/links';
import {addRoute, deleteRoute} from '#kernel/netlink/routes';
import {CLONE_NEWNET, unshare} from '#kernel/sched';
import {needsRoot} from '#kernel/testing';
import {assertCause, caused, causeInChild, causeOf} from '../testing.ts';

/** Runs `visit` in a network namespace of its own, with its loopback on. */
function inOwnNetwork(visit: () => void): void {
	comingBack(['net'], () => {
		unshare(CLONE_NEWNET);
		setLink('lo', {up: true});
		visit();
	});
}

const [AF_INET, AF_UNIX, SOCK_STREAM, SOCK_DGRAM] = [2, 1, 1, 2];

/** A call with an address, as it is told: `bind(3, 127.0.0.1:80, 16)`. */
function withAddress(name: 'bind' | 'connect', address: string, port: number, kind = SOCK_STREAM): number {
	const fd = call('socket', [AF_INET, kind, 0]);
	const bytes = Buffer.alloc(16);
	bytes.writeUInt16LE(AF_INET, 0);
	bytes.writeUInt16BE(port, 2);
	Buffer.from(address.split('.').map(Number)).copy(bytes, 4);
	call(name, [fd, bytes, 16], {show: () => [fd, `${address}:${port}`, 16]});
	return fd;
}

function connectToPath(path: string): void {
	callWithPath('connect', path);
}

function bindToPath(path: string): void {
	callWithPath('bind', path);
}

function callWithPath(name: 'bind' | 'connect', path: string): void {
	const fd = call('socket', [AF_UNIX, SOCK_STREAM, 0]);
	const bytes = Buffer.alloc(110);
	bytes.writeUInt16LE(AF_UNIX, 0);
	bytes.write(path, 2);
	call(name, [fd, bytes, 110], {show: () => [fd, `unix:${path}`, 110]});
}

test('bind: a port that somebody has; TCP and UDP apart', needsRoot, () => {
	inOwnNetwork(() => {
		call('listen', [withAddress('bind', '127.0.0.1', 8080), 1]);
		const found = causeOf(() => withAddress('bind', '0.0.0.0', 8080));
		assertCause(
			found,
			'port-in-use',
			/net\/tcp: .*0100007F:1F90/,
			new RegExp(`/proc/${process.pid}/fd/\\d+ -> socket:`),
		);
		if (!found.sentence.en.startsWith(`TCP port 8080 is taken by process ${process.pid} (`))
			throw new Error(found.sentence.en);
		withAddress('bind', '0.0.0.0', 5353, SOCK_DGRAM);
		assertCause(
			causeOf(() => withAddress('bind', '127.0.0.1', 5353, SOCK_DGRAM)),
			'port-in-use',
			/net\/udp: /,
		);
	});
});

test('bind: an address that isn’t here', needsRoot, () => {
	inOwnNetwork(() =>
		assertCause(
			causeOf(() => withAddress('bind', '192.0.2.7', 80)),
			'address-not-ours',
			/127\.0\.0\.1\/8 dev lo/,
		),
	);
});

test('bind: a port for root, and a raw socket', needsRoot, async () => {
	const bind = `
		const fd = call('socket', [2, 1, 0]);
		const bytes = Buffer.from([2, 0, 0, 80, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0]);
		call('bind', [fd, bytes, 16], {show: () => [fd, '127.0.0.1:80', 16]});`;
	assertCause(
		await causeInChild(bind, {uid: 65534}),
		'port-privileged',
		/ip_unprivileged_port_start: 1024/,
		/CapEff: 0{16}/,
	);
	const raw = `call('socket', [2, 3, 1], {show: () => ['AF_INET', 'SOCK_RAW', 'IPPROTO_ICMP']});`;
	assertCause(await causeInChild(raw, {uid: 65534}), 'raw-socket-without-capability', /CapEff: 0{16}/);
	const under = ['unshare', '--user', '--map-root-user'];
	assertCause(
		await causeInChild(raw, {under}),
		'raw-socket-in-foreign-namespace',
		/ns\/net -> net:\[\d+\], owned by user:/,
	);
});

test('connect, bind: nobody listens, no route, no socket file, a deserted one', needsRoot, async () => {
	inOwnNetwork(() => {
		assertCause(
			causeOf(() => withAddress('connect', '127.0.0.1', 9)),
			'nobody-listens',
			/listening on no port/,
		);
		assertCause(
			causeOf(() => withAddress('connect', '192.0.2.7', 80)),
			'no-route',
			/no route/,
		);
	});
	const directory = mkdtempSync(join(tmpdir(), 'doctor-'));
	try {
		assertCause(
			causeOf(() => connectToPath(join(directory, 'gone'))),
			'unix-socket-missing',
			/gone: ENOENT/,
		);
		// A server that is killed leaves its file.
		const path = join(directory, 'left');
		spawnSync(process.execPath, [
			'-e',
			`require('node:net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 9))`,
		]);
		assertCause(
			causeOf(() => connectToPath(path)),
			'unix-socket-deserted',
			/net\/unix: no line ends in/,
		);
		assertCause(
			causeOf(() => bindToPath(path)),
			'unix-socket-taken',
			/left: socket, mode/,
		);
		const server = createServer().listen(path.replace('left', 'live'));
		await once(server, 'listening');
		connectToPath(path.replace('left', 'live'));
		server.close();
	} finally {
		rmSync(directory, {recursive: true});
	}
});

test('connect: what a network lacks first, from the link up', needsRoot, () => {
	const remedy = (address: string): string => {
		const found = causeOf(() => withAddress('connect', address, 80));
		assertCause(found, 'no-route');
		return found.remedy.en;
	};
	comingBack(['net'], () => {
		unshare(CLONE_NEWNET);
		assert.equal(remedy('127.0.0.1'), 'ip link set lo up');
		assert.match(remedy('192.0.2.7'), /^There is no interface here that leads out/);
		createVeth('veth0', {}, {name: 'veth1'});
		assert.match(remedy('192.0.2.7'), /^ip link set veth[01] up$/);
		for (const name of ['veth0', 'veth1']) setLink(name, {up: true});
		assert.match(remedy('192.0.2.7'), /^Give veth[01] an address first/);
		addAddress('veth0', '10.1.0.1/24');
		assert.match(remedy('192.0.2.7'), /ip route add default via GATEWAY$/);
	});
});

test('links: a kind that this kernel has only as a word in other names', needsRoot, t => {
	inOwnNetwork(() => {
		const {stderr} = spawnSync('ip', ['link', 'add', 'x', 'type', 'dummy'], {encoding: 'utf8'});
		if (!/Unknown device type|not supported/.test(stderr)) return t.skip('needs a kernel without dummy links');
		const failure = {call: 'RTM_NEWLINK', args: ['x', 'kind dummy'], errno: 'ENOTSUP', pid: process.pid};
		assertCause(caused(failure), 'link-kind-unknown', /kallsyms: no function is called dummy_setup/);
	});
});

test('links: a name that is taken, too long, missing', needsRoot, () => {
	inOwnNetwork(() => {
		createBridge('br0');
		assertCause(
			causeOf(() => createBridge('br0')),
			'link-name-taken',
			/: br0 \(bridge\), down/,
		);
		assertCause(
			causeOf(() => createVeth('veth0', {}, {name: 'br0'})),
			'link-name-taken',
			/br0/,
		);
		assertCause(
			causeOf(() => createBridge('sixteen-bytes-xx')),
			'link-name-too-long',
			/16 bytes/,
		);
		assertCause(
			causeOf(() => setLink('eth7', {up: true})),
			'link-missing',
			/RTM_GETLINK in net:\[\d+\]: lo, br0/,
		);
		assertCause(
			causeOf(() => linkIndex('eth7')),
			'link-missing',
		);
		assertCause(
			causeOf(() => setLink('br0', {master: 4711})),
			'link-missing',
		);
	});
});

test(
	'links: bridges in bridges, a master that is none, an unknown kind, a link that is used otherwise',
	needsRoot,
	() => {
		inOwnNetwork(() => {
			createBridge('br0');
			createBridge('br1');
			assertCause(
				causeOf(() => setLink('br0', {master: linkIndex('br1')})),
				'bridge-into-bridge',
				/br0 \(bridge\)/,
			);
			createVeth('veth0', {}, {name: 'veth1'});
			assertCause(
				causeOf(() => setLink('veth1', {master: linkIndex('veth0')})),
				'master-takes-no-ports',
				/veth0 \(veth\)/,
			);
			spawnSync('ip', ['link', 'add', 'link', 'veth0', 'name', 'mac0', 'type', 'macvlan']);
			assertCause(
				causeOf(() => setLink('veth0', {master: linkIndex('br0')})),
				'link-used-otherwise',
				/mac0 \(macvlan\)/,
			);
		});
	},
);

test('addresses and routes', needsRoot, () => {
	inOwnNetwork(() => {
		createVeth('veth0', {}, {name: 'veth1'});
		addAddress('veth0', '10.1.0.1/24');
		assertCause(
			causeOf(() => addAddress('veth0', '10.1.0.1/24')),
			'address-taken',
			/10\.1\.0\.1\/24 dev veth0/,
		);
		assertCause(
			causeOf(() => deleteAddress('veth0', '10.1.0.9/24')),
			'address-not-there',
			/10\.1\.0\.1\/24/,
		);
		assertCause(
			causeOf(() => addRoute({destination: '10.9.0.0/16', link: 'veth0'})),
			'route-link-down',
			/veth0 \(veth\), down/,
		);
		assertCause(
			causeOf(() => addRoute({destination: 'default', gateway: '10.1.0.254'})),
			'gateway-out-of-reach',
			/veth0 \(veth\), down/,
		);
		for (const name of ['veth0', 'veth1']) setLink(name, {up: true});
		assertCause(
			causeOf(() => addRoute({destination: 'default', gateway: '10.2.0.254'})),
			'gateway-out-of-reach',
			/10\.1\.0\.1\/24/,
		);
		addRoute({destination: 'default', gateway: '10.1.0.254'});
		assertCause(
			causeOf(() => addRoute({destination: 'default', gateway: '10.1.0.254'})),
			'route-there-already',
			/default via 10\.1\.0\.254 dev veth0/,
		);
		assertCause(
			causeOf(() => deleteRoute({destination: '10.7.0.0/16', gateway: '10.1.0.254'})),
			'route-not-there',
			/default via/,
		);
	});
});

test('network: no capability, another’s namespace', needsRoot, async () => {
	const body = `
		const {createBridge} = links;
		createBridge('br0');`;
	assertCause(await causeInChild(body, {uid: 65534}), 'network-without-capability', /CapEff: 0{16}/);
	assertCause(
		await causeInChild(body, {under: ['unshare', '--user', '--map-root-user']}),
		'network-in-foreign-namespace',
		/ns\/net -> net:/,
	);
});
