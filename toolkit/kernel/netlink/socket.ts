/**
 * A netlink socket: requests to the kernel's networking and its replies.
 *
 *     request ──▶ kernel ──▶ one reply, or many ended by NLMSG_DONE, or NLMSG_ERROR (0: done; −n: errno n)
 *
 * The surprise: the kernel does the work inside our sendto(2). When it returns, the link is made
 * and the reply is waiting, so a synchronous program loses no time by asking this way.
 *
 * A socket speaks of the network namespace that its thread was in when it was opened, for ever.
 *
 * Source: netlink(7), rtnetlink(7).
 * @module
 */
import {closeSync} from 'node:fs';
import {errnoName} from '#kernel/errno';
import {KernelError, KernelName, tolerate} from '#kernel/error';
import {call} from '#kernel/libc';
import {align, decodeAttributes, readText, u32} from '#kernel/netlink/attribute';
import {
	decodeMessages,
	encodeMessage,
	type Message,
	NLM_F_ACK,
	NLM_F_ACK_TLVS,
	NLM_F_CAPPED,
	NLM_F_DUMP,
	NLM_F_DUMP_INTR,
	NLM_F_REQUEST,
	NLMSG_DONE,
	NLMSG_ERROR,
	NLMSG_NOOP,
	type ReceivedMessage,
} from '#kernel/netlink/message';
import {callsAreWatched, publishCall} from '#kernel/trace';

export const NETLINK_ROUTE = 0;
export const NETLINK_NETFILTER = 12;

const AF_NETLINK = 16;
const SOCK_RAW = 3;
const SOCK_CLOEXEC = 0x80000;
const SOL_NETLINK = 270;
const NETLINK_CAP_ACK = 10;
const NETLINK_EXT_ACK = 11;
const NETLINK_GET_STRICT_CHK = 12;
const NLMSGERR_ATTR_MSG = 1;
/** The kernel fills datagrams up to this size when it is asked with such a buffer. */
const RECEIVE_BYTES = 32 * 1024;
const DUMP_ATTEMPTS = 20;

const PROTOCOL_NAMES: Readonly<Record<number, string>> = {
	[NETLINK_ROUTE]: 'NETLINK_ROUTE',
	[NETLINK_NETFILTER]: 'NETLINK_NETFILTER',
};

/** How a request is told to people: `RTM_NEWLINK`, `['drydock0', 'kind bridge']`. */
export interface Told {
	readonly call: string;
	readonly args: readonly unknown[];
}

/** What the kernel refused through netlink: its errno, and its own words about it where it has some. */
export class NetlinkError extends KernelError {
	/** The kernel's extended text: `Invalid prefix for given prefix length`. Empty if it has none. */
	readonly detail: string;

	constructor(told: Told, errno: string, detail: string) {
		super(told.call, told.args, errno);
		this.detail = detail;
		if (detail !== '') this.message += ` (the kernel says: ${detail})`;
	}
}

/** An open socket of one protocol. */
export interface NetlinkSocket {
	readonly fd: number;
	/** Counts the requests: a reply bears its request's number. */
	sequence: number;
}

/**
 * Opens a socket, lends it to `use`, and closes it.
 *
 * @throws {KernelError} see `openNetlink`.
 */
export function withNetlink<T>(protocol: number, use: (socket: NetlinkSocket) => T): T {
	const socket = openNetlink(protocol);
	try {
		return use(socket);
	} finally {
		closeSync(socket.fd);
	}
}

/**
 * Opens a socket. The caller closes its descriptor.
 *
 * @throws {KernelError} `EPROTONOSUPPORT` where the kernel lacks the protocol; `EMFILE`.
 */
export function openNetlink(protocol: number): NetlinkSocket {
	const fd = call('socket', [AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol], {
		show: () =>
			['AF_NETLINK', 'SOCK_RAW|SOCK_CLOEXEC', PROTOCOL_NAMES[protocol] ?? `${protocol}`].map(n => new KernelName(n)),
	});
	// Without EXT_ACK an error is only a number; CAP_ACK spares us our own request in each answer.
	setOption(fd, NETLINK_EXT_ACK, 'NETLINK_EXT_ACK');
	setOption(fd, NETLINK_CAP_ACK, 'NETLINK_CAP_ACK');
	if (protocol === NETLINK_ROUTE) setOption(fd, NETLINK_GET_STRICT_CHK, 'NETLINK_GET_STRICT_CHK');
	return {fd, sequence: 0};
}

/**
 * Asks for one thing to be done, and waits for the kernel's word that it is.
 *
 * @throws {NetlinkError} with what the kernel answered.
 */
export function request(socket: NetlinkSocket, message: Message, told: Told): void {
	exchange(socket, {...message, flags: message.flags | NLM_F_REQUEST | NLM_F_ACK}, told);
	if (callsAreWatched()) publishCall({call: told.call, args: told.args, result: 0});
}

/**
 * Asks for one object.
 *
 * @throws {NetlinkError} with what the kernel answered: `ENODEV`, `ENOENT` if there is no such thing.
 */
export function get(socket: NetlinkSocket, message: Message, told: Told): Buffer {
	const [reply] = exchange(socket, {...message, flags: message.flags | NLM_F_REQUEST | NLM_F_ACK}, told);
	if (reply === undefined) throw new Error(`${told.call}: the kernel gave no answer`);
	return reply.payload;
}

/**
 * Asks for all objects of a kind. When they change meanwhile the kernel says so, and the dump is made again.
 *
 * @throws {NetlinkError} with what the kernel answered.
 */
export function dump(socket: NetlinkSocket, message: Message, told: Told): readonly Buffer[] {
	for (let attempt = 1; attempt <= DUMP_ATTEMPTS; attempt++) {
		const replies = exchange(socket, {...message, flags: message.flags | NLM_F_REQUEST | NLM_F_DUMP}, told);
		const changed = replies.some(reply => (reply.flags & NLM_F_DUMP_INTR) !== 0);
		if (!changed || attempt === DUMP_ATTEMPTS) {
			return replies.filter(reply => reply.type !== NLMSG_DONE).map(reply => reply.payload);
		}
	}
	return [];
}

/** Sends bytes that hold several messages at once: nf_tables wants its changes in batches. */
export function send(socket: NetlinkSocket, bytes: Uint8Array): void {
	call('send', [socket.fd, bytes, bytes.length, 0], {returns: 'long'});
}

/**
 * Receives one datagram.
 *
 * @throws {KernelError} `ENOBUFS` if replies were lost.
 */
export function receive(socket: NetlinkSocket): readonly ReceivedMessage[] {
	const buffer = Buffer.allocUnsafeSlow(RECEIVE_BYTES);
	const length = call('recv', [socket.fd, buffer, buffer.length, 0], {returns: 'long'});
	return decodeMessages(buffer.subarray(0, length));
}

/** Throws if an NLMSG_ERROR or NLMSG_DONE bears an error. */
export function checkAnswer(reply: ReceivedMessage, told: Told): void {
	if (reply.type !== NLMSG_ERROR && reply.type !== NLMSG_DONE) return;
	const number = reply.payload.length >= 4 ? -reply.payload.readInt32LE(0) : 0;
	if (number === 0) return;
	const error = new NetlinkError(told, errnoName(number), extendedText(reply));
	publishCall({call: told.call, args: told.args, result: -1, errno: error.errno});
	throw error;
}

/** What the kernel says beside the number: younger kernels say it for most refusals. */
function extendedText(reply: ReceivedMessage): string {
	if ((reply.flags & NLM_F_ACK_TLVS) === 0) return '';
	// An error repeats the request before its attributes, or only its header if it is capped; the end of a dump neither.
	const requestBytes = (reply.flags & NLM_F_CAPPED) === 0 ? reply.payload.readUInt32LE(4) : 16;
	const start = reply.type === NLMSG_ERROR ? 4 + align(requestBytes) : 4;
	const detail = decodeAttributes(reply.payload.subarray(start)).get(NLMSGERR_ATTR_MSG);
	return detail === undefined ? '' : readText(detail);
}

/** Sends one message and collects its replies, without the answer that ends them unless that is all there is. */
function exchange(socket: NetlinkSocket, message: Message, told: Told): readonly ReceivedMessage[] {
	const sequence = ++socket.sequence;
	send(socket, encodeMessage(message, sequence));
	const replies: ReceivedMessage[] = [];
	for (;;) {
		for (const reply of receive(socket)) {
			if (reply.sequence !== sequence || reply.type === NLMSG_NOOP) continue;
			checkAnswer(reply, told);
			if (reply.type === NLMSG_ERROR) return replies;
			replies.push(reply);
			if (reply.type === NLMSG_DONE) return replies;
		}
	}
}

/** These options are younger than some kernels; each only makes the answers better. */
function setOption(fd: number, option: number, name: string): void {
	tolerate(['ENOPROTOOPT', 'EINVAL'], () =>
		call('setsockopt', [fd, SOL_NETLINK, option, u32(1), 4], {
			show: () => [fd, new KernelName('SOL_NETLINK'), new KernelName(name), 1],
		}),
	);
}
