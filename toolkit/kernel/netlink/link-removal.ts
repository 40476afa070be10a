/**
 * Deleting links without waiting for their memory.
 *
 *     this thread     hand over ── look ── look ── the link is gone, go on
 *     another thread  └▶ write(2) ───────────────── 10 to 50 ms ──────────▶ the answer
 *
 * The surprise: a link is gone long before the kernel answers that it is. The answer waits until no processor can still be
 * looking at it: an RCU grace period, two for a bridge. So a thread of Node's pool makes the call, and this one only
 * watches the kernel's list. The process can't end before that thread has its answer.
 *
 * Source: rtnetlink(7), Documentation/RCU/whatisRCU.rst, /proc/net/dev in proc(5).
 * @module
 */
import {close, write} from 'node:fs';
import {isErrno, KernelName} from '#kernel/error';
import {readKernelFile} from '#kernel/file';
import {call} from '#kernel/libc';
import {encodeMessage, type Message, NLM_F_ACK, NLM_F_REQUEST} from '#kernel/netlink/message';
import {checkAnswer, NETLINK_ROUTE, openNetlink, receive, type Told} from '#kernel/netlink/socket';
import {callsAreWatched, publishCall} from '#kernel/trace';

/**
 * Sends a request to delete links, and returns when those with these names are gone.
 *
 * @throws {NetlinkError} with what the kernel answered: `ENODEV` if there is no such link.
 */
export function removeLinks(message: Message, names: readonly string[], told: Told): void {
	const socket = openNetlink(NETLINK_ROUTE);
	const bytes = encodeMessage({...message, flags: NLM_F_REQUEST | NLM_F_ACK}, 1);
	// The descriptor stays open as long as the other thread uses it, however this one goes on.
	write(socket.fd, bytes, () => close(socket.fd, () => {}));
	let isAnswered = false;
	while (!isAnswered && names.some(isListed)) {
		isAnswered = canRead(socket.fd, LOOK_AGAIN_MILLISECONDS);
		if (isAnswered) for (const answer of receive(socket)) checkAnswer(answer, told);
	}
	if (callsAreWatched()) publishCall({...told, result: 0});
}

/** Whether the calling thread's network namespace has a link of this name. The kernel tells it without taking a lock. */
function isListed(name: string): boolean {
	const lines = readKernelFile('/proc/thread-self/net/dev').split('\n');
	return lines.some(line => line.trimStart().startsWith(`${name}:`));
}

/** Waits until a descriptor can be read, or the time is over. */
function canRead(fd: number, milliseconds: number): boolean {
	const POLLIN = 1;
	// A struct pollfd: descriptor, events wanted, events that came.
	const entry = Buffer.alloc(8);
	entry.writeInt32LE(fd, 0);
	entry.writeInt16LE(POLLIN, 4);
	try {
		return call('poll', [entry, 1, milliseconds], {show: () => [fd, new KernelName('POLLIN'), milliseconds]}) > 0;
	} catch (error) {
		if (isErrno(error, 'EINTR')) return false;
		throw error;
	}
}

const LOOK_AGAIN_MILLISECONDS = 1;
