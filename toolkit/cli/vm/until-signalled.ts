/**
 * A signal in the middle of something: what was begun is brought to an end first, in the machine as well as here.
 * @module
 */
import {constants} from 'node:os';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Does something that ends early when its signal is aborted, which a signal to this process does. A second one ends this
 * process at once, whatever hinders it.
 *
 * @returns the exit code of what was done; 128 + n after a signal.
 */
export async function untilSignalled(act: (signal: AbortSignal) => Promise<number>): Promise<number> {
	const ending = new AbortController();
	let exitCode: number | undefined;
	const signalled = (name: NodeJS.Signals): void => {
		exitCode ??= 128 + constants.signals[name];
		ending.abort(new Error(`ended by ${name}`));
	};
	for (const name of SIGNALS) process.once(name, signalled);
	try {
		return await act(ending.signal);
	} catch (error) {
		if (exitCode !== undefined && error === ending.signal.reason) return exitCode;
		throw error;
	} finally {
		for (const name of SIGNALS) process.off(name, signalled);
	}
}
