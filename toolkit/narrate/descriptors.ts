/**
 * The descriptors of a process through which it gives orders: open files of the kernel's, and netlink sockets.
 *
 *     open("…/cgroup.procs") = 3 ─▶ dup2(3, 1) ─▶ write(1, "0") ─▶ close(1)
 *
 * The surprise: a write says only a number. Whose file that is was settled by an earlier call, maybe by a parent of the
 * writer. So whatever makes, copies or closes a descriptor is followed here, for as long as one is watched.
 *
 * Source: dup(2), fcntl(2), close_range(2), netlink(7).
 * @module
 */
import {readdirSync} from 'node:fs';
import {NETLINK_NETFILTER, NETLINK_ROUTE} from '#kernel/netlink/socket';
import {takesOrders} from './calls/files.ts';
import {int, linkTarget, type RawCall, uint} from './raw-call.ts';

/** A descriptor that is watched, and what it leads to. */
export type Watched =
	| {readonly kind: 'file'; readonly path: string}
	/** `socket:[123]`, and what it speaks. */
	| {readonly kind: 'netlink'; readonly socket: string; readonly protocol: number};

/** Calls that may change which descriptors are watched, when they end. */
export const descriptorCalls: ReadonlySet<string> = new Set([
	...['open', 'openat', 'openat2', 'creat', 'socket', 'dup', 'dup2', 'dup3', 'fcntl', 'close', 'close_range'],
]);

const AF_NETLINK = 16;
/** Others carry no orders about containers. */
const protocols: readonly number[] = [NETLINK_ROUTE, NETLINK_NETFILTER];
const F_DUPFD = 0;
const F_DUPFD_CLOEXEC = 1030;
/** Which netlink sockets there are is known from their birth: /proc shows a socket as a number only. */
const MOST_SOCKETS = 10_000;
const netlinkSockets = new Map<string, number>();

/** The watched descriptors of one process. */
export class Descriptors {
	readonly #watched: Map<number, Watched>;

	constructor(watched: Iterable<readonly [number, Watched]> = []) {
		this.#watched = new Map(watched);
	}

	/** Whether any is watched. */
	get areWatched(): boolean {
		return this.#watched.size > 0;
	}

	get(fd: number): Watched | undefined {
		return this.#watched.get(fd);
	}

	/** A child starts with copies. */
	copy(): Descriptors {
		return new Descriptors(this.#watched);
	}

	/** Follows one of the `descriptorCalls` that has ended. */
	follow(raw: RawCall, result: number): void {
		switch (raw.name) {
			case 'open':
			case 'openat':
			case 'openat2':
			case 'creat':
				this.#look(raw.pid, result);
				break;
			case 'socket':
				if (int(raw, 0) === AF_NETLINK && protocols.includes(int(raw, 2))) {
					if (netlinkSockets.size >= MOST_SOCKETS) netlinkSockets.clear();
					netlinkSockets.set(linkTarget(raw.pid, result) ?? '', int(raw, 2));
					this.#look(raw.pid, result);
				}
				break;
			case 'fcntl':
				if ([F_DUPFD, F_DUPFD_CLOEXEC].includes(int(raw, 1))) this.#duplicate(int(raw, 0), result);
				break;
			case 'dup':
			case 'dup2':
			case 'dup3':
				this.#duplicate(int(raw, 0), result);
				break;
			case 'close':
				this.#watched.delete(int(raw, 0));
				break;
			case 'close_range':
				for (const fd of this.#watched.keys()) {
					if (fd >= uint(raw, 0) && fd <= uint(raw, 1)) this.#watched.delete(fd);
				}
		}
	}

	/** Looks again at all descriptors of a process: at first sight, and after an execve, which closes some. */
	review(pid: number): void {
		this.#watched.clear();
		for (const fd of openDescriptors(pid)) this.#look(pid, fd);
	}

	#duplicate(from: number, to: number): void {
		const watched = this.#watched.get(from);
		if (watched === undefined) this.#watched.delete(to);
		else this.#watched.set(to, watched);
	}

	#look(pid: number, fd: number): void {
		const target = linkTarget(pid, fd);
		if (target === undefined) return;
		const protocol = netlinkSockets.get(target);
		if (protocol !== undefined) this.#watched.set(fd, {kind: 'netlink', socket: target, protocol});
		else if (target.startsWith('/') && takesOrders(pid, fd, target))
			this.#watched.set(fd, {kind: 'file', path: target});
		else this.#watched.delete(fd);
	}
}

function openDescriptors(pid: number): readonly number[] {
	try {
		return readdirSync(`/proc/${pid}/fd`).map(Number);
	} catch {
		return [];
	}
}
