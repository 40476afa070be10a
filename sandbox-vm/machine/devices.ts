/**
 * The state of a machine's devices: everything that isn't its memory or its disks.
 * @module
 */
import {closeSync, openSync} from 'node:fs';
import type {Qemu} from './find-qemu.ts';
import type {Machine} from './machine.ts';

/** Writes the state of a machine that stands still into a new file. */
export async function saveDevices({qmp}: Machine, path: string): Promise<void> {
	await qmp.execute('xen-save-devices-state', {filename: path, live: true});
}

/** A file with devices' state, as QEMU wants to be told of it. */
export interface Incoming {
	readonly uri: string;
	/** The descriptor that QEMU must get as 3, if it needs one. */
	readonly inherit: number | undefined;
	readonly close: () => void;
}

/** Opens the state in the file `path` for a QEMU process that is about to be started. */
export function openIncoming({major, minor}: Qemu, path: string): Incoming {
	// Until 8.2 there was no URI for a file, and after it a descriptor of one is out of favour.
	if (major > 8 || (major === 8 && minor >= 2)) return {uri: `file:${path}`, inherit: undefined, close: () => {}};
	const inherit = openSync(path, 'r');
	return {uri: 'fd:3', inherit, close: () => closeSync(inherit)};
}

/**
 * Has a machine that waits take a state over. It stands still then.
 *
 * @throws {Error} if the state is another machine's, or was cut short: QEMU ends over it.
 */
export async function loadDevices({qmp}: Machine, {uri}: Incoming): Promise<void> {
	await qmp.execute('migrate-incoming', {uri});
	const deadline = performance.now() + loadMilliseconds;
	for (;;) {
		const {status} = (await qmp.execute('query-status')) as {readonly status: string};
		if (status !== 'inmigrate') return;
		if (performance.now() > deadline)
			throw new Error(`QEMU doesn’t take the saved state within ${loadMilliseconds / 1000} s`);
	}
}

const loadMilliseconds = 10_000;
