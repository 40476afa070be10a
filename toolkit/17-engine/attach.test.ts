import assert from 'node:assert/strict';
import {test} from 'node:test';
import fc from 'fast-check';
import {encodeMessage, type MessageKind, messageDecoder, messageKind} from '#engine/attach';

const kinds = Object.keys(messageKind) as MessageKind[];

test('messageDecoder() gives back what encodeMessage() made, however it was cut', () => {
	const message = fc.tuple(fc.constantFrom(...kinds), fc.uint8Array({maxLength: 40}));
	fc.assert(
		fc.property(fc.array(message), fc.infiniteStream(fc.integer({min: 1, max: 9})), (messages, cuts) => {
			let bytes = Buffer.concat(messages.map(([kind, payload]) => encodeMessage(kind, payload)));
			const seen: [MessageKind, Uint8Array][] = [];
			const feed = messageDecoder((kind, payload) => seen.push([kind, new Uint8Array(payload)]));
			while (bytes.length > 0) {
				const length = cuts.next().value as number;
				feed(bytes.subarray(0, length));
				bytes = bytes.subarray(length);
			}
			assert.deepEqual(seen, messages);
		}),
	);
});

test('messageDecoder() throws on an unknown kind and on a length that nobody sends', () => {
	assert.throws(() => messageDecoder(() => {})(Buffer.from([99, 0, 0, 0, 0])), /not a message/);
	assert.throws(() => messageDecoder(() => {})(Buffer.from([0, 255, 255, 255, 255])), /not a message/);
});
