import assert from 'node:assert/strict';
import {test} from 'node:test';
import fc from 'fast-check';
import {ipBytes, ipText, ipv4FromNumber, ipv4Number, parsePrefix} from '#kernel/netlink/ip';

test('ipBytes() reads what ipText() wrote', () => {
	for (const length of [4, 16]) {
		fc.assert(
			fc.property(fc.uint8Array({minLength: length, maxLength: length}), bytes => {
				assert.deepEqual(new Uint8Array(ipBytes(ipText(bytes))), bytes);
			}),
		);
	}
});

test('ipText() writes IPv6 addresses short', () => {
	const bytes = Buffer.alloc(16);
	assert.equal(ipText(bytes), '::');
	bytes[15] = 1;
	assert.equal(ipText(bytes), '::1');
	assert.equal(ipText(ipBytes('fd00:0:0:0:1:0:0:2')), 'fd00::1:0:0:2');
});

test('ipBytes() reads IPv6 in all its spellings', () => {
	fc.assert(
		fc.property(fc.ipV6(), address => {
			assert.deepEqual(ipBytes(ipText(ipBytes(address))), ipBytes(address));
		}),
	);
	assert.deepEqual([...ipBytes('::ffff:192.0.2.1').subarray(10)], [0xff, 0xff, 192, 0, 2, 1]);
});

test('ipv4FromNumber() counts on across bytes', () => {
	assert.equal(ipv4FromNumber(ipv4Number('172.30.0.255') + 1), '172.30.1.0');
	assert.equal(ipv4Number('255.255.255.255'), 2 ** 32 - 1);
});

test('parsePrefix() refuses what is no prefix', () => {
	assert.deepEqual(parsePrefix('172.30.0.0/16').prefixBits, 16);
	assert.deepEqual(parsePrefix('172.30.0.1').prefixBits, 32);
	for (const text of ['172.30.0.0/33', '172.30.0.0/', '172.30.0.0/x', '172.30/16', 'fd00::/129', '']) {
		assert.throws(() => parsePrefix(text), /not an/, text);
	}
});
