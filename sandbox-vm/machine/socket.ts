/**
 * Connecting to a socket that another process is about to make.
 * @module
 */
import {createConnection, type Socket} from 'node:net';
import {setTimeout as sleep} from 'node:timers/promises';
import {isErrno} from '#kernel/error';

/** When to give up. */
export interface Patience {
	/** Aborted, with the reason, when nobody will make the socket any more. */
	readonly gone?: AbortSignal | undefined;
	readonly milliseconds?: number;
}

/**
 * Connects to the Unix socket at `path`, as soon as it is there.
 *
 * @throws {Error} `gone`'s reason; or that nobody answers.
 */
export async function connectSocket(path: string, {gone, milliseconds = 10_000}: Patience = {}): Promise<Socket> {
	const deadline = performance.now() + milliseconds;
	for (;;) {
		gone?.throwIfAborted();
		try {
			return await connectOnce(path);
		} catch (error) {
			// The file comes with bind(2), and who answers with listen(2).
			if (!isErrno(error, 'ENOENT', 'ECONNREFUSED')) throw error;
			if (performance.now() > deadline) throw new Error(`nobody answers at ${path}`, {cause: error});
		}
		// A file that appears could be watched for, but not the listen(2) after it.
		await sleep(1);
	}
}

function connectOnce(path: string): Promise<Socket> {
	return new Promise((resolve, reject) => {
		const socket = createConnection(path);
		socket.once('error', reject);
		socket.once('connect', () => {
			socket.off('error', reject);
			resolve(socket);
		});
	});
}
