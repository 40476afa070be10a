/**
 * The wire as ssh gives it to a program that it starts: standard input and output.
 *
 * Unlike a virtio-serial port it belongs to one host, and its end is the host's end.
 *
 * The surprise: Node makes `process.stdout` wait for whoever reads a pipe. One slow reader would stop all terminals, so
 * the descriptors are taken by streams that don't wait.
 * @module
 */
import {Socket} from 'node:net';
import type {Port} from './port.ts';

/** Takes standard input and output for a wire. Nothing else may be printed there. */
export function openStandardPort(): Port {
	const input = new Socket({fd: 0, readable: true, writable: false});
	const output = new Socket({fd: 1, readable: false, writable: true});
	// Whatever breaks, it is the host that is gone.
	for (const stream of [input, output]) stream.on('error', () => input.destroy());
	return {
		onData: listener => void input.on('data', (bytes: Buffer) => listener(new Uint8Array(bytes))),
		onEnd: listener => void input.once('close', listener),
		write: bytes => void output.write(bytes),
		// One host, one epoch: what is said late is said to the right one.
		dropUnsent: () => {},
	};
}
