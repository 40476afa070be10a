/**
 * A command of the machine's between this process's standard input and outputs.
 * @module
 */
import {isErrno} from '#kernel/error';
import type {Guest} from '#sandbox/qemu/guest';
import {lostReaderExitCode, standardStream} from '../standard-stream.ts';
import {untilSignalled} from './until-signalled.ts';

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
	const streams = {
		input: interactive ? process.stdin : undefined,
		output: standardStream('stdout'),
		errors: standardStream('stderr'),
	};
	try {
		return await untilSignalled(signal => agent.relay(command, streams, {signal}));
	} catch (error) {
		if (isErrno(error, 'EPIPE')) return lostReaderExitCode;
		throw error;
	} finally {
		agent.close();
		machine.leave();
	}
}
