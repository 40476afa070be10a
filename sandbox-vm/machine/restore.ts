/**
 * Continues a saved machine in a fresh QEMU process.
 *
 *     start QEMU, memory: the template's file, private      25 ms
 *     write the pages that a snapshot had changed            1 ms per MB or so
 *     load the devices' state                                2 ms
 *     run
 *
 * @module
 */
import {once} from 'node:events';
import {join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {assemble} from './assemble.ts';
import {loadDevices, openIncoming} from './devices.ts';
import type {Dock} from './dock.ts';
import {type Snapshot, snapshotDirectory} from './history.ts';
import {type Machine, resumeMachine} from './machine.ts';
import {loadPages} from './pages.ts';
import {QemuGone} from './qmp.ts';
import type {Template} from './template.ts';

export interface RestoreOptions {
	/** Where it shall lie. */
	readonly dock: Dock;
	/** A state of that dock. Default: the template's own. */
	readonly snapshot?: Snapshot | undefined;
	/** Whether it ends with this program. Default: true. */
	readonly tied?: boolean;
	/** Leaves it standing still. */
	readonly paused?: boolean;
}

/**
 * Makes a machine of a template, or of a snapshot. Its clock stands at the time of that: set it, and stir its pool of
 * randomness, before anything else.
 *
 * @throws {Error} one line; nothing is left then.
 */
export async function restoreMachine(template: Template, options: RestoreOptions): Promise<Machine> {
	const {dock, snapshot, tied = true, paused = false} = options;
	if (snapshot !== undefined && snapshot.template !== template.key) {
		throw new Error(
			`the snapshot ${snapshot.name} is of a machine that was built otherwise: it can’t be restored any more`,
		);
	}
	const saved = snapshot === undefined ? undefined : snapshotDirectory(dock, snapshot.id);
	const incoming = openIncoming(
		template.blueprint.qemu,
		saved === undefined ? template.devices : join(saved, 'devices'),
	);
	try {
		const machine = await assemble({
			blueprint: template.blueprint,
			template: template.key,
			dock,
			ram: {path: template.ram, shared: false},
			chain: snapshot?.chain ?? [template.disk],
			plugged: snapshot?.plugged ?? [],
			start: 'wait',
			tied,
			inherit: incoming.inherit,
		});
		try {
			// The devices read the memory while they load: their queues are there.
			if (saved !== undefined) loadPages(machine.pid, template.ram, join(saved, 'pages'));
			await loadDevices(machine, incoming);
			if (!paused) await resumeMachine(machine);
			return machine;
		} catch (error) {
			const reason = error instanceof QemuGone ? await lastWords(machine, error) : error;
			await machine.stop();
			throw reason;
		}
	} finally {
		incoming.close();
	}
}

/**
 * Why QEMU ended. It has hung up already, and says why as it goes. Its end alone would not keep this program waiting; the
 * clock does.
 */
async function lastWords({gone}: Machine, error: QemuGone): Promise<unknown> {
	if (!gone.aborted) await Promise.race([once(gone, 'abort'), sleep(lastWordsMilliseconds)]);
	return gone.aborted ? gone.reason : error;
}

const lastWordsMilliseconds = 1000;
