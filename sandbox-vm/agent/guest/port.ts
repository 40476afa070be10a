/**
 * The machine's end of a virtio-serial port: a character device.
 *
 *     read(2)   waits for bytes; 0 if the host has nobody at its end
 *     write(2)  waits until the host takes them, also if nobody is there yet
 *
 * The surprise: while nobody is at the host's end, poll(2) calls the port readable, and read(2) answers 0 at once. A loop over
 * both would turn for ever. The kernel sends SIGIO when somebody comes, to whom asked for it.
 *
 * Both calls wait in threads of Node's pool: one that waits to read, and at most one that waits to write. So the pool must have
 * more than two for each port: UV_THREADPOOL_SIZE.
 *
 * Source: drivers/char/virtio_console.c, fcntl(2) on F_SETOWN and O_ASYNC.
 * @module
 */
import {constants, openSync, read, write} from 'node:fs';
import {flagNames, KernelName} from '#kernel/error';
import {call} from '#kernel/libc';

/** A wire to the host. */
export interface Port {
	/** Calls `listener` with all that the host sends; each piece is the listener's own. */
	onData(listener: (bytes: Uint8Array) => void): void;
	/** Calls `listener` when no host will ever come again. */
	onEnd(listener: () => void): void;
	/** Sends bytes, sooner or later. */
	write(bytes: Uint8Array): void;
	/** Forgets what was not sent yet. */
	dropUnsent(): void;
}

/** The kernel takes no more at once. */
const mostWriteBytes = 32_768;
const readBytes = 65_536;
/** SIGIO tells at once; this is for a device that doesn't know it. */
const askAgainMilliseconds = 500;

/**
 * Opens a port. Only one program can have it open.
 *
 * @throws `ENOENT` if there is none, `EBUSY` if another program has it.
 */
export function openPort(path: string): Port {
	const fd = openSync(path, constants.O_RDWR | constants.O_NOCTTY);
	let unsent: Uint8Array[] = [];
	let isWriting = false;

	const writeNext = (): void => {
		const bytes = takeUpTo(unsent, mostWriteBytes);
		isWriting = bytes !== undefined;
		if (bytes === undefined) return;
		write(fd, bytes, (error, written) => {
			if (error !== null) throw error;
			// What is left of it comes first, for a frame that was begun has to be finished.
			if (written < bytes.length) unsent.unshift(bytes.subarray(written));
			writeNext();
		});
	};
	return {
		onData: listener => readForEver(fd, listener),
		// There is always another host.
		onEnd: () => {},
		write: bytes => {
			unsent.push(bytes);
			if (!isWriting) writeNext();
		},
		dropUnsent: () => {
			unsent = [];
		},
	};
}

/** The first bytes of a queue in one piece, as many as fit; undefined if it is empty. */
function takeUpTo(queue: Uint8Array[], most: number): Uint8Array | undefined {
	const first = queue.shift();
	if (first === undefined || first.length >= most || queue.length === 0) return first;
	const pieces = [first];
	let bytes = first.length;
	while (queue[0] !== undefined && bytes + queue[0].length <= most) {
		bytes += queue[0].length;
		pieces.push(queue.shift()!);
	}
	return Buffer.concat(pieces);
}

function readForEver(fd: number, listener: (bytes: Uint8Array) => void): void {
	const buffer = Buffer.alloc(readBytes);
	let isAlone = false;
	let askAgain: NodeJS.Timeout | undefined;

	const readNext = (): void => {
		askAgain = undefined;
		read(fd, buffer, 0, buffer.length, null, (error, bytes) => {
			if (error !== null) throw error;
			if (bytes > 0) {
				if (isAlone) wantSignal(fd, false);
				isAlone = false;
				listener(new Uint8Array(buffer.subarray(0, bytes)));
				readNext();
			} else if (isAlone) {
				askAgain = setTimeout(readNext, askAgainMilliseconds);
			} else {
				// Read once more: somebody may have come just before the signal was asked for.
				isAlone = true;
				wantSignal(fd, true);
				readNext();
			}
		});
	};
	process.on('SIGIO', () => {
		if (askAgain === undefined) return;
		clearTimeout(askAgain);
		readNext();
	});
	readNext();
}

const F_SETFL = 4;
const F_SETOWN = 8;
/** FASYNC, the same on x86-64 and arm64. */
const O_ASYNC = 0o20000;

/** Asks for SIGIO when something happens at the port, or no longer. */
function wantSignal(fd: number, isWanted: boolean): void {
	const flags = constants.O_RDWR | (isWanted ? O_ASYNC : 0);
	call('fcntl', [fd, F_SETOWN, process.pid], {show: () => [fd, new KernelName('F_SETOWN'), process.pid]});
	call('fcntl', [fd, F_SETFL, flags], {
		show: () => [fd, new KernelName('F_SETFL'), flagNames(flags, {O_RDWR: constants.O_RDWR, O_ASYNC})],
	});
}
