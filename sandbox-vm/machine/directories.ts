/**
 * Where machines keep things.
 *
 *     state  machines/ID/            one QEMU process: its sockets, and the lock of who is responsible for it
 *            probes/ID/              a guest that tries an accelerator, for a second
 *     data   machines/templates/KEY/ a machine that has booted and waits: memory, devices, disk
 *            machines/docks/NAME/    where one machine lies at a time: its disks and its snapshots
 * @module
 */
import {join} from 'node:path';
import {dataDirectory, makePrivateDirectory, stateDirectory} from '#engine/directories';
import {ExplainedError} from '#words/explained-error';

/** The directory of one QEMU process. @throws {Error} one line, if its sockets' paths would be too long. */
export function machineDirectory(id: string): string {
	const directory = join(machinesDirectory(), id);
	const excess = Buffer.byteLength(join(directory, longestSocket)) - longestAddress;
	if (excess <= 0) return directory;
	const most = Buffer.byteLength(stateDirectory()) - excess;
	throw new ExplainedError({
		en: `${stateDirectory()} can’t hold a machine’s sockets: let DRYDOCK_STATE name a directory whose path has at most ${most} bytes`,
		zh: `${stateDirectory()} 放不下机器的套接字：请用 DRYDOCK_STATE 指定一个路径不超过 ${most} 字节的目录`,
	});
}

/** The directory of all QEMU processes' directories. */
export function machinesDirectory(): string {
	return join(stateDirectory(), 'machines');
}

/** The directory of all probe guests' directories. */
export function probesDirectory(): string {
	return join(stateDirectory(), 'probes');
}

/** The directory of all saved machines. */
export function templatesDirectory(): string {
	return join(dataDirectory(), 'machines/templates');
}

/** The directory of all docks. */
export function docksDirectory(): string {
	return join(dataDirectory(), 'machines/docks');
}

/** Held while a directory that has an owner, and its lock, come to be. */
export function registryLock(): string {
	return join(makePrivateDirectory(stateDirectory()), 'machines.lock');
}

/** Held while the machine of `drydock vm` comes, goes, or is saved. */
export function keptLock(): string {
	return join(makePrivateDirectory(stateDirectory()), 'kept.lock');
}

/** Held by whoever makes a template. */
export function templatesLock(): string {
	return join(makePrivateDirectory(stateDirectory()), 'templates.lock');
}

/** A socket's address has room for 108 bytes, the last of them 0; of a machine's, this has the longest name. */
const longestAddress = 107;
const longestSocket = 'agent0';
