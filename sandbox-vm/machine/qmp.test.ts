import assert from 'node:assert/strict';
import {mkdtempSync, rmSync} from 'node:fs';
import {createServer, type Server, type Socket} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after, test} from 'node:test';
import fc from 'fast-check';
import {greetQmp, QemuGone, type Qmp} from './qmp.ts';
import {connectSocket} from './socket.ts';

const directory = mkdtempSync(join(tmpdir(), 'qmp-'));
const servers: Server[] = [];
after(() => {
	for (const server of servers) server.close();
	rmSync(directory, {recursive: true});
});

const greeting = '{"QMP": {"version": {}, "capabilities": []}}\n';
const bounds = {answerMilliseconds: 200, lineBytes: 1000};

/** A QEMU that greets, accepts the capabilities, and answers the rest by `answer`. */
async function peer(answer: (socket: Socket, id: number) => void): Promise<Qmp> {
	return greetQmp(
		await listening(socket => {
			socket.write(greeting);
			let asked = 0;
			socket.on('data', () => {
				if (++asked === 1) socket.write('{"return": {}, "id": 1}\n');
				else answer(socket, asked);
			});
		}),
		bounds,
	);
}

async function listening(serve: (socket: Socket) => void): Promise<Socket> {
	const path = join(directory, String(servers.length));
	const server = createServer(socket => {
		socket.on('error', () => {});
		serve(socket);
	});
	servers.push(server);
	await new Promise<void>(resolve => server.listen(path, resolve));
	return connectSocket(path);
}

test('execute() returns the answer, with events before it and in pieces', async () => {
	const qmp = await peer((socket, id) => {
		socket.write('{"event": "STOP", "timestamp": {}}\n{"ret');
		setTimeout(() => socket.write(`urn": {"status": "paused"}, "id": ${id}}\n`), 5);
	});
	const events: string[] = [];
	qmp.onEvent(({event}) => events.push(event));
	assert.deepEqual(await qmp.execute('query-status'), {status: 'paused'});
	assert.deepEqual(events, ['STOP']);
	qmp.close();
	await qmp.closed;
	await assert.rejects(qmp.execute('query-status'), QemuGone);
});

test('execute() throws what QEMU answered', async () => {
	const qmp = await peer((socket, id) => {
		socket.write(`{"error": {"class": "GenericError", "desc": "no such thing"}, "id": ${id}}\n`);
	});
	await assert.rejects(qmp.execute('eject'), /QEMU refuses eject: no such thing/);
	qmp.close();
});

test('execute() gives up a peer that is silent, endless, malformed, or answers what it wasn’t asked', async () => {
	const peers: readonly [(socket: Socket) => void, RegExp][] = [
		[() => {}, /doesn’t answer: stop took more than 0.2 s/],
		[socket => socket.write('x'.repeat(5000)), /more than 1000 bytes in a line/],
		[socket => socket.write('{"return":\n'), /what is no QMP/],
		[socket => socket.write('[]\n'), /what is no QMP/],
		[socket => socket.write('{"return": {}, "id": 77}\n'), /wasn’t asked/],
		[socket => socket.destroy(), /QEMU has ended/],
	];
	for (const [answer, message] of peers) {
		const qmp = await peer(answer);
		await assert.rejects(qmp.execute('stop'), message);
		await qmp.closed;
	}
});

test('greetQmp() survives whatever is said instead of a greeting', async () => {
	await fc.assert(
		fc.asyncProperty(fc.uint8Array({minLength: 1, maxLength: 3000}), async noise => {
			const socket = await listening(peer => peer.end(noise));
			await assert.rejects(greetQmp(socket, bounds));
		}),
		{numRuns: 30},
	);
});
