import assert from 'node:assert/strict';
import {test} from 'node:test';
import fc from 'fast-check';
import {decodeAttributeList} from '#kernel/netlink/attribute';
import {decodeMessages, encodeMessage} from '#kernel/netlink/message';

const message = fc.record({
	type: fc.integer({min: 0, max: 0xffff}),
	flags: fc.integer({min: 0, max: 0xffff}),
	header: fc.uint8Array({minLength: 4, maxLength: 16}).filter(({length}) => length % 4 === 0),
	attributes: fc.array(fc.tuple(fc.integer({min: 1, max: 0x3fff}), fc.uint8Array({maxLength: 40})), {maxLength: 5}),
});

test('decodeMessages() reads what encodeMessage() wrote, several in one datagram', () => {
	fc.assert(
		fc.property(fc.array(message, {maxLength: 5}), messages => {
			const read = decodeMessages(Buffer.concat(messages.map((each, index) => encodeMessage(each, index + 1))));
			assert.equal(read.length, messages.length);
			for (const [index, {type, flags, header, attributes}] of messages.entries()) {
				const {payload, ...rest} = read[index]!;
				assert.deepEqual(rest, {type, flags, sequence: index + 1});
				assert.deepEqual(new Uint8Array(payload.subarray(0, header.length)), header);
				const found = decodeAttributeList(payload.subarray(header.length));
				assert.deepEqual(
					found.map(([type, bytes]) => [type, new Uint8Array(bytes)]),
					attributes,
				);
			}
		}),
	);
});

test('decodeMessages() refuses a length that does not fit into the datagram', () => {
	const bytes = encodeMessage({type: 16, flags: 0, header: Buffer.alloc(4), attributes: []}, 1);
	for (const length of [0, 15, bytes.length + 1, 0xffffffff]) {
		const bad = Buffer.from(bytes);
		bad.writeUInt32LE(length, 0);
		assert.throws(() => decodeMessages(bad), /netlink: a message of/);
	}
});
