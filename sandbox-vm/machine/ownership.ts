/**
 * Who is responsible for a machine, or for a dock: whoever holds the lock on the `owner` file in its directory.
 *
 *     tied       this program holds the lock, and the kernel ends QEMU when this program ends
 *     not tied   QEMU itself holds it, as long as it lives; programs come and go
 *
 * The kernel takes a lock from a process that dies, however it dies. So a directory whose lock is free is what a killed
 * one left behind, and whoever gets the lock cleans up, alone.
 *
 * Source: flock(2).
 * @module
 */
import {randomBytes} from 'node:crypto';
import {closeSync, mkdirSync, readdirSync, rmSync} from 'node:fs';
import {join} from 'node:path';
import {makePrivateDirectory} from '#engine/directories';
import {tolerate} from '#kernel/error';
import {tryLockFile, withLock} from '#kernel/flock';
import {registryLock} from './directories.ts';

/** A directory that this process, or one that inherited the descriptor, is responsible for. */
export interface Owned {
	readonly directory: string;
	/** Holds the lock. */
	readonly fd: number;
	/** Removes the directory and gives up the ownership. */
	readonly release: () => void;
	/** Gives up the ownership alone. The directory stays, and whoever inherited the descriptor owns it. */
	readonly letGo: () => void;
}

/** A name that nobody else has. */
export function newId(): string {
	return randomBytes(6).toString('hex');
}

/** Makes a directory, owned by this process. @throws {Error} if somebody owns it. */
export function ownDirectory(directory: string): Owned {
	makePrivateDirectory(join(directory, '..'));
	return withLock(registryLock(), () => {
		mkdirSync(directory, {recursive: true, mode: 0o700});
		const fd = tryLockFile(join(directory, ownerFile));
		if (fd === undefined) throw new Error(`${directory} is another process’s`);
		return owned(directory, fd);
	});
}

/** Whether somebody is responsible for a directory now. */
export function isOwned(directory: string): boolean {
	return withLock(registryLock(), () => {
		const lock = tryOwn(directory);
		if (typeof lock === 'number') closeSync(lock);
		return lock === 'held';
	});
}

/**
 * Takes over all directories in `parent` whose owner has died: `clean` is called with each, and it is removed.
 *
 * @param isOwnable which of them have owners at all, if not all have.
 */
export function adoptAbandoned(
	parent: string,
	clean: (directory: string) => void,
	isOwnable: (name: string) => boolean = () => true,
): readonly string[] {
	const names = (tolerate(['ENOENT'], () => readdirSync(parent)) ?? []).filter(isOwnable);
	const directories = names.map(name => join(parent, name));
	if (directories.length === 0) return [];
	// Who is being born has a directory already and its lock not yet: both come under this lock.
	const abandoned = withLock(registryLock(), () =>
		directories.flatMap(directory => {
			const lock = tryOwn(directory);
			return typeof lock === 'number' ? [owned(directory, lock)] : [];
		}),
	);
	for (const {directory, release} of abandoned) {
		try {
			clean(directory);
		} finally {
			release();
		}
	}
	return abandoned.map(({directory}) => directory);
}

const ownerFile = 'owner';

function tryOwn(directory: string): number | 'held' | 'gone' {
	return tolerate(['ENOENT', 'ENOTDIR'], () => tryLockFile(join(directory, ownerFile)) ?? 'held') ?? 'gone';
}

function owned(directory: string, fd: number): Owned {
	let held = true;
	const end = (remove: boolean): void => {
		if (!held) return;
		held = false;
		if (remove) rmSync(directory, {recursive: true, force: true});
		closeSync(fd);
	};
	return {directory, fd, release: () => end(true), letGo: () => end(false)};
}
