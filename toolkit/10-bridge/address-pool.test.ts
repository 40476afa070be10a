import assert from 'node:assert/strict';
import {test} from 'node:test';
import fc from 'fast-check';
import {chooseAddress, macOf} from '#bridge/address-pool';
import type {Endpoint} from '#bridge/endpoint';
import {gatewayOf, isForContainers, type Network, subnetRange} from '#bridge/network';

const network = networkOf('192.168.210.0/29');

test('chooseAddress() gives the lowest free one, until none is left', () => {
	const endpoints: Endpoint[] = [];
	for (const expected of ['192.168.210.2', '192.168.210.3', '192.168.210.4', '192.168.210.5', '192.168.210.6']) {
		assert.equal(chooseAddress(network, endpoints), expected);
		endpoints.push(endpointAt(expected));
	}
	assert.throws(() => chooseAddress(network, endpoints), /no address is left in 192\.168\.210\.0\/29/);
	assert.equal(chooseAddress(network, endpoints.toSpliced(1, 1)), '192.168.210.3');
});

test('chooseAddress() gives a wanted address if it can be had', () => {
	assert.equal(chooseAddress(network, [], '192.168.210.6'), '192.168.210.6');
	assert.throws(
		() => chooseAddress(network, [endpointAt('192.168.210.6')], '192.168.210.6'),
		/already allocated by web/,
	);
	for (const wrong of ['192.168.210.0', '192.168.210.1', '192.168.210.7', '192.168.211.2']) {
		assert.throws(() => chooseAddress(network, [], wrong), /can't be given/);
	}
});

test('chooseAddress() never gives one twice, nor one outside', () => {
	fc.assert(
		fc.property(fc.integer({min: 22, max: 29}), fc.integer({min: 1, max: 60}), (bits, count) => {
			const subnet = networkOf(`10.210.4.0/${bits}`);
			const room = 2 ** (32 - bits) - 3;
			const endpoints: Endpoint[] = [];
			for (let index = 0; index < Math.min(count, room); index++) {
				endpoints.push(endpointAt(chooseAddress(subnet, endpoints)));
			}
			const addresses = endpoints.map(({address}) => address);
			assert.equal(new Set(addresses).size, addresses.length);
			assert.ok(addresses.every(address => isForContainers(address, subnet)));
		}),
	);
});

test('macOf() tells the address', () => {
	assert.equal(macOf('172.30.0.2'), '02:42:ac:1e:00:02');
});

test('subnetRange() begins where the prefix does', () => {
	const {first, last} = subnetRange('172.30.7.9/16');
	assert.deepEqual([first, last], [subnetRange('172.30.0.0/32').first, subnetRange('172.30.255.255/32').first]);
});

function networkOf(subnet: string): Network {
	return {name: 'drydock0', subnet, gateway: gatewayOf(subnet), mtu: 1500, nat: 'none'};
}

function endpointAt(address: string): Endpoint {
	return {
		containerId: address,
		name: 'web',
		hostname: 'web',
		aliases: [],
		network: network.name,
		address,
		prefixBits: 29,
		gateway: network.gateway,
		mac: macOf(address),
		hostLink: 'dd',
		ports: [],
		extraHosts: [],
	};
}
