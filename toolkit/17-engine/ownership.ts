/**
 * Who is responsible for a container: the process that holds the lock in its state directory.
 *
 *     /run/drydock/containers/ID/owner    locked by the watcher as long as it lives
 *
 * The kernel takes the lock from a process that dies, however it dies. So a state directory whose lock is free is what a
 * killed one left behind, and whoever gets that lock may clean up, alone.
 * @module
 */
import {closeSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync} from 'node:fs';
import {join} from 'node:path';
import {containerState, makePrivateDirectory, stateDirectory} from '#engine/directories';
import {isErrno, tolerate} from '#kernel/error';
import {tryLockFile} from '#kernel/flock';

/** A container that this process is responsible for. */
export interface Owned {
	/** The lock's descriptor. A child that inherits it takes part in the ownership. */
	readonly fd: number;
	/** Removes the state directory and gives up the ownership. */
	readonly release: () => void;
}

/**
 * Makes a container's state directory, owned by this process from its first moment on.
 *
 * @throws if somebody owns it already.
 */
export function takeOwnership(id: string): Owned {
	const directory = containerState(id);
	const draft = `${directory}.${process.pid}.new`;
	makePrivateDirectory(join(stateDirectory(), 'containers'));
	mkdirSync(draft, {mode: 0o700});
	const fd = tryLockFile(join(draft, 'owner'))!;
	try {
		// An empty directory would be replaced, one with a lock in it is not.
		renameSync(draft, directory);
	} catch (error) {
		closeSync(fd);
		rmSync(draft, {recursive: true, force: true});
		if (isErrno(error, 'ENOTEMPTY', 'EEXIST'))
			throw new Error(`container ${id.slice(0, 12)} is being started by another process`);
		throw error;
	}
	return owned(id, fd);
}

/** The ownership that a starter handed on with descriptor `fd`. */
export function inheritOwnership(id: string, fd: number): Owned {
	return owned(id, fd);
}

/** Whether somebody is responsible for this container now. */
export function isOwned(id: string): boolean {
	const path = join(containerState(id), 'owner');
	if (!existsSync(path)) return false;
	const fd = tolerate(['ENOENT'], () => tryLockFile(path));
	if (fd === undefined) return existsSync(path);
	closeSync(fd);
	return false;
}

/** Takes over every state directory whose owner has died, one after the other, and calls `clean` for its container. */
export function adoptAbandoned(clean: (id: string) => void): void {
	for (const id of stateDirectories()) {
		const path = join(stateDirectory(), 'containers', id, 'owner');
		const fd = tolerate(['ENOENT', 'ENOTDIR'], () => tryLockFile(path));
		if (fd === undefined) {
			// Killed between making the draft and locking it: nothing was started yet.
			if (id.endsWith('.new') && !existsSync(path))
				rmSync(join(stateDirectory(), 'containers', id), {recursive: true, force: true});
			continue;
		}
		clean(id.split('.')[0]!);
		rmSync(join(stateDirectory(), 'containers', id), {recursive: true, force: true});
		closeSync(fd);
	}
}

function stateDirectories(): readonly string[] {
	return tolerate(['ENOENT'], () => readdirSync(join(stateDirectory(), 'containers'))) ?? [];
}

function owned(id: string, fd: number): Owned {
	return {
		fd,
		release: () => {
			rmSync(containerState(id), {recursive: true, force: true});
			closeSync(fd);
		},
	};
}
