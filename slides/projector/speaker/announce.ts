/**
 * The presenter's end: lets speakers' screens follow a presentation, and steer it.
 * @module
 */
import {chmodSync, rmSync} from 'node:fs';
import {createServer, type Socket} from 'node:net';
import {asSteering, type Position, readMessages, type Steering} from './messages.ts';
import {presentationPath, sweepPresentations} from './place.ts';

/** A presentation that can be followed. */
export interface Announcement {
	/** Tells all screens what is shown now. */
	tell(position: Position): void;
	close(): void;
}

/** More screens than a speaker has. */
const MOST_SCREENS = 8;
/** A screen that reads no more, though so much waits for it, is let go. */
const MOST_WAITING_BYTES = 65_536;

/**
 * Opens the socket that speakers' screens look for.
 *
 * @throws {Error} if it can't be made.
 */
export async function announce(deck: string, steer: (to: Steering) => void): Promise<Announcement> {
	await sweepPresentations();
	const path = presentationPath(deck);
	const screens = new Set<Socket>();
	let last = '';
	const server = createServer(screen => {
		if (screens.size >= MOST_SCREENS) return void screen.destroy();
		screens.add(screen);
		screen.on('close', () => screens.delete(screen));
		screen.on('error', () => screen.destroy());
		readMessages(screen, message => {
			const to = asSteering(message);
			if (to !== undefined) steer(to);
		});
		if (last !== '') send(screen, last);
	});
	await new Promise<void>((resolve, reject) => {
		server.once('error', reject);
		server.listen(path, resolve);
	});
	// The folder lets nobody else in; the socket says so as well.
	chmodSync(path, 0o600);
	return {
		tell: position => {
			const line = `${JSON.stringify(position)}\n`;
			if (line === last) return;
			last = line;
			for (const screen of screens) send(screen, line);
		},
		close: () => {
			server.close();
			for (const screen of screens) screen.destroy();
			rmSync(path, {force: true});
		},
	};
}

function send(screen: Socket, line: string): void {
	if (screen.writableLength > MOST_WAITING_BYTES) screen.destroy();
	else screen.write(line);
}
