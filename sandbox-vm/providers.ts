/**
 * Which sandboxes can be had here.
 * @module
 */
import type {Provider, Sandbox} from '#sandbox';
import {ExplainedError} from '#words/explained-error';
import type {Localized} from '#words/language';
import {localSandbox} from './local/local.ts';
import {whyNotLocal} from './local/why-not.ts';
import {progressListeners, type SandboxProgress} from './progress.ts';
import {qemuSandbox} from './qemu/qemu.ts';
import {whyNotQemu} from './qemu/why-not.ts';
import {vagrantSandbox} from './vagrant/vagrant.ts';
import {whyNotVagrant} from './vagrant/why-not.ts';

/** The providers that this version has. */
export const providers = ['local', 'qemu', 'vagrant'] as const satisfies readonly Provider[];

export interface SandboxOptions {
	/** Folders of this machine that are shown inside from the start, at the same path, read-only. */
	readonly shares?: readonly string[];
	/** Hears of what `up()` makes the first time, which may take half a minute. */
	readonly onProgress?: ((progress: SandboxProgress) => void) | undefined;
	/** Ends that. */
	readonly signal?: AbortSignal | undefined;
}

/** Why a provider can't be used here: what is missing and what to do, in one line of English. Undefined if it can. */
export function whyNot(provider: Provider = 'local'): string | undefined {
	return explainWhyNot(provider)?.en;
}

/** The same in each language. */
export function explainWhyNot(provider: Provider): Localized | undefined {
	switch (provider) {
		case 'local':
			return whyNotLocal();
		case 'qemu':
			return whyNotQemu();
		case 'vagrant':
			return whyNotVagrant();
		default:
			return {
				en: `there is no sandbox called ${provider} in this version; there is ${providers.join(', ')}`,
				zh: `这个版本没有叫 ${provider} 的沙箱，有的是 ${providers.join('、')}`,
			};
	}
}

/**
 * Makes a sandbox. Nothing runs until `up()`.
 *
 * @throws {ExplainedError} `explainWhyNot`, if it can't be used here.
 */
export async function createSandbox(
	provider: Provider = 'local',
	{shares = [], onProgress, signal}: SandboxOptions = {},
): Promise<Sandbox> {
	const reason = explainWhyNot(provider);
	if (reason !== undefined) throw new ExplainedError(reason);
	const sandbox = makeSandbox(provider, onProgress, signal);
	for (const directory of shares) await sandbox.share(directory, directory);
	return sandbox;
}

function makeSandbox(
	provider: Provider,
	onProgress: SandboxOptions['onProgress'],
	signal: SandboxOptions['signal'],
): Sandbox {
	const listeners = onProgress === undefined ? undefined : progressListeners(onProgress);
	switch (provider) {
		case 'local':
			return localSandbox();
		case 'qemu':
			return qemuSandbox({...listeners, signal});
		case 'vagrant':
			return vagrantSandbox({onPhase: listeners?.onTemplate, signal});
	}
}
