/**
 * Who is responsible for a machine, or for a dock: whoever holds the lock on the `owner` file in its directory.
 *
 *     tied       this program holds the lock, and the kernel ends QEMU when this program ends
 *     not tied   QEMU itself holds it, as long as it lives; programs come and go
 *
 * The kernel takes a lock from a process that dies, however it dies. So a directory whose lock is free is what a killed
 * one left behind, and whoever gets the lock cleans up, alone.
 *
 * The surprise: a lock can outlive its owner. A child has all descriptors of its parent between fork and exec, and a
 * QEMU that was to be left running has them before it is ready. So the owner's name is in the file, until it hands the
 * directory on: where that process is dead, whoever still holds the lock came by it, and is ended.
 *
 * Source: flock(2).
 * @module
 */
import {randomBytes} from 'node:crypto';
import {
	closeSync,
	existsSync,
	ftruncateSync,
	readdirSync,
	readFileSync,
	readlinkSync,
	rmSync,
	writeSync,
} from 'node:fs';
import {join} from 'node:path';
import {makePrivateDirectory} from '#engine/directories';
import {tolerate} from '#kernel/error';
import {tryLockFile, withLock} from '#kernel/flock';
import {isAlive, nameProcess, type ProcessName} from '#kernel/pidfd';
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
		makePrivateDirectory(directory);
		const fd = tryLockFile(join(directory, ownerFile));
		if (fd === undefined) throw new Error(`${directory} is another process’s`);
		writeName(fd);
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
 * Takes over all directories in `parent` whose owner has died: `clean` is called with each, and it is removed. It may be
 * called again, until nobody has the lock any more.
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
	const [abandoned, orphans] = withLock(registryLock(), () => {
		const locks = directories.map(directory => ({directory, lock: tryOwn(directory)}));
		return [
			locks.flatMap(({directory, lock}) => (typeof lock === 'number' ? [owned(directory, lock)] : [])),
			locks.flatMap(({directory, lock}) => (lock === 'held' && isDead(readName(directory)) ? [directory] : [])),
		] as const;
	});
	for (const {directory, release} of abandoned) {
		try {
			clean(directory);
		} finally {
			release();
		}
	}
	for (const directory of orphans) takeFromHeirs(directory, clean);
	return [...abandoned.map(({directory}) => directory), ...orphans];
}

const ownerFile = 'owner';
/** A child needs no longer to its exec; and a machine that was killed, to give its memory back. */
const heirsMilliseconds = 2000;

/** Ends whoever holds a dead owner's lock, and removes the directory. If that can't be done now, it is the next sweep's. */
function takeFromHeirs(directory: string, clean: (directory: string) => void): void {
	for (const deadline = performance.now() + heirsMilliseconds; performance.now() < deadline; pause(5)) {
		clean(directory);
		const lock = withLock(registryLock(), () => tryOwn(directory));
		if (lock === 'gone') return;
		if (lock === 'held') continue;
		// Once more: who held it may just have become what `clean` knows.
		clean(directory);
		owned(directory, lock).release();
		return;
	}
}

function pause(milliseconds: number): void {
	Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

/** A process, and where its number means it. */
interface OwnerName extends ProcessName {
	readonly pidNamespace: string;
}

function writeName(fd: number): void {
	const name: OwnerName = {...nameProcess(process.pid), pidNamespace: pidNamespace()};
	ftruncateSync(fd, 0);
	writeSync(fd, JSON.stringify(name), 0);
}

/** Undefined if the directory was handed on, or has no owner's file. */
function readName(directory: string): OwnerName | undefined {
	const text = tolerate(['ENOENT', 'ENOTDIR'], () => readFileSync(join(directory, ownerFile), 'utf8')) || undefined;
	return text === undefined ? undefined : (JSON.parse(text) as OwnerName);
}

/** Of a process in another PID namespace nothing can be said. */
function isDead(name: OwnerName | undefined): boolean {
	return name !== undefined && name.pidNamespace === pidNamespace() && !isAlive(name);
}

function pidNamespace(): string {
	return readlinkSync('/proc/self/ns/pid');
}

function tryOwn(directory: string): number | 'held' | 'gone' {
	return tolerate(['ENOENT', 'ENOTDIR'], () => tryLockFile(join(directory, ownerFile)) ?? 'held') ?? 'gone';
}

function owned(directory: string, fd: number): Owned {
	let held = true;
	const end = (remove: boolean): void => {
		if (!held) return;
		held = false;
		if (remove) removeOwned(directory);
		else ftruncateSync(fd, 0);
		closeSync(fd);
	};
	return {directory, fd, release: () => end(true), letGo: () => end(false)};
}

/**
 * The owner's file goes last, and with the directory under the lock: nobody who only looks for it makes it anew in a directory
 * that is going. Large disks go before, so that nobody waits for them.
 */
function removeOwned(directory: string): void {
	for (const name of tolerate(['ENOENT', 'ENOTDIR'], () => readdirSync(directory)) ?? []) {
		if (name !== ownerFile) rmSync(join(directory, name), {recursive: true, force: true});
	}
	if (existsSync(directory)) withLock(registryLock(), () => rmSync(directory, {recursive: true, force: true}));
}
