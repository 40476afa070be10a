/**
 * Which sandboxes can be had here.
 * @module
 */
import type {Provider, Sandbox} from '#sandbox';
import {localSandbox} from './local/local.ts';
import {whyNotLocal} from './local/why-not.ts';
import {progressListeners, type SandboxProgress} from './progress.ts';
import {qemuSandbox} from './qemu/qemu.ts';
import {whyNotQemu} from './qemu/why-not.ts';

/** The providers that this version has. */
export const providers = ['local', 'qemu'] as const satisfies readonly Provider[];

export interface SandboxOptions {
	/** Folders of this machine that are shown inside from the start, at the same path, read-only. */
	readonly shares?: readonly string[];
	/** Hears of what `up()` makes the first time, which may take half a minute. */
	readonly onProgress?: ((progress: SandboxProgress) => void) | undefined;
	/** Ends that. */
	readonly signal?: AbortSignal | undefined;
}

/** Why a provider can't be used here: what is missing and what to do, in one line. Undefined if it can. */
export function whyNot(provider: Provider = 'local'): string | undefined {
	switch (provider) {
		case 'local':
			return whyNotLocal();
		case 'qemu':
			return whyNotQemu();
		default:
			return `there is no sandbox called ${provider} in this version; there is ${providers.join(', ')}`;
	}
}

/**
 * Makes a sandbox. Nothing runs until `up()`.
 *
 * @throws {Error} `whyNot`, if it can't be used here.
 */
export async function createSandbox(
	provider: Provider = 'local',
	{shares = [], onProgress, signal}: SandboxOptions = {},
): Promise<Sandbox> {
	const reason = whyNot(provider);
	if (reason !== undefined) throw new Error(reason);
	const listeners = onProgress === undefined ? {} : progressListeners(onProgress);
	const sandbox = provider === 'qemu' ? qemuSandbox({...listeners, signal}) : localSandbox();
	for (const directory of shares) await sandbox.share(directory, directory);
	return sandbox;
}
