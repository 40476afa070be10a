/**
 * The disposable machine behind a deck: brought up while the first slides are shown.
 * @module
 */
import {openProgress} from '#lessons/progress';
import type {Provider, Sandbox} from '#sandbox';
import {chooseSandbox} from '#sandbox/choose';
import type {SandboxProgress} from '#sandbox/progress';
import {createSandbox} from '#sandbox/providers';

/** A sandbox on its way. */
export interface Machine {
	/** The sandbox, once it is up; refused with one line if there can be none. */
	readonly ready: () => Promise<Sandbox>;
	/** Puts a fresh one in its place. Open terminals end. */
	renew(): Promise<void>;
	/** Nothing is left of it afterwards. */
	close(): Promise<void>;
}

export interface MachineWishes {
	/** What the command line says. Without it the learner's choice is followed, and the local sandbox replaces a machine that fails. */
	readonly wanted?: Provider | undefined;
	readonly onProgress?: ((progress: SandboxProgress) => void) | undefined;
}

/** Begins to bring it up, and returns at once. */
export function startMachine({wanted, onProgress}: MachineWishes): Machine {
	const closing = new AbortController();
	let sandbox: Sandbox | undefined;
	const bringUp = async (provider: Provider): Promise<Sandbox> => {
		sandbox = await createSandbox(provider, {onProgress, signal: closing.signal});
		closing.signal.throwIfAborted();
		await sandbox.up();
		return sandbox;
	};
	const start = async (): Promise<Sandbox> => {
		const {provider} = chooseSandbox({wanted, preferred: openProgress().read().sandbox});
		try {
			return await bringUp(provider);
		} catch (error) {
			// A machine that isn't made because the presenter has left is no reason for another.
			closing.signal.throwIfAborted();
			if (wanted !== undefined || provider === 'local') throw error;
			await sandbox?.destroy();
			return bringUp('local');
		}
	};
	let ready = start();
	// Whoever asks for it is told; until then nobody waits.
	ready.catch(() => {});
	return {
		ready: () => ready,
		renew: async () => {
			ready = ready.then(async running => {
				await running.renew();
				return running;
			});
			await ready;
		},
		close: async () => {
			closing.abort(new Error('the slides were left'));
			await ready.catch(() => {});
			await sandbox?.destroy();
		},
	};
}
