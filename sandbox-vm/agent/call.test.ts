import assert from 'node:assert/strict';
import {once} from 'node:events';
import {buffer} from 'node:stream/consumers';
import {pipeline} from 'node:stream/promises';
import {test} from 'node:test';
import {setImmediate as turn} from 'node:timers/promises';
import fc from 'fast-check';
import {Call, windowBytes} from './call.ts';
import type {Frame, FrameKind} from './frame.ts';
import {WireError} from './frame-reader.ts';

/** Two ends of one call, with a wire between them that carries a frame at each turn of the event loop. */
function twoEnds(): {readonly here: Call; readonly there: Call; readonly sent: Frame[]} {
	const sent: Frame[] = [];
	const wireTo =
		(other: () => Call) =>
		(kind: FrameKind, call: number, channel: number, payload = new Uint8Array()): void => {
			sent.push({kind, call, channel, payload});
			setImmediate(() => other().receive({kind, call, channel, payload}));
		};
	const here: Call = new Call(1, {send: wireTo(() => there)});
	const there: Call = new Call(1, {send: wireTo(() => here)});
	return {here, there, sent};
}

function dataFrame(bytes: number, channel = 0): Frame {
	return {kind: 'data', call: 1, channel, payload: new Uint8Array(bytes)};
}

test('a channel carries all bytes in order, however they are cut and however slowly they are read', async () => {
	await fc.assert(
		fc.asyncProperty(
			fc.array(fc.integer({min: 0, max: 90_000}), {maxLength: 8}),
			fc.integer({min: 0, max: 3}),
			async (sizes, pauses) => {
				const {here, there} = twoEnds();
				let next = 0;
				const pieces = sizes.map(size => Buffer.from(Uint8Array.from({length: size}, () => next++ % 251)));
				const written = pipeline(pieces, here.outgoing(0));
				const read: Buffer[] = [];
				for await (const part of there.incoming(0) as AsyncIterable<Buffer>) {
					read.push(part);
					for (let pause = 0; pause < pauses; pause++) await turn();
				}
				await written;
				assert.ok(Buffer.concat(read).equals(Buffer.concat(pieces)));
			},
		),
		{numRuns: 50},
	);
});

test('outgoing() sends no more than the other side has room for', async () => {
	const {here, there, sent} = twoEnds();
	const outgoing = here.outgoing(1);
	outgoing.end(Buffer.alloc(10 * windowBytes));
	const bytesSent = (): number =>
		sent
			.filter(({kind, channel}) => kind === 'data' && channel === 1)
			.reduce((sum, {payload}) => sum + payload.length, 0);
	for (let turns = 0; turns < 50; turns++) await turn();
	assert.equal(bytesSent(), windowBytes);
	// Another channel of the same call is not held up by it.
	here.outgoing(2).end('through');
	assert.equal((await buffer(there.incoming(2))).toString(), 'through');
	assert.equal((await buffer(there.incoming(1))).length, 10 * windowBytes);
	assert.equal(bytesSent(), 10 * windowBytes);
});

test('receive() refuses more than there is room for', () => {
	const {there} = twoEnds();
	there.receive(dataFrame(windowBytes / 2));
	there.receive(dataFrame(windowBytes / 2));
	assert.throws(() => there.receive(dataFrame(1)), WireError);
});

test('receive() refuses data after the end, credit beyond the window, and channels that are none', () => {
	const {there} = twoEnds();
	const end: Frame = {kind: 'end', call: 1, channel: 0, payload: new Uint8Array()};
	there.receive(end);
	assert.throws(() => there.receive(dataFrame(1)), WireError);
	assert.throws(() => there.receive(end), WireError);
	assert.throws(() => there.receive({...end, kind: 'credit', payload: Uint8Array.of(0, 0, 0, 1)}), WireError);
	assert.throws(() => there.receive({...end, kind: 'credit', payload: Uint8Array.of(1)}), WireError);
	assert.throws(() => there.receive(dataFrame(1, 3)), WireError);
});

test('destroy() wakes who waits, on both kinds of channels', async () => {
	const {here} = twoEnds();
	const reading = buffer(here.incoming(1));
	const writing = pipeline([Buffer.alloc(2 * windowBytes)], here.outgoing(0));
	await turn();
	here.destroy(new Error('gone'));
	await assert.rejects(reading, /gone/);
	await assert.rejects(writing, /gone/);
});

test('finish() leaves what came whole, and cuts off what did not', async () => {
	const {here} = twoEnds();
	here.receive(dataFrame(3, 1));
	here.receive({kind: 'end', call: 1, channel: 1, payload: new Uint8Array()});
	here.receive(dataFrame(3, 2));
	const cut = once(here.incoming(2), 'error');
	here.finish();
	assert.equal((await buffer(here.incoming(1))).length, 3);
	assert.match(String((await cut)[0]), /end of a channel is missing/);
});
