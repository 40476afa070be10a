/**
 * Deleting links without waiting for their memory.
 *
 *     this process    hand over ── look ── look ── the link is gone, go on
 *     cat             └▶ write(2) ───────────────── 10 to 50 ms ──────────▶ the answer
 *
 * The surprise: a link is gone long before the kernel answers that it is. The answer waits until no processor can still be
 * looking at it: an RCU grace period, two for a bridge. A request on a netlink socket is carried out by whoever writes it,
 * inside of write(2). So `cat` writes it, and waits; this process only watches the kernel's list, and may end meanwhile.
 * A thread would not do: a process ends with its last thread, and nothing wakes one that waits for RCU.
 *
 * Source: netlink(7), rtnetlink(7), Documentation/RCU/whatisRCU.rst, /proc/net/dev in proc(5).
 * @module
 */
import {spawn} from 'node:child_process';
import {close, write} from 'node:fs';
import {readKernelFile} from '#kernel/file';
import {encodeMessage, type Message, NLM_F_ACK, NLM_F_REQUEST} from '#kernel/netlink/message';
import {checkAnswer, NETLINK_ROUTE, openNetlink, receive, type Told} from '#kernel/netlink/socket';
import {canRead} from '#kernel/poll';
import {callsAreWatched, publishCall} from '#kernel/trace';

/**
 * Sends a request to delete links, and returns when those with these names are gone.
 *
 * @throws {NetlinkError} with what the kernel answered: `ENODEV` if there is no such link.
 */
export function removeLinks(message: Message, names: readonly string[], told: Told): void {
	const socket = openNetlink(NETLINK_ROUTE);
	const writer = handOver(socket.fd, encodeMessage({...message, flags: NLM_F_REQUEST | NLM_F_ACK}, 1));
	let isAnswered = false;
	while (!isAnswered && names.some(isListed)) {
		// Asked before the look for an answer, which comes before the end.
		const wasLast = writer !== undefined && hasEnded(writer);
		isAnswered = canRead(socket.fd, LOOK_AGAIN_MILLISECONDS);
		if (isAnswered) for (const answer of receive(socket)) checkAnswer(answer, told);
		else if (wasLast) throw new Error(`${names.join(', ')}: the cat that was to delete it was ended by somebody`);
	}
	if (callsAreWatched()) publishCall({...told, result: 0});
}

/**
 * Has somebody else write to the socket, and closes this process's descriptor of it when that is done.
 *
 * @returns the process that writes; undefined if there is no `cat`, so that a thread of this process does.
 */
function handOver(fd: number, bytes: Uint8Array): number | undefined {
	// In a session of its own: a Ctrl-C at this moment is not meant for it.
	const cat = spawn('/bin/cat', {stdio: ['pipe', fd, 'ignore'], detached: true});
	const done = (): void => close(fd, () => {});
	if (cat.pid === undefined) {
		cat.once('error', () => {});
		write(fd, bytes, done);
		return undefined;
	}
	cat.stdin!.once('error', () => {});
	cat.stdin!.end(bytes);
	cat.once('exit', done);
	cat.unref();
	return cat.pid;
}

/** Whether a child has ended. Its number stays its own until the event loop turns, so nobody else is taken for it. */
function hasEnded(pid: number): boolean {
	const stat = readKernelFile(`/proc/${pid}/stat`);
	return stat.startsWith('Z', stat.lastIndexOf(')') + 2);
}

/** Whether the calling thread's network namespace has a link of this name. The kernel tells it without taking a lock. */
function isListed(name: string): boolean {
	const lines = readKernelFile('/proc/thread-self/net/dev').split('\n');
	return lines.some(line => line.trimStart().startsWith(`${name}:`));
}

const LOOK_AGAIN_MILLISECONDS = 1;
