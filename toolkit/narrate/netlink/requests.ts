/**
 * Requests that wait for the kernel's word: netlink says in a later message whether it did what a former one asked for.
 *
 *     sendmsg  RTM_NEWLINK #7 ──▶ kernel
 *     recvmsg  error 17   #7 ◀── kernel        told now: RTM_NEWLINK … EEXIST
 *
 * @module
 */
import {errnoName} from '#kernel/errno';
import {decodeMessages, NLM_F_ACK, NLMSG_DONE, NLMSG_ERROR, type ReceivedMessage} from '#kernel/netlink/message';
import {NETLINK_ROUTE} from '#kernel/netlink/socket';
import {seeNftRequest} from './nft-messages.ts';
import {linkNamed, type SeenRequest, seeRouteRequest} from './route-messages.ts';

/** A request and what became of it. */
export interface AnsweredRequest extends SeenRequest {
	readonly errno?: string | undefined;
}

interface Waiting {
	readonly socket: string;
	readonly sequence: number;
	readonly request: SeenRequest;
	/** Whether the kernel will also say that it went well. */
	readonly isAnswered: boolean;
}

const NLM_F_MULTI = 2;
const MOST_LINKS = 4096;
const MOST_WAITING = 4096;

/** The requests of one process. What its messages hold is its own affair: nothing in them is trusted. */
export class NetlinkRequests {
	#waiting: readonly Waiting[] = [];
	readonly #links = new Map<number, string>();

	/** Takes note of what was sent. @returns the requests that are known to be done. */
	sent(socket: string, protocol: number, datagram: Uint8Array): readonly AnsweredRequest[] {
		const done = this.settle(socket);
		for (const message of messagesIn(datagram)) {
			const request = this.#see(message, protocol);
			if (request === undefined || this.#waiting.length >= MOST_WAITING) continue;
			const isAnswered = (message.flags & NLM_F_ACK) !== 0 || request.looks;
			this.#waiting = [...this.#waiting, {socket, sequence: message.sequence, request, isAnswered}];
		}
		return done;
	}

	/** Takes note of what was received. @returns the requests that it answers. */
	received(socket: string, datagram: Uint8Array): readonly AnsweredRequest[] {
		const answered: AnsweredRequest[] = [];
		for (const message of messagesIn(datagram)) {
			this.#learn(message);
			const index = this.#waiting.findIndex(
				each => each.socket === socket && each.sequence === message.sequence && !isPart(message),
			);
			if (index === -1) continue;
			const errno = errorOf(message);
			answered.push({...this.#waiting[index]!.request, ...(errno === undefined ? {} : {errno})});
			this.#waiting = this.#waiting.toSpliced(index, 1);
		}
		return answered;
	}

	/** A socket (or all) is done with: what was refused would have been said by now. @returns its requests without a word. */
	settle(socket?: string): readonly AnsweredRequest[] {
		const [done, open] = [true, false].map(isDone =>
			this.#waiting.filter(
				each =>
					((socket === undefined || each.socket === socket) && !(socket !== undefined && each.isAnswered)) === isDone,
			),
		);
		this.#waiting = open!;
		return done!.map(({request}) => request);
	}

	#see(message: ReceivedMessage, protocol: number): SeenRequest | undefined {
		try {
			const nameOf = (index: number): string => this.#links.get(index) ?? `#${index}`;
			// The same numbers mean other things to each of them.
			return protocol === NETLINK_ROUTE ? seeRouteRequest(message, nameOf) : seeNftRequest(message);
		} catch {
			// The kernel will refuse what can't be read.
			return undefined;
		}
	}

	#learn(message: ReceivedMessage): void {
		try {
			const link = linkNamed(message);
			if (link !== undefined && this.#links.size < MOST_LINKS) this.#links.set(link.index, link.name);
		} catch {
			// An answer cut short names nothing.
		}
	}
}

/** Part of an answer of many messages: its end is what counts. */
function isPart({type, flags}: ReceivedMessage): boolean {
	return (flags & NLM_F_MULTI) !== 0 && type !== NLMSG_DONE;
}

function errorOf({type, payload}: ReceivedMessage): string | undefined {
	if ((type !== NLMSG_ERROR && type !== NLMSG_DONE) || payload.length < 4) return undefined;
	const number = -payload.readInt32LE(0);
	return number > 0 ? errnoName(number) : undefined;
}

function messagesIn(datagram: Uint8Array): readonly ReceivedMessage[] {
	try {
		return decodeMessages(datagram);
	} catch {
		return [];
	}
}
