/**
 * Where the engine keeps things.
 *
 *     state  /run/drydock      what is true while the machine runs: sockets, locks, who watches what
 *     data   /var/lib/drydock  what shall survive: each container's record, log and writable layer
 *
 * Without root both are the user's own, by the XDG base directory specification.
 * @module
 */
import {lstatSync, mkdirSync} from 'node:fs';
import {homedir} from 'node:os';
import {join} from 'node:path';

/** Whether this process has the machine's root's rights to begin with. */
export function isRoot(): boolean {
	return process.geteuid?.() === 0;
}

/** The directory of what ends with the machine. `DRYDOCK_STATE` overrides it. */
export function stateDirectory(): string {
	if (process.env.DRYDOCK_STATE !== undefined) return process.env.DRYDOCK_STATE;
	if (isRoot()) return '/run/drydock';
	return join(process.env.XDG_RUNTIME_DIR ?? ownTemporaryDirectory(), 'drydock');
}

/**
 * A directory of this user's below /tmp, where others could have made one of that name before.
 *
 * @throws one line if somebody did.
 */
function ownTemporaryDirectory(): string {
	const path = `/tmp/drydock-${process.getuid?.()}`;
	makePrivateDirectory(path);
	const stats = lstatSync(path);
	if (!stats.isDirectory() || stats.uid !== process.getuid?.() || (stats.mode & OTHERS_MAY_WRITE) !== 0) {
		throw new Error(`${path} is not this user’s own: set XDG_RUNTIME_DIR to a directory that is`);
	}
	return path;
}

const OTHERS_MAY_WRITE = 0o022;

/** The directory of what survives. `DRYDOCK_DATA` overrides it. */
export function dataDirectory(): string {
	const share = process.env.XDG_DATA_HOME ?? join(homedir(), '.local/share');
	return process.env.DRYDOCK_DATA ?? (isRoot() ? '/var/lib/drydock' : join(share, 'drydock'));
}

/** Where a container's state is while somebody watches it. */
export function containerState(id: string): string {
	return join(stateDirectory(), 'containers', id);
}

/** Where a container's record, log and layer are. */
export function containerData(id: string): string {
	return join(dataDirectory(), 'containers', id);
}

/** Makes a directory that only its owner may look into, with all above it. @throws one line saying which and why. */
export function makePrivateDirectory(path: string): string {
	try {
		mkdirSync(path, {recursive: true, mode: 0o700});
	} catch (error) {
		throw new Error(`can't make ${path}: ${(error as Error).message}`, {cause: error});
	}
	return path;
}
