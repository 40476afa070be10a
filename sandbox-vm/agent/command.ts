/**
 * A command in the machine, run to its end with its output collected.
 * @module
 */
import {pipeline} from 'node:stream/promises';
import type {ExecOptions, ExecResult} from '#sandbox';
import {collect} from './collect.ts';
import type {AgentLink} from './link.ts';
import {asEnded} from './messages.ts';

export interface AgentExecOptions extends ExecOptions {
	/** How much it may print, on each of its outputs. A machine may print for ever. Default: 64 MiB. */
	readonly mostOutputBytes?: number;
}

/**
 * Runs a command. One that can't be executed fails as in a shell: 127 or 126, and a line on its standard error.
 *
 * @throws {Error} if the machine or its agent is gone, if it prints too much; the signal's reason if it is aborted.
 */
export async function runCommand(
	link: AgentLink,
	command: readonly string[],
	{input = '', environment, workingDirectory = '/root', signal, mostOutputBytes = 64 * 2 ** 20}: AgentExecOptions,
): Promise<ExecResult> {
	signal?.throwIfAborted();
	const {call, outcome, cancel} = await link.begin({
		ask: 'exec',
		command,
		environment: {HOME: '/root', LANG: 'C.UTF-8', ...environment},
		workingDirectory,
	});
	const aborted = Promise.withResolvers<never>();
	const abort = (): void => aborted.reject(signal?.reason);
	signal?.addEventListener('abort', abort, {once: true});
	if (signal?.aborted) abort();
	// A command that does not read its input is free not to.
	pipeline([input], call.outgoing(0)).catch(() => {});
	const tooMuch = `${command[0]} was ended: it printed more than ${Math.floor(mostOutputBytes / 2 ** 20)} MiB`;
	const ended = Promise.all([
		collect(call.incoming(1), mostOutputBytes, tooMuch),
		collect(call.incoming(2), mostOutputBytes, tooMuch),
		outcome,
	]);
	try {
		const [stdout, stderr, result] = await Promise.race([ended, aborted.promise]);
		return {exitCode: asEnded(result).exitCode, stdout: stdout.toString(), stderr: stderr.toString()};
	} catch (error) {
		cancel();
		call.destroy();
		ended.catch(() => {});
		throw error;
	} finally {
		signal?.removeEventListener('abort', abort);
	}
}
