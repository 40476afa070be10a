/**
 * A machine: one QEMU process, from its start to its end.
 *
 *     this program ──QMP──▶ ┌ QEMU ───────────────────────────┐
 *                ◀──port──▶ │ guest: a kernel, PID 1, an agent │
 *                           └─────────────────────────────────┘
 *                              memory: template's file, copied on write
 *                              disks:  image (read-only), scratch (layers of qcow2)
 *
 * A template (template.ts) boots once and is saved. Each machine after it is a fresh process that maps the template's
 * memory and reads its devices' state (restore.ts): 55 kB instead of a boot. A snapshot (snapshot.ts) is the same again,
 * with the memory and the disk that were changed since. A spare (spare.ts) is a machine restored before anyone asks.
 *
 * The surprise: nothing in the guest takes part. It doesn't know that it was stopped; only its clock is late, and its
 * random numbers would come twice. So after every restore somebody must tell it the time and stir its pool.
 *
 * Next: whoever speaks to the guest's agent through `connectPort`.
 * @module
 */
import type {Socket} from 'node:net';
import type {Localized} from '#words/language';
import type {Accelerator} from './accelerator.ts';
import {type PluggedDisk, plugAddress, plugSlots, portSocket} from './blueprint.ts';
import type {Dock} from './dock.ts';
import type {Qmp} from './qmp.ts';
import {connectSocket} from './socket.ts';

/** Why a machine has ended. */
export interface MachineEnd {
	/** `guest`: it shut down, rebooted or panicked. `asked`: by `stop`. `died`: QEMU itself ended. */
	readonly by: 'guest' | 'asked' | 'died';
	/** One line. */
	readonly because: Localized;
	/** The last of what it had printed on its console. */
	readonly console: string;
}

/** A machine that runs, or stands still. */
export interface Machine {
	readonly id: string;
	readonly directory: string;
	readonly dock: Dock;
	/** QEMU's process. */
	readonly pid: number;
	readonly accelerator: Accelerator;
	/** The key of the template whose memory it shares. */
	readonly template: string;
	/** That memory's file. */
	readonly ram: string;
	/** This program's place at it. */
	readonly seat: number;
	readonly qmp: Qmp;
	/** Settles once, when it has ended; its directory is removed then. */
	readonly ended: Promise<MachineEnd>;
	/** Aborted when it has ended. */
	readonly gone: AbortSignal;
	/** Ends it, and removes all that is its own. Content if it has ended. */
	readonly stop: () => Promise<void>;
	/** Lets go of it without ending it. For one that isn't tied to this program. */
	readonly leave: () => void;
}

/** Opens the seat's wire to the guest's agent. QEMU lets a second one wait without a word. */
export function connectPort({directory, seat, gone}: Pick<Machine, 'directory' | 'seat' | 'gone'>): Promise<Socket> {
	return connectSocket(portSocket(directory, seat), {gone});
}

/** Makes it stand still. */
export async function pauseMachine({qmp}: Machine): Promise<void> {
	await qmp.execute('stop');
}

/** Lets it run on. */
export async function resumeMachine({qmp}: Machine): Promise<void> {
	await qmp.execute('cont');
}

/** What it has printed on its console since this was asked last, 64 KiB at most. */
export async function readConsole(qmp: Qmp): Promise<string> {
	const text = await qmp.execute('ringbuf-read', {device: 'console', size: 65536, format: 'base64'});
	return Buffer.from(String(text), 'base64').toString();
}

/** The read-only disks that have been plugged in. */
export async function pluggedDisks({qmp}: Machine): Promise<readonly PluggedDisk[]> {
	const blocks = (await qmp.execute('query-block')) as readonly {qdev?: string; inserted?: {file: string}}[];
	return blocks.flatMap(({qdev, inserted}) => {
		const slot = /\/plug(\d+)\//.exec(qdev ?? '')?.[1];
		return slot === undefined || inserted === undefined ? [] : [{slot: Number(slot), path: inserted.file}];
	});
}

/**
 * Plugs a raw file in as a read-only disk, in the first slot that is free.
 *
 * @returns its slot: the guest sees slot 0 as /dev/vdc, slot 1 as /dev/vdd, if nothing was unplugged.
 * @throws {Error} if all slots are taken, or QEMU can't read the file.
 */
export async function plugDisk(machine: Machine, path: string): Promise<PluggedDisk> {
	const taken = new Set((await pluggedDisks(machine)).map(({slot}) => slot));
	const slot = Array.from({length: plugSlots}, (_, index) => index).find(index => !taken.has(index));
	if (slot === undefined) throw new Error(`no more than ${plugSlots} folders can be shared with a machine`);
	const {id, addr} = plugAddress({slot, path});
	const file = {driver: 'file', filename: path};
	await machine.qmp.execute('blockdev-add', {driver: 'raw', 'node-name': id, 'read-only': true, file});
	await machine.qmp.execute('device_add', {driver: 'virtio-blk-pci', id, drive: id, addr});
	return {slot, path};
}
