/**
 * A machine's directory: where Vagrant keeps what it knows of one machine, and nobody else's.
 *
 *     data  vagrant/drydock-ID/Vagrantfile   a copy, so that the machine can be ended even when this checkout is gone
 *                              tools/        what goes into the machine, below its root
 *                              .vagrant/     Vagrant's own
 *                              ssh-config    how to log in
 *                              owner         locked by the program whose machine it is
 *
 * The machine is not a process that could be tied to ours. When its program was killed, the next one that uses Vagrant
 * finds its directory with nobody's lock on it, and ends it.
 * @module
 */
import {chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {dataDirectory} from '#engine/directories';
import {projectDirectory} from '#engine/project';
import {tolerate} from '#kernel/error';
import {ExplainedError} from '#words/explained-error';
import {type GuestFile, guestFiles, missingBundle} from '../image/guest.ts';
import {isOwned, newId, type Owned, ownDirectory} from '../machine/ownership.ts';

/** Makes the directory of a machine that is still to come. @throws {Error} one line, if this project was not built. */
export function makeMachineDirectory(): Owned {
	const missing = missingBundle();
	if (missing !== undefined) throw new ExplainedError(missing);
	const owned = ownDirectory(join(machinesDirectory(), `drydock-${newId()}`));
	try {
		copyFileSync(ownFile('Vagrantfile'), join(owned.directory, 'Vagrantfile'));
		for (const file of tools()) putTool(file, join(owned.directory, 'tools'));
		return owned;
	} catch (error) {
		owned.release();
		throw error;
	}
}

/** Takes over the directories whose programs were killed. */
export function adoptMachineDirectories(): readonly Owned[] {
	const names = tolerate(['ENOENT'], () => readdirSync(machinesDirectory())) ?? [];
	return names
		.map(name => join(machinesDirectory(), name))
		.filter(directory => !isOwned(directory))
		.flatMap(directory => {
			try {
				return [ownDirectory(directory)];
			} catch {
				// Another program was quicker.
				return [];
			}
		});
}

/** Whether Vagrant has made a machine for this directory: of one that was never begun, nothing has to be ended. */
export function hasMachine(directory: string): boolean {
	const providers = join(directory, '.vagrant/machines/drydock');
	const names = tolerate(['ENOENT', 'ENOTDIR'], () => readdirSync(providers)) ?? [];
	return names.some(name => existsSync(join(providers, name, 'id')));
}

function machinesDirectory(): string {
	return join(dataDirectory(), 'vagrant');
}

/** The engine and its Node, as in the machine of our own making; a Debian keeps its own init. */
function tools(): readonly GuestFile[] {
	return [
		...guestFiles().filter(({to}) => to.startsWith('opt/') || to.startsWith('usr/local/bin/')),
		{from: ownFile('guest/drydock-agent'), to: 'usr/local/bin/drydock-agent', mode: 0o755},
	];
}

function putTool({from, to, mode}: GuestFile, root: string): void {
	const path = join(root, to);
	mkdirSync(dirname(path), {recursive: true});
	copyFileSync(from, path);
	chmodSync(path, mode);
}

function ownFile(name: string): string {
	return join(projectDirectory(), 'sandbox-vm/vagrant', name);
}
