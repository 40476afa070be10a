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

/** The directory of one QEMU process. Short: a socket's path has 107 bytes at most. */
export function machineDirectory(id: string): string {
	return join(machinesDirectory(), id);
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
