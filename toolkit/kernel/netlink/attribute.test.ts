import assert from 'node:assert/strict';
import {test} from 'node:test';
import fc from 'fast-check';
import {
	type Attribute,
	decodeAttributeList,
	decodeAttributes,
	encodeAttributes,
	readText,
	text,
} from '#kernel/netlink/attribute';

const type = fc.integer({min: 1, max: 0x3fff});
const value = fc.uint8Array({maxLength: 300});

test('decodeAttributeList() reads what encodeAttributes() wrote', () => {
	fc.assert(
		fc.property(fc.array(fc.tuple(type, value)), attributes => {
			const read = decodeAttributeList(encodeAttributes(attributes));
			assert.deepEqual(
				read.map(([type, bytes]) => [type, new Uint8Array(bytes)]),
				attributes,
			);
		}),
	);
});

test('decodeAttributes() reads a nest of nests', () => {
	const nested: Attribute[] = [
		[
			7,
			[
				[1, text('veth')],
				[2, [[1, Buffer.of(1, 2, 3)]]],
			],
		],
	];
	const outer = decodeAttributes(encodeAttributes(nested));
	const inner = decodeAttributes(outer.get(7)!);
	assert.equal(readText(inner.get(1)!), 'veth');
	assert.deepEqual([...decodeAttributes(inner.get(2)!).get(1)!], [1, 2, 3]);
});

test('encodeAttributes() pads each attribute to 4 bytes, which its length does not count', () => {
	assert.deepEqual([...encodeAttributes([[3, Buffer.of(0xaa)]])], [5, 0, 3, 0, 0xaa, 0, 0, 0]);
});

test('encodeAttributes() refuses what the 16-bit length can’t tell', () => {
	assert.throws(() => encodeAttributes([[1, Buffer.alloc(0xffff)]]), RangeError);
});

test('decodeAttributeList() never reads past what it was given', () => {
	assert.throws(() => decodeAttributeList(Buffer.of(9, 0, 1, 0, 1, 2, 3, 4)), /9 bytes where 8 are left/);
	assert.throws(() => decodeAttributeList(Buffer.of(3, 0, 1, 0)), /3 bytes/);
	fc.assert(
		fc.property(fc.uint8Array({maxLength: 64}), bytes => {
			try {
				const total = decodeAttributeList(bytes).reduce((sum, [, value]) => sum + 4 + value.length, 0);
				assert.ok(total <= bytes.length);
			} catch (error) {
				assert.match(String(error), /netlink: an attribute/);
			}
		}),
	);
});
