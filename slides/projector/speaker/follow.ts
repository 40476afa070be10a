/**
 * The speaker's end: finds the presentation, follows it, and waits for another when it has ended.
 * @module
 */
import type {Socket} from 'node:net';
import {asPosition, type Position, readMessages, type Steering} from './messages.ts';
import {connectTo, isMeant, presentations} from './place.ts';

/** Who is followed. */
export type Followed =
	| {readonly state: 'none'}
	/** More than one could be meant: `two-hours.4711`, `two-hours.4712`. */
	| {readonly state: 'several'; readonly names: readonly string[]}
	| {readonly state: 'following'; readonly position: Position};

/** A screen that follows. */
export interface Follower {
	steer(to: Steering): void;
	close(): void;
}

/** How often to look for a presentation while there is none, in milliseconds. */
const LOOK_AGAIN = 500;

/** Follows the presentation that is meant by a word, or the only one there is; `tell` hears of every change. */
export function follow(wanted: string | undefined, tell: (followed: Followed) => void): Follower {
	let socket: Socket | undefined;
	let timer: NodeJS.Timeout | undefined;
	let isClosed = false;

	async function look(): Promise<void> {
		const found = await answering(wanted);
		const [first, ...others] = found;
		if (isClosed || first === undefined || others.length > 0) {
			for (const {connection} of found) connection.destroy();
			if (isClosed) return;
			const names = found.map(({name}) => name);
			tell(first === undefined ? {state: 'none'} : {state: 'several', names});
			timer = setTimeout(() => void look(), LOOK_AGAIN);
			return;
		}
		socket = first.connection;
		readMessages(socket, message => {
			const position = asPosition(message);
			if (position !== undefined) tell({state: 'following', position});
		});
		socket.on('error', () => socket?.destroy());
		socket.on('close', () => {
			socket = undefined;
			if (!isClosed) void look();
		});
	}

	void look();
	return {
		steer: to => void socket?.write(`${JSON.stringify(to)}\n`),
		close: () => {
			isClosed = true;
			clearTimeout(timer);
			socket?.destroy();
		},
	};
}

async function answering(wanted: string | undefined) {
	const meant = presentations().filter(presentation => isMeant(presentation, wanted));
	const connected = await Promise.all(
		meant.map(async ({deck, pid, path}) => {
			const connection = await connectTo(path);
			return connection === undefined ? [] : [{name: `${deck}.${pid}`, connection}];
		}),
	);
	return connected.flat();
}
