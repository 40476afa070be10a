/**
 * Files into the machine and out of it.
 * @module
 */
import {Readable} from 'node:stream';
import {pipeline} from 'node:stream/promises';
import type {Call} from './call.ts';
import {legibleName} from './file-name.ts';
import type {AgentLink} from './link.ts';
import type {Request} from './messages.ts';
import {pack} from './parcel.ts';
import {unpack} from './unpack.ts';

export interface CopyOptions {
	/** Gives it up: what has come of it is taken away, and the promise rejected with the signal's reason. */
	readonly signal?: AbortSignal;
}

/** How it goes into the machine. */
export interface PutOptions extends CopyOptions {
	/** What it is called in a folder that is there as `target`. Default: such a folder is filled up. */
	readonly name?: string;
}

/** What may be copied out of a machine: it may make up as much as it likes. */
export interface GetOptions extends CopyOptions {
	/** Default: 1 GiB. */
	readonly mostBytes?: number;
	/** Default: 100 000. */
	readonly mostEntries?: number;
}

/**
 * Copies a file or a folder of the host into the machine, as `target`: files there are replaced, folders filled up.
 *
 * @returns the paths of what was left out: devices, pipes and sockets; '' is what was asked for itself.
 * @throws {ExplainedError} if there is no such file; `EACCES` and others of the host's files; {Error} with the machine's
 *   word if it can't write.
 */
export async function putFiles(
	link: AgentLink,
	source: string,
	target: string,
	{name, signal}: PutOptions = {},
): Promise<readonly string[]> {
	const leftOut: string[] = [];
	const parcel = pack(source, path => leftOut.push(path));
	const request = {ask: 'put', path: target, ...(name === undefined ? {} : {name})} as const;
	await perform(link, request, signal, call => pipeline(Readable.from(parcel), call.outgoing(0)));
	return leftOut.map(legibleName);
}

/**
 * Copies a file or a folder of the machine to the host, as `target`, which must not be there yet.
 *
 * What is in the machine is not believed: no name leaves `target`, links that lead out of it and devices are left out, and nothing
 * is set-user-ID.
 *
 * @returns the paths of what was left out; '' is what was asked for itself.
 * @throws {ExplainedError} if something is there; `ENOSPC` and others of the host's; {Error} with the machine's word, or if
 *   it is too much.
 */
export async function getFiles(
	link: AgentLink,
	source: string,
	target: string,
	{mostBytes = 2 ** 30, mostEntries = 100_000, signal}: GetOptions = {},
): Promise<readonly string[]> {
	const limits = {replace: false, anyLinks: false, modes: 0o777, mostBytes, mostEntries};
	const leftOut = await perform(link, {ask: 'get', path: source}, signal, call =>
		unpack(call.incoming(1), target, limits),
	);
	return leftOut.map(legibleName);
}

/** Has a call done, and ends it if `act` fails or it is given up. */
async function perform<T>(
	link: AgentLink,
	request: Request,
	signal: AbortSignal | undefined,
	act: (call: Call) => Promise<T>,
): Promise<T> {
	signal?.throwIfAborted();
	const {call, outcome, cancel} = await link.begin(request);
	const giveUp = (): void => {
		cancel();
		call.destroy(signal?.reason);
	};
	signal?.addEventListener('abort', giveUp, {once: true});
	if (signal?.aborted) giveUp();
	try {
		const done = await act(call);
		await outcome;
		return done;
	} catch (error) {
		giveUp();
		// Its agent takes away what had come of it: whoever tries again shall not meet that.
		if (request.ask === 'put') await outcome.catch(() => {});
		// The machine's refusal, where there was one: it is what the channel was destroyed with.
		throw signal?.aborted ? signal.reason : error;
	} finally {
		signal?.removeEventListener('abort', giveUp);
	}
}
