/**
 * Whatever ends a program that has the terminal, its user gets the terminal back, and no sandbox stays behind.
 * @module
 */
import {constants} from 'node:os';

/** What has to be undone. */
export interface Ending {
	/** Gives the terminal back. Synchronous, and content to be called twice. */
	restore(): void;
	/** Ends what runs in the background. */
	close(): Promise<void>;
	/** Whether another program has the terminal: then what the keys Ctrl-C and Ctrl-\ signal is meant for that one alone. */
	isLent?(): boolean;
}

const KEYS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGQUIT'];
const SIGNALS: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGHUP', ...KEYS];
/** How long a sandbox may take to end after a signal, in milliseconds. */
const PATIENCE = 3000;

/** Watches for signals and crashes; `end` is called with the exit code. The function that it returns stops watching. */
export function onEnd({restore, close, isLent}: Ending, end: (exitCode: number) => void): () => void {
	const signalled = (signal: NodeJS.Signals) => {
		if (KEYS.includes(signal) && isLent?.()) return;
		restore();
		const exitCode = 128 + constants.signals[signal];
		setTimeout(() => process.exit(exitCode), PATIENCE).unref();
		void close().finally(() => end(exitCode));
	};
	let hasCrashed = false;
	const crashed = (error: unknown) => {
		// A terminal that is gone makes each attempt to give it back one more error.
		if (hasCrashed) return;
		hasCrashed = true;
		restore();
		const text = error instanceof Error ? (process.env.DRYDOCK_DEBUG ? error.stack : error.message) : String(error);
		process.stderr.write(`drydock: ${text}\n`);
		setTimeout(() => process.exit(1), PATIENCE).unref();
		void close().finally(() => end(1));
	};
	for (const signal of SIGNALS) process.on(signal, signalled);
	process.on('uncaughtException', crashed);
	process.on('unhandledRejection', crashed);
	return () => {
		for (const signal of SIGNALS) process.off(signal, signalled);
		process.off('uncaughtException', crashed);
		process.off('unhandledRejection', crashed);
	};
}
