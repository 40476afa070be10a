/**
 * One machine of Vagrant's, in the words of `vagrant`: up, status, snapshot, halt, destroy.
 * @module
 */
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import type {Owned} from '../machine/ownership.ts';
import {adoptMachineDirectories, hasMachine} from './directory.ts';
import {VagrantError} from './explain.ts';
import {lastOf} from './machine-readable.ts';
import {type RunOptions, runVagrant} from './run-vagrant.ts';
import type {Access} from './ssh.ts';

/** What the Vagrantfile calls it. */
const host = 'drydock';

/** Makes the machine if need be, and starts it; content if it runs. @throws {VagrantError} one line. */
export async function bringUp({directory}: Owned, options: RunOptions = {}): Promise<void> {
	await runVagrant(directory, ['up', host], options);
}

/** What Vagrant calls its state: `not_created`, `running`, `poweroff`, `shutoff` and others, by the provider. */
export async function stateOf({directory}: Owned): Promise<string> {
	const events = await runVagrant(directory, ['status', host]);
	return lastOf(events, 'state')?.[0] ?? 'unknown';
}

/** How to log in, as of now: after each start it may be another port, or another address. */
export async function accessTo({directory}: Owned): Promise<Access> {
	const [config] = lastOf(await runVagrant(directory, ['ssh-config', host]), 'ssh-config') ?? [];
	if (config === undefined) {
		throw new VagrantError('', {
			en: 'vagrant ssh-config doesn’t say how to log in to the machine',
			zh: 'vagrant ssh-config 没有说明怎样登录机器',
		});
	}
	const configFile = join(directory, 'ssh-config');
	writeFileSync(configFile, config, {mode: 0o600});
	return {configFile, host};
}

/** Saves its state under a name of letters and digits, in the place of another of that name. */
export async function saveState({directory}: Owned, state: string): Promise<void> {
	await runVagrant(directory, ['snapshot', 'save', '--force', host, state]);
}

/** Goes back to a state, and starts the machine if it was saved while it was off. */
export async function restoreState({directory}: Owned, state: string): Promise<void> {
	await runVagrant(directory, ['snapshot', 'restore', '--no-provision', host, state]);
}

/** Shuts it down; its disk stays. */
export async function halt({directory}: Owned): Promise<void> {
	await runVagrant(directory, ['halt', host]);
}

/** Ends it, with its disk and its states. The directory stays. */
export async function destroy({directory}: Owned): Promise<void> {
	if (hasMachine(directory)) await runVagrant(directory, ['destroy', '--force', host]);
}

/** Ends the machines whose programs were killed. What can't be ended now is tried again the next time. */
export async function sweepVagrantMachines(): Promise<void> {
	for (const machine of adoptMachineDirectories()) {
		try {
			await destroy(machine);
			machine.release();
		} catch {
			machine.letGo();
		}
	}
}

/** The name for a state that somebody else has named. Providers write it into files of their own, XML among them: what is no letter or digit becomes its code, as `_2f_`. */
export function stateName(name: string): string {
	return `at-${name.replaceAll(/[^A-Za-z0-9-]/gu, sign => `_${sign.codePointAt(0)?.toString(16)}_`)}`;
}
