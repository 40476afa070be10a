/**
 * One maker at a time: a lock that is waited for without stopping everything else.
 * @module
 */
import {closeSync} from 'node:fs';
import {setTimeout} from 'node:timers/promises';
import {tryLockFile} from '#kernel/flock';

/** Runs `hold` while no other process holds the lock on the file at `path`. The kernel frees it if we are killed. */
export async function holdingLock<T>(
	path: string,
	signal: AbortSignal | undefined,
	hold: () => Promise<T>,
): Promise<T> {
	let fd = tryLockFile(path);
	while (fd === undefined) {
		await setTimeout(200, undefined, {signal});
		fd = tryLockFile(path);
	}
	try {
		return await hold();
	} finally {
		closeSync(fd);
	}
}
