import assert from 'node:assert/strict';
import {test} from 'node:test';
import fc from 'fast-check';
import {encodeFrame, type FrameKind, kinds, mostFrameBytes, mostPayloadBytes, silence} from './frame.ts';
import {FrameReader, WireError} from './frame-reader.ts';

const frame = fc.record(
	{
		kind: fc.constantFrom(...(Object.keys(kinds) as FrameKind[])),
		call: fc.nat(2 ** 32 - 1),
		channel: fc.nat(255),
		payload: fc.oneof(
			fc.uint8Array({maxLength: 100}),
			fc.nat(mostPayloadBytes).map(length => new Uint8Array(length)),
		),
	},
	{noNullPrototype: true},
);
type Said = typeof frame extends fc.Arbitrary<infer T> ? T : never;

const encoded = ({kind, call, channel, payload}: Said): Buffer => encodeFrame(kind, call, channel, payload);

/** What a reader makes of bytes that come in pieces of these sizes, over and over. */
function read(reader: FrameReader, bytes: Uint8Array, sizes: readonly number[] = [bytes.length]): readonly unknown[] {
	const frames: unknown[] = [];
	for (let at = 0, piece = 0; at < bytes.length; piece++) {
		const end = at + Math.max(1, sizes[piece % sizes.length] ?? 1);
		frames.push(...reader.read(bytes.subarray(at, end)));
		at = end;
	}
	return frames;
}

test('FrameReader.read() gives back what encodeFrame() was given, in whatever pieces it comes', () => {
	fc.assert(
		fc.property(
			fc.array(frame, {maxLength: 6}),
			fc.array(fc.integer({min: 1, max: 40_000}), {minLength: 1}),
			(said, sizes) => {
				const bytes = Buffer.concat([silence, ...said.map(encoded)]);
				assert.deepEqual(read(new FrameReader(), bytes, sizes), said);
			},
		),
	);
});

test('FrameReader.read() finds the first word after a silence, wherever the speech before was torn', () => {
	fc.assert(
		fc.property(
			fc.array(frame, {minLength: 1, maxLength: 3}),
			frame,
			fc.double({min: 0, max: 1, noNaN: true}),
			(before, after, where) => {
				const whole = Buffer.concat(before.map(encoded));
				const torn = whole.subarray(0, Math.floor(where * whole.length));
				const frames = read(new FrameReader(), Buffer.concat([silence, torn, silence, encoded(after)]));
				assert.deepEqual(frames.at(-1), after);
				assert.deepEqual(frames.slice(0, -1), before.slice(0, frames.length - 1));
			},
		),
	);
});

test('FrameReader.read() finds the first word after a silence, wherever it began to listen', () => {
	fc.assert(
		fc.property(
			fc.array(frame, {minLength: 1, maxLength: 3}),
			frame,
			fc.double({min: 0, max: 1, noNaN: true}),
			(before, after, where) => {
				const whole = Buffer.concat(before.map(encoded));
				const tail = whole.subarray(Math.floor(where * whole.length));
				assert.deepEqual(read(new FrameReader(), Buffer.concat([tail, silence, encoded(after)])), [after]);
			},
		),
	);
});

test('FrameReader.read() takes a payload of zeros for what it is, also while it is lost', () => {
	const zeros = encodeFrame('data', 0, 0, new Uint8Array(mostPayloadBytes));
	assert.deepEqual(read(new FrameReader(), Buffer.concat([zeros, zeros, zeros])), []);
});

test('FrameReader.read() answers nonsense with a WireError or nothing', () => {
	fc.assert(
		fc.property(fc.uint8Array({maxLength: 5000}), fc.boolean(), (nonsense, found) => {
			const reader = new FrameReader();
			if (found) read(reader, Buffer.concat([silence, encodeFrame('ready')]));
			try {
				read(reader, nonsense, [1000]);
			} catch (error) {
				assert.ok(error instanceof WireError);
			}
		}),
	);
});

test('FrameReader.read() refuses unknown kinds, oversized frames and wrong ends', () => {
	const spoilt = (change: (frame: Buffer) => void): (() => unknown) => {
		const bytes = encodeFrame('data', 1, 1, Buffer.from('hello'));
		change(bytes);
		return () => read(new FrameReader(), Buffer.concat([silence, bytes]));
	};
	assert.throws(
		spoilt(bytes => bytes.writeUInt8(77, 0)),
		/kind 77/,
	);
	assert.throws(
		spoilt(bytes => bytes.writeUInt16BE(mostPayloadBytes + 1, 6)),
		/16385 bytes/,
	);
	assert.throws(
		spoilt(bytes => bytes.writeUInt8(1, bytes.length - 1)),
		/ends in 1/,
	);
});

test('FrameReader.read() does not listen for ever to a silence or to noise', () => {
	for (const value of [0, 1]) {
		const reader = new FrameReader();
		const noise = Buffer.alloc(2 ** 20, value);
		assert.throws(() => {
			for (let megabytes = 0; megabytes < 100; megabytes++) read(reader, noise);
		}, WireError);
	}
});

test('encodeFrame() refuses a payload that no reader would take', () => {
	assert.throws(() => encodeFrame('data', 0, 0, new Uint8Array(mostPayloadBytes + 1)), RangeError);
	assert.equal(encodeFrame('data', 0, 0, new Uint8Array(mostPayloadBytes)).length, mostFrameBytes);
});
