import assert from 'node:assert/strict';
import {test} from 'node:test';
import {portSocket, qmpSocket} from './blueprint.ts';
import {machineDirectory} from './directories.ts';
import {newId} from './ownership.ts';
import {seatCount} from './seat.ts';

test('machineDirectory() refuses a path that has no room in a socket’s address', () => {
	const id = newId();
	process.env.DRYDOCK_STATE = `/${'船'.repeat(24)}/state`;
	assert.throws(() => machineDirectory(id), /can’t hold a machine’s sockets: .* DRYDOCK_STATE .* at most 78 bytes$/);
	process.env.DRYDOCK_STATE = process.env.DRYDOCK_STATE.slice(0, -1);
	assert.equal(Buffer.byteLength(process.env.DRYDOCK_STATE), 78);
	const directory = machineDirectory(id);
	for (const socket of [portSocket(directory, seatCount - 1), qmpSocket(directory, seatCount - 1)])
		assert.ok(Buffer.byteLength(socket) <= 107, socket);
});
