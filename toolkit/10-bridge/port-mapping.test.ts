import assert from 'node:assert/strict';
import {test} from 'node:test';
import fc from 'fast-check';
import {parsePortMapping, portsCollide} from '#bridge/port-mapping';

const everywhere = '0.0.0.0';

test('parsePortMapping() reads docker’s spellings', () => {
	const single = (port: number) => ({first: port, last: port});
	assert.deepEqual(parsePortMapping('8080:80'), [
		{hostAddress: everywhere, hostPorts: single(8080), containerPort: 80, protocol: 'tcp'},
	]);
	assert.deepEqual(parsePortMapping('127.0.0.1:53:5353/udp'), [
		{hostAddress: '127.0.0.1', hostPorts: single(53), containerPort: 5353, protocol: 'udp'},
	]);
	assert.deepEqual(parsePortMapping('80'), [{hostAddress: everywhere, containerPort: 80, protocol: 'tcp'}]);
	assert.deepEqual(parsePortMapping('127.0.0.1::80/TCP'), [
		{hostAddress: '127.0.0.1', containerPort: 80, protocol: 'tcp'},
	]);
	assert.deepEqual(
		parsePortMapping('8080-8082:80-82').map(({hostPorts, containerPort}) => [hostPorts?.first, containerPort]),
		[
			[8080, 80],
			[8081, 81],
			[8082, 82],
		],
	);
	assert.deepEqual(
		parsePortMapping('80-81').map(({hostPorts, containerPort}) => [hostPorts, containerPort]),
		[
			[undefined, 80],
			[undefined, 81],
		],
	);
	// Several ports outside for one inside: whichever is free.
	assert.deepEqual(parsePortMapping('8000-8009:80')[0]?.hostPorts, {first: 8000, last: 8009});
});

test('parsePortMapping() says what it can’t read', () => {
	const refusals: readonly (readonly [text: string, words: RegExp])[] = [
		['', /no port specified/],
		['8080:', /no port specified/],
		['8080:/tcp', /no port specified/],
		['8080:web', /invalid containerPort: web/],
		['8080:0', /invalid containerPort: 0/],
		['65536:80', /invalid hostPort: 65536/],
		['-1:80', /invalid hostPort: -1/],
		['8080:80-79', /invalid range/],
		['80-81-82:80', /invalid hostPort/],
		['8080-8081:80-82', /invalid ranges specified for container and host Ports/],
		['8080:80/sctp', /invalid proto: sctp/],
		['8080:80/', /invalid proto/],
		['300.0.0.1:8080:80', /invalid IP address: 300\.0\.0\.1/],
		['localhost:8080:80', /invalid IP address: localhost/],
		['[::1]:8080:80', /IPv4 addresses only/],
		['1:2:3:4', /invalid port mapping/],
	];
	for (const [text, words] of refusals) assert.throws(() => parsePortMapping(text), words, text);
});

test('parsePortMapping() gives a port to each of a range, whatever it is', () => {
	const port = fc.integer({min: 1, max: 60000});
	fc.assert(
		fc.property(port, port, fc.integer({min: 0, max: 50}), (host, inside, more) => {
			const mappings = parsePortMapping(`${host}-${host + more}:${inside}-${inside + more}/udp`);
			const expected = Array.from({length: more + 1}, (_, index) => [host + index, inside + index]);
			const read = mappings.map(({hostPorts, containerPort}) => [hostPorts?.first, containerPort]);
			assert.deepEqual(more === 0 ? read.slice(0, 1) : read, expected);
		}),
	);
});

test('parsePortMapping() answers any text with mappings of real ports or one line', () => {
	fc.assert(
		fc.property(fc.string({unit: fc.constantFrom(...'0123456789:-./[]tcpudp ')}), text => {
			try {
				for (const {hostPorts, containerPort} of parsePortMapping(text)) {
					for (const port of [containerPort, hostPorts?.first ?? 1, hostPorts?.last ?? 1]) {
						assert.ok(Number.isInteger(port) && port >= 1 && port <= 65535);
					}
				}
			} catch (error) {
				assert.ok(error instanceof Error && !(error instanceof TypeError));
				assert.ok(!error.message.includes('\n'));
			}
		}),
		{numRuns: 2000},
	);
});

test('portsCollide() lets one port be two on two addresses', () => {
	const at = (hostAddress: string, protocol: 'tcp' | 'udp' = 'tcp') =>
		({hostAddress, hostPort: 80, containerPort: 80, protocol}) as const;
	assert.equal(portsCollide(at('127.0.0.1'), at('192.0.2.2')), false);
	assert.equal(portsCollide(at('127.0.0.1'), at(everywhere)), true);
	assert.equal(portsCollide(at(everywhere), at(everywhere, 'udp')), false);
});
