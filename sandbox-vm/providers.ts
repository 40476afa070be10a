/**
 * Which sandboxes can be had here.
 * @module
 */
import type {Provider, Sandbox} from '#sandbox';
import {localSandbox} from './local/local.ts';
import {whyNotLocal} from './local/why-not.ts';

/** The providers that this version has. */
export const providers = ['local'] as const satisfies readonly Provider[];

/** A folder of this machine that is shown inside from the start, at the same path, read-only. */
export interface SandboxOptions {
	readonly shares?: readonly string[];
}

/** Why a provider can't be used here: what is missing and what to do, in one line. Undefined if it can. */
export function whyNot(provider: Provider = 'local'): string | undefined {
	switch (provider) {
		case 'local':
			return whyNotLocal();
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
	{shares = []}: SandboxOptions = {},
): Promise<Sandbox> {
	const reason = whyNot(provider);
	if (reason !== undefined) throw new Error(reason);
	const sandbox = localSandbox();
	for (const directory of shares) await sandbox.share(directory, directory);
	return sandbox;
}
