/**
 * A command in the machine, run to its end: its output is collected, or relayed as it comes.
 * @module
 */
import type {Readable, Writable} from 'node:stream';
import {pipeline} from 'node:stream/promises';
import type {ExecOptions, ExecResult} from '#sandbox';
import type {Call} from './call.ts';
import {collect} from './collect.ts';
import type {AgentLink} from './link.ts';
import {asEnded} from './messages.ts';

export interface AgentExecOptions extends ExecOptions {
	/** How much it may print, on each of its outputs. A machine may print for ever. Default: 64 MiB. */
	readonly mostOutputBytes?: number;
}

/** The caller's ends of a command's three channels. They stay open when it has ended. */
export interface Streams {
	/** Default: nothing to read. */
	readonly input?: Readable | undefined;
	readonly output: Writable;
	readonly errors: Writable;
}

/**
 * Runs a command. One that can't be executed fails as in a shell: 127 or 126, and a line on its standard error.
 *
 * @throws {Error} if the machine or its agent is gone, if it prints too much; the signal's reason if it is aborted.
 */
export async function runCommand(
	link: AgentLink,
	command: readonly string[],
	{input = '', mostOutputBytes = 64 * 2 ** 20, ...options}: AgentExecOptions,
): Promise<ExecResult> {
	const tooMuch = `${command[0]} was ended: it printed more than ${Math.floor(mostOutputBytes / 2 ** 20)} MiB`;
	return perform(link, command, options, async ({call, ended}) => {
		feed([input], call);
		const [stdout, stderr, exitCode] = await Promise.all([
			collect(call.incoming(1), mostOutputBytes, tooMuch),
			collect(call.incoming(2), mostOutputBytes, tooMuch),
			ended,
		]);
		return {exitCode, stdout: stdout.toString(), stderr: stderr.toString()};
	});
}

/**
 * Runs a command between the caller's streams, byte by byte, and no faster than they take it. @returns its exit code.
 *
 * @throws {Error} as `runCommand`, or what a stream fails with: the command is ended then.
 */
export async function relayCommand(
	link: AgentLink,
	command: readonly string[],
	{input, output, errors}: Streams,
	options: Omit<ExecOptions, 'input'> = {},
): Promise<number> {
	return perform(link, command, options, async ({call, ended}) => {
		feed(input ?? [''], call);
		const [exitCode] = await Promise.all([
			ended,
			pipeline(call.incoming(1), output, {end: false}),
			pipeline(call.incoming(2), errors, {end: false}),
		]);
		return exitCode;
	});
}

/** A command that runs. */
interface Performed {
	readonly call: Call;
	/** Its exit code. */
	readonly ended: Promise<number>;
}

/** Starts a command, and ends it if `use` fails or it is aborted. */
async function perform<T>(
	link: AgentLink,
	command: readonly string[],
	{environment, workingDirectory = '/root', signal}: Omit<ExecOptions, 'input'>,
	use: (performed: Performed) => Promise<T>,
): Promise<T> {
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
	const used = use({call, ended: outcome.then(result => asEnded(result).exitCode)});
	try {
		return await Promise.race([used, aborted.promise]);
	} catch (error) {
		cancel();
		call.destroy();
		used.catch(() => {});
		throw error;
	} finally {
		signal?.removeEventListener('abort', abort);
	}
}

/** A command that does not read its input is free not to. */
function feed(input: Iterable<string> | Readable, call: Call): void {
	pipeline(input, call.outgoing(0)).catch(() => {});
}
