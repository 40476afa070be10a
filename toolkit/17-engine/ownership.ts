/**
 * Who is responsible for a container: the process that holds the lock in its state directory.
 *
 *     /run/drydock/containers/ID/owner    locked by the watcher as long as it lives
 *
 * The kernel takes the lock from a process that dies, however it dies. So a state directory whose lock is free is what a
 * killed one left behind, and whoever gets that lock may clean up, alone.
 * @module
 */
import {closeSync, existsSync, mkdirSync, readdirSync, rmSync} from 'node:fs';
import {join} from 'node:path';
import {containerState, makePrivateDirectory, stateDirectory} from '#engine/directories';
import {tolerate} from '#kernel/error';
import {tryLockFile, withLock} from '#kernel/flock';

/** A container that this process is responsible for. */
export interface Owned {
	/** The lock's descriptor. A child that inherits it takes part in the ownership. */
	readonly fd: number;
	/** Removes the state directory and gives up the ownership. */
	readonly release: () => void;
}

/**
 * Makes a container's state directory, owned by this process.
 *
 * @throws if somebody owns it already.
 */
export function takeOwnership(id: string): Owned {
	makePrivateDirectory(join(stateDirectory(), 'containers'));
	return withLock(registryLock(), () => {
		mkdirSync(containerState(id), {recursive: true, mode: 0o700});
		const fd = tryLockFile(ownerPath(id));
		if (fd === undefined) throw new Error(`container ${id.slice(0, 12)} is being started by another process`);
		return owned(id, fd);
	});
}

/** The ownership that a starter handed on with descriptor `fd`. */
export function inheritOwnership(id: string, fd: number): Owned {
	return owned(id, fd);
}

/** Whether somebody is responsible for this container now. */
export function isOwned(id: string): boolean {
	if (!existsSync(ownerPath(id))) return false;
	return withLock(registryLock(), () => {
		if (!existsSync(ownerPath(id))) return false;
		const fd = tryLockFile(ownerPath(id));
		if (fd !== undefined) closeSync(fd);
		return fd === undefined;
	});
}

/** Takes over every state directory whose owner has died, and calls `clean` for its container. */
export function adoptAbandoned(clean: (id: string) => void): void {
	if (stateDirectories().length === 0) return;
	const abandoned = withLock(registryLock(), () =>
		stateDirectories().flatMap(id => {
			const fd = tolerate(['ENOENT'], () => tryLockFile(ownerPath(id)));
			return fd === undefined ? [] : [{id, fd}];
		}),
	);
	for (const {id, fd} of abandoned) {
		try {
			clean(id);
			removeState(id);
		} finally {
			closeSync(fd);
		}
	}
}

/**
 * Held while a state directory and its lock come to be, or go. Nobody sees the one without the other, and nobody who only looks
 * for the lock makes its file anew in a directory that is going.
 */
function registryLock(): string {
	return join(stateDirectory(), 'containers.lock');
}

function ownerPath(id: string): string {
	return join(containerState(id), 'owner');
}

function stateDirectories(): readonly string[] {
	return tolerate(['ENOENT'], () => readdirSync(join(stateDirectory(), 'containers'))) ?? [];
}

function owned(id: string, fd: number): Owned {
	return {
		fd,
		release: () => {
			removeState(id);
			closeSync(fd);
		},
	};
}

function removeState(id: string): void {
	if (existsSync(containerState(id)))
		withLock(registryLock(), () => rmSync(containerState(id), {recursive: true, force: true}));
}
