import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {closeSync, openSync, readlinkSync} from 'node:fs';
import {test} from 'node:test';
import {KernelError} from '#kernel/error';
import {comingBack, namespacePath} from '#kernel/namespace';
import {createVeth} from '#kernel/netlink/links';
import {needsRoot} from '#kernel/testing';
import {
	bringUp,
	configureInterface,
	createNetNamespace,
	joinNetNamespace,
	netSteps,
	readNetworkStack,
	withinNetNamespace,
} from '#net';

const own = namespacePath('self', 'net');

test('createNetNamespace() has nothing but a loopback that is down', needsRoot, () => {
	comingBack(['net'], () => {
		createNetNamespace();
		const {links, addresses, routes} = readNetworkStack();
		assert.deepEqual(
			links.filter(({kind}) => kind === 'loopback').map(({name, up}) => ({name, up})),
			[{name: 'lo', up: false}],
		);
		assert.deepEqual({addresses, routes}, {addresses: [], routes: []});
	});
});

test('bringUp() gives loopback its addresses', needsRoot, () => {
	comingBack(['net'], () => {
		createNetNamespace();
		bringUp('lo');
		const addresses = readNetworkStack().addresses.map(({address}) => address);
		assert.ok(addresses.includes('127.0.0.1/8'));
	});
});

test('bringUp() names the interface that is not there', needsRoot, () => {
	comingBack(['net'], () => {
		createNetNamespace();
		assert.throws(
			() => bringUp('nowhere0'),
			(error: unknown) =>
				error instanceof KernelError && error.errno === 'ENODEV' && error.message.includes('nowhere0'),
		);
	});
});

test('withinNetNamespace() works there and comes back', needsRoot, () => {
	const home = readlinkSync(own);
	const fd = comingBack(['net'], () => {
		createNetNamespace();
		return openSync(own, 'r');
	});
	const there = readlinkSync(`/proc/self/fd/${fd}`);
	const seen = withinNetNamespace(`/proc/self/fd/${fd}`, () => ({
		thread: readlinkSync(own),
		child: spawnSync('readlink', ['/proc/self/ns/net'], {encoding: 'utf8'}).stdout.trim(),
	}));
	assert.deepEqual(seen, {thread: there, child: there});
	assert.equal(readlinkSync(own), home);
	closeSync(fd);
});

test('joinNetNamespace() refuses a namespace of another kind', needsRoot, () => {
	assert.throws(
		() => joinNetNamespace(namespacePath('self', 'uts')),
		(error: unknown) => error instanceof KernelError && error.call === 'setns' && error.errno === 'EINVAL',
	);
});

test('configureInterface() makes the far end of a cable a way out', needsRoot, () => {
	comingBack(['net'], () => {
		createNetNamespace();
		const fd = openSync(own, 'r');
		const near = comingBack(['net'], () => {
			createNetNamespace();
			createVeth('near', {up: true}, {name: 'eth0', namespaceFd: fd});
			// A namespace that nobody holds is taken down within milliseconds, and a cable goes with either of its ends.
			return openSync(own, 'r');
		});
		configureInterface('eth0', {address: '172.30.0.2/16', gateway: '172.30.0.1'});
		const {links, addresses, routes} = readNetworkStack();
		const eth0 = links.find(({name}) => name === 'eth0');
		assert.equal(eth0?.up, true);
		assert.ok(addresses.some(({address, linkIndex}) => address === '172.30.0.2/16' && linkIndex === eth0.index));
		assert.deepEqual(
			routes.filter(({family}) => family === 'inet').map(({destination, gateway}) => [destination, gateway]),
			[
				['default', '172.30.0.1'],
				['172.30.0.0/16', undefined],
			],
		);
		for (const each of [near, fd]) closeSync(each);
	});
});

test('netSteps() leave the host’s network before they switch loopback on', needsRoot, () => {
	const home = readlinkSync(own);
	comingBack(['net'], () => {
		for (const step of netSteps({kind: 'own'})) step.run();
		assert.notEqual(readlinkSync(own), home);
		const answer = spawnSync(process.execPath, ['-e', loopbackTalk], {encoding: 'utf8'});
		assert.equal(answer.stdout, 'heard\n', answer.stderr);
	});
	assert.equal(readlinkSync(own), home);
});

test('netSteps() of a container on the host’s network are none', () => {
	assert.deepEqual(netSteps({kind: 'host'}), []);
});

test('netSteps() join another’s network by its path', needsRoot, () => {
	const fd = comingBack(['net'], () => {
		createNetNamespace();
		return openSync(own, 'r');
	});
	comingBack(['net'], () => {
		for (const step of netSteps({kind: 'join', path: `/proc/self/fd/${fd}`})) step.run();
		assert.equal(readlinkSync(own), readlinkSync(`/proc/self/fd/${fd}`));
	});
	closeSync(fd);
});

const loopbackTalk = `
	const server = require('net').createServer(c => c.end('heard')).listen(0, '127.0.0.1', () => {
		require('net').connect(server.address().port, '127.0.0.1').on('data', d => { console.log(String(d)); server.close(); });
	});`;
