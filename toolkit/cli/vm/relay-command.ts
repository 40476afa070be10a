/**
 * A command of the machine's between this process's standard input and outputs.
 * @module
 */
import {constants} from 'node:os';
import {isErrno} from '#kernel/error';
import type {Guest} from '#sandbox/qemu/guest';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Relays until the command has ended. A signal ends it, and so does a reader that has gone (`| head`).
 *
 * @returns its exit code; 128 + n after a signal.
 */
export async function relayCommand(
	{agent, machine}: Guest,
	command: readonly string[],
	{interactive = false}: {readonly interactive?: boolean},
): Promise<number> {
	const ending = new AbortController();
	const signalled = (name: NodeJS.Signals): void => ending.abort(new Ended(128 + constants.signals[name]));
	for (const name of SIGNALS) process.on(name, signalled);
	const streams = {
		input: interactive ? process.stdin : undefined,
		output: process.stdout,
		errors: process.stderr,
	};
	try {
		return await agent.relay(command, streams, {signal: ending.signal});
	} catch (error) {
		if (error instanceof Ended) return error.exitCode;
		if (isErrno(error, 'EPIPE')) return 128 + constants.signals.SIGPIPE;
		throw error;
	} finally {
		for (const name of SIGNALS) process.off(name, signalled);
		agent.close();
		machine.leave();
	}
}

/** Somebody wants it to end. */
class Ended extends Error {
	readonly exitCode: number;

	constructor(exitCode: number) {
		super('interrupted');
		this.exitCode = exitCode;
	}
}
