import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {test} from 'node:test';
import {comingBack} from '#kernel/namespace';
import {addAddress, deleteAddress, listAddresses} from '#kernel/netlink/addresses';
import {createVeth, linkIndex, setLink} from '#kernel/netlink/links';
import {addRoute, deleteRoute, listRoutes} from '#kernel/netlink/routes';
import {NetlinkError} from '#kernel/netlink/socket';
import {CLONE_NEWNET, unshare} from '#kernel/sched';
import {needsRoot} from '#kernel/testing';

test('addAddress() gives IPv4 and IPv6 addresses, deleteAddress() takes them', needsRoot, () => {
	withCable(() => {
		addAddress('near', '192.0.2.2/24');
		addAddress('near', 'fd00::2/64');
		assert.deepEqual(globalAddresses(), ['192.0.2.2/24', 'fd00::2/64']);
		deleteAddress('near', '192.0.2.2/24');
		deleteAddress('near', 'fd00::2/64');
		assert.deepEqual(globalAddresses(), []);
		assert.throws(() => deleteAddress('near', '192.0.2.2/24'), isRefusal('EADDRNOTAVAIL'));
	});
});

test('addAddress() repeats the kernel’s own words when it is refused', needsRoot, () => {
	withCable(() => {
		addAddress('near', '192.0.2.2/24');
		assert.throws(
			() => addAddress('near', '192.0.2.2/24'),
			(error: unknown) =>
				error instanceof NetlinkError && error.errno === 'EEXIST' && error.message.includes(error.detail),
		);
		assert.throws(() => addAddress('nowhere', '192.0.2.2/24'), isRefusal('ENODEV'));
	});
});

test('addRoute() makes a way out, deleteRoute() closes it', needsRoot, () => {
	withCable(() => {
		addAddress('near', '192.0.2.2/24');
		addRoute({destination: 'default', gateway: '192.0.2.1'});
		addRoute({destination: '198.51.100.0/24', link: 'near'});
		const index = linkIndex('near');
		assert.deepEqual(ipv4Routes(), [
			['default', '192.0.2.1', index],
			['192.0.2.0/24', undefined, index],
			['198.51.100.0/24', undefined, index],
		]);
		deleteRoute({destination: 'default'});
		deleteRoute({destination: '198.51.100.0/24'});
		assert.deepEqual(ipv4Routes(), [['192.0.2.0/24', undefined, index]]);
		assert.throws(() => deleteRoute({destination: 'default'}), isRefusal('ESRCH'));
	});
});

test('addRoute() refuses a gateway that nobody can reach', needsRoot, () => {
	withCable(() => {
		assert.throws(() => addRoute({destination: 'default', gateway: '203.0.113.1'}), isRefusal('ENETUNREACH'));
	});
});

test('listRoutes() agrees with ip', needsRoot, () => {
	withCable(() => {
		addAddress('near', '192.0.2.2/24');
		addAddress('near', 'fd00::2/64');
		addRoute({destination: 'default', gateway: '192.0.2.1'});
		addRoute({destination: 'default', gateway: 'fd00::1', link: 'near'});
		const shown = ['-4', '-6'].map(family => spawnSync('ip', ['-j', family, 'route'], {encoding: 'utf8'}));
		if (shown[0]!.error !== undefined) return;
		const theirs = shown.flatMap(({stdout}) => JSON.parse(stdout) as {dst: string; gateway?: string}[]);
		assert.deepEqual(
			listRoutes()
				.map(({destination, gateway}) => `${destination} ${gateway}`)
				.sort(),
			theirs.map(({dst, gateway}) => `${dst} ${gateway}`).sort(),
		);
	});
});

function withCable(visit: () => void): void {
	comingBack(['net'], () => {
		unshare(CLONE_NEWNET);
		createVeth('near', {up: true}, {name: 'far'});
		setLink('far', {up: true});
		visit();
	});
}

function globalAddresses(): readonly string[] {
	return listAddresses()
		.filter(({scope}) => scope === 'global')
		.map(({address}) => address);
}

function ipv4Routes(): readonly (readonly unknown[])[] {
	return listRoutes()
		.filter(({family}) => family === 'inet')
		.map(({destination, gateway, linkIndex}) => [destination, gateway, linkIndex]);
}

function isRefusal(errno: string): (error: unknown) => boolean {
	return error => error instanceof NetlinkError && error.errno === errno;
}
