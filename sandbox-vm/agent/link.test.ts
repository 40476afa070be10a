import assert from 'node:assert/strict';
import {type Duplex, duplexPair} from 'node:stream';
import {type TestContext, test} from 'node:test';
import fc from 'fast-check';
import type {Localized} from '#words/language';
import {type AgentClient, connectAgent} from './agent.ts';
import {windowBytes} from './call.ts';
import {encodeFrame, type Frame, type FrameKind, kinds, silence} from './frame.ts';
import {FrameReader} from './frame-reader.ts';
import {decodeMessage, protocolVersion} from './messages.ts';

/** An agent of the test's own, at the other end of the wire: it says what the test says. */
interface Puppet {
	readonly wire: Duplex;
	/** Calls `listener` with every frame of the host's. */
	onFrame: (frame: Frame) => void;
	say(kind: FrameKind, call: number, message: unknown, channel?: number): void;
	raw(bytes: Uint8Array): void;
}

function puppet(): {readonly host: Duplex; readonly agent: Puppet} {
	const [host, wire] = duplexPair();
	const reader = new FrameReader();
	const agent: Puppet = {
		wire,
		onFrame: () => {},
		say: (kind, call, message, channel = 0) => agent.raw(encodeFrame(kind, call, channel, asBytes(message))),
		raw: bytes => {
			if (!wire.destroyed) wire.write(bytes);
		},
	};
	wire.on('error', () => {});
	wire.on('data', (bytes: Buffer) => {
		for (const frame of reader.read(bytes)) agent.onFrame(frame);
	});
	return {host, agent};
}

function asBytes(message: unknown): Uint8Array {
	return message instanceof Uint8Array ? message : Buffer.from(JSON.stringify(message));
}

/** A client, and an agent that welcomes it; what it says to requests is the test's. */
async function connected(t: TestContext): Promise<{readonly client: AgentClient; readonly agent: Puppet}> {
	const {host, agent} = puppet();
	agent.onFrame = welcome(agent);
	const client = await connectAgent(host);
	t.after(() => client.close());
	return {client, agent};
}

function welcome(agent: Puppet, version = protocolVersion): (frame: Frame) => void {
	return ({kind, payload}) => {
		if (kind !== 'hello') return;
		const {epoch} = decodeMessage(payload) as {epoch: number};
		agent.raw(silence);
		agent.say('welcome', 0, {version, epoch});
	};
}

test('connectAgent() greets with a silence, and hears nothing before the welcome of its own epoch', async t => {
	const {host, agent} = puppet();
	let greetings = 0;
	agent.onFrame = ({kind, payload}) => {
		assert.equal(kind, 'hello');
		greetings++;
		const {epoch} = decodeMessage(payload) as {epoch: number};
		// The tail of what was said to somebody before, torn in the middle.
		agent.raw(encodeFrame('data', 5, 1, Buffer.alloc(9000, 'x')).subarray(4000));
		agent.raw(silence);
		agent.say('welcome', 0, {version: protocolVersion, epoch: epoch - 1});
		agent.say('close', 7, {result: {}});
		agent.say('welcome', 0, {version: protocolVersion, epoch});
	};
	const client = await connectAgent(host);
	t.after(() => client.close());
	assert.equal(greetings, 1);
});

test('connectAgent() greets again when the agent has begun after the greeting', async t => {
	const {host, agent} = puppet();
	let greetings = 0;
	agent.onFrame = frame => {
		greetings++;
		if (greetings > 1) return welcome(agent)(frame);
		agent.raw(silence);
		agent.say('ready', 0, {version: protocolVersion});
	};
	const client = await connectAgent(host);
	t.after(() => client.close());
	assert.equal(greetings, 2);
});

test('connectAgent() says so when nobody answers, when the wire ends, when it is told to stop', async () => {
	await assert.rejects(connectAgent(puppet().host, {timeoutMilliseconds: 20}), /did not answer within 0.02 s/);
	const gone = puppet();
	gone.agent.wire.destroy();
	await assert.rejects(connectAgent(gone.host), /gone/);
	await assert.rejects(connectAgent(puppet().host, {signal: AbortSignal.abort(new Error('enough'))}), /enough/);
});

test('connectAgent() tells another version of the protocol from silence', async () => {
	const {host, agent} = puppet();
	agent.onFrame = welcome(agent, protocolVersion + 1);
	await assert.rejects(connectAgent(host), /vm rebuild/);
});

test('a call ends with one error when the machine goes, and ended tells it', async t => {
	const {client, agent} = await connected(t);
	const calls = [client.exec(['true']), client.ping(), client.observe(), client.shell({columns: 80, rows: 24})];
	agent.wire.destroy();
	for (const call of calls) await assert.rejects(call, /the machine is gone/);
	await assert.rejects(client.ping(), /the machine is gone/);
	assert.match(String(await client.ended), /the machine is gone/);
});

test('close() ends calls, and is nobody’s failure', async t => {
	const {client} = await connected(t);
	const call = client.exec(['true']);
	client.close();
	await assert.rejects(call, /closed/);
	assert.equal(await client.ended, undefined);
});

test('what ran through an agent that begins anew is lost, and the next call goes to the new one', async t => {
	const {client, agent} = await connected(t);
	const greet = agent.onFrame;
	let isAnew = false;
	agent.onFrame = frame => {
		greet(frame);
		if (frame.kind !== 'open') return;
		if (isAnew) return agent.say('close', frame.call, {result: {}});
		isAnew = true;
		agent.raw(encodeFrame('data', frame.call, 1, Buffer.alloc(5000)).subarray(0, 3000));
		agent.raw(silence);
		agent.say('ready', 0, {version: protocolVersion});
	};
	await assert.rejects(client.exec(['true']), /has begun anew/);
	await client.ping();
});

test('exec() gives up on a command that prints for ever, and tells the agent', async t => {
	const {client, agent} = await connected(t);
	const cancelled = Promise.withResolvers<void>();
	agent.onFrame = frame => {
		if (frame.kind === 'open' || frame.kind === 'credit') {
			for (let sent = 0; sent < windowBytes / 4; sent += 16_384) agent.say('data', frame.call, Buffer.alloc(16_384), 1);
		}
		if (frame.kind === 'cancel') cancelled.resolve();
	};
	await assert.rejects(client.exec(['yes'], {mostOutputBytes: 2 ** 20}), /yes was ended: it printed more than 1 MiB/);
	await cancelled.promise;
});

test('get() believes no name that the machine tells', async t => {
	const {client, agent} = await connected(t);
	agent.onFrame = ({kind, call}) => {
		if (kind !== 'open') return;
		const entry = Buffer.from(JSON.stringify({path: '../evil', kind: 'file', mode: 0o644}));
		agent.say('data', call, Buffer.concat([Buffer.from([0, 0, 0, entry.length]), entry]), 1);
	};
	await assert.rejects(client.get('/x', '/nonexistent/drydock-target'), /an entry that is none|entry/);
});

const message = fc.oneof(
	fc.json(),
	fc.constant('{"result":{}}'),
	fc.constant('{"tell":"started","pid":4}'),
	fc.constant('{"result":{"exitCode":0}}'),
	fc.constant('{"error":"no"}'),
);
const hostileFrame = fc.record({
	kind: fc.constantFrom(...(Object.keys(kinds) as FrameKind[])),
	call: fc.oneof(fc.integer({min: 1, max: 5}), fc.nat()),
	channel: fc.integer({min: 0, max: 4}),
	payload: fc.oneof(
		message.map(text => Buffer.from(text)),
		fc.uint8Array(),
		fc.constant(Uint8Array.of(0, 1, 0, 0)),
		fc.constant(new Uint8Array(16_384)),
	),
});

test('whatever an agent says, each call ends, and so does the wire or it goes on; nothing else happens', async t => {
	await fc.assert(
		fc.asyncProperty(
			fc.array(hostileFrame, {maxLength: 30}),
			fc.option(fc.uint8Array({minLength: 1}), {nil: undefined}),
			async (frames, noise) => {
				const {client, agent} = await connected(t);
				const calls = [
					client.exec(['true']),
					client.observe(),
					client.ping(),
					client.shell({columns: 80, rows: 24}),
					client.get('/x', '/nonexistent/drydock-target'),
				];
				for (const {kind, call, channel, payload} of frames) agent.raw(encodeFrame(kind, call, channel, payload));
				if (noise !== undefined) agent.raw(noise);
				agent.wire.end();
				for (const result of await Promise.allSettled(calls)) {
					if (result.status === 'rejected') assert.ok(result.reason instanceof Error);
				}
				assert.ok((await client.ended) instanceof Error);
			},
		),
		{numRuns: 300},
	);
});

test('frames that no agent sends end the wire with one line', async t => {
	const hostile: readonly ((agent: Puppet) => void)[] = [
		agent => agent.raw(Buffer.alloc(100, 0xff)),
		agent => agent.say('hello', 0, {}),
		agent => agent.say('cancel', 1, {}),
		agent => agent.say('close', 99, {result: {}}),
		agent => agent.say('close', 1, 'text'),
		agent => agent.say('note', 1, {tell: 'started', pid: -1}),
		agent => agent.raw(encodeFrame('close', 1, 0, Buffer.from('{'))),
		agent => {
			for (let sent = 0; sent <= windowBytes; sent += 16_384) agent.say('data', 1, Buffer.alloc(16_384), 2);
		},
	];
	for (const say of hostile) {
		const {client, agent} = await connected(t);
		agent.onFrame = ({kind}) => {
			if (kind === 'open') say(agent);
		};
		await assert.rejects(client.ping(), /broke the protocol/);
		const error = await client.ended;
		assert.match(String(error), /^ExplainedError: the machine was given up: its agent broke the protocol, [^\n]+$/);
	}
});

test('endInSilence() ends the wire of an agent that says nothing more', async t => {
	const {client} = await connected(t);
	const waiting = client.exec(['true']);
	client.endInSilence(40);
	await assert.rejects(waiting, /the machine has not answered for 0.04 s/);
	assert.match(String(await client.ended), /has not answered/);
	assert.ok(client.hasEnded);
});

test('endInSilence() leaves an agent alone that answers, whatever else it does', async t => {
	const {client, agent} = await connected(t);
	const pings = Promise.withResolvers<void>();
	let count = 0;
	agent.onFrame = ({kind, call}) => {
		if (kind !== 'open') return;
		agent.say('close', call, {result: {}});
		if (++count === 8) pings.resolve();
	};
	client.endInSilence(1000);
	await pings.promise;
	assert.ok(!client.hasEnded);
});

test('the end of the machine ends what waits, with its last words', async t => {
	const {host, agent} = puppet();
	agent.onFrame = welcome(agent);
	const lastWords = Promise.withResolvers<Localized>();
	const client = await connectAgent(host, {lastWords: lastWords.promise});
	t.after(() => client.close());
	agent.onFrame = ({kind, call}) => {
		if (kind === 'open') agent.say('note', call, {tell: 'started', pid: 7});
	};
	const terminal = await client.shell({columns: 80, rows: 24});
	let screen = '';
	terminal.onData(data => {
		screen += Buffer.from(data).toString();
	});
	const waiting = assert.rejects(client.exec(['true']), /the kernel panicked/);
	agent.wire.end();
	lastWords.resolve({en: 'the kernel panicked', zh: '内核崩溃'});
	await waiting;
	assert.equal(await new Promise(resolve => terminal.onExit(resolve)), 129);
	assert.match(screen, /\r\n(the kernel panicked|内核崩溃)\r\n/);
});
