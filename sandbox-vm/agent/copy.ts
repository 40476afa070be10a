/**
 * Files into the machine and out of it.
 * @module
 */
import {Readable} from 'node:stream';
import {pipeline} from 'node:stream/promises';
import type {AgentLink} from './link.ts';
import {pack} from './parcel.ts';
import {unpack} from './unpack.ts';

/** How it goes into the machine. */
export interface PutOptions {
	/** What it is called in a folder that is there as `target`. Default: such a folder is filled up. */
	readonly name?: string;
}

/** What may be copied out of a machine: it may make up as much as it likes. */
export interface GetOptions {
	/** Default: 1 GiB. */
	readonly mostBytes?: number;
	/** Default: 100 000. */
	readonly mostEntries?: number;
}

/**
 * Copies a file or a folder of the host into the machine, as `target`: files there are replaced, folders filled up.
 *
 * @throws `ENOENT`, `EACCES` of the host's files; {Error} with the machine's word if it can't write.
 */
export async function putFiles(
	link: AgentLink,
	source: string,
	target: string,
	{name}: PutOptions = {},
): Promise<void> {
	const {call, outcome, cancel} = await link.begin({ask: 'put', path: target, ...(name === undefined ? {} : {name})});
	try {
		await pipeline(Readable.from(pack(source)), call.outgoing(0));
		await outcome;
	} catch (error) {
		cancel();
		call.destroy();
		// The machine's refusal, where there was one: it is what the channel was destroyed with.
		throw error;
	}
}

/**
 * Copies a file or a folder of the machine to the host, as `target`, which must not be there yet.
 *
 * What is in the machine is not believed: no name leaves `target`, links that lead out of it and devices are left out, and nothing
 * is set-user-ID.
 *
 * @returns the paths of what was left out.
 * @throws `EEXIST`, `ENOSPC` and others of the host's; {Error} with the machine's word, or if it is too much.
 */
export async function getFiles(
	link: AgentLink,
	source: string,
	target: string,
	{mostBytes = 2 ** 30, mostEntries = 100_000}: GetOptions = {},
): Promise<readonly string[]> {
	const {call, outcome, cancel} = await link.begin({ask: 'get', path: source});
	try {
		const limits = {replace: false, anyLinks: false, modes: 0o777, mostBytes, mostEntries};
		const leftOut = await unpack(call.incoming(1), target, limits);
		await outcome;
		return leftOut;
	} catch (error) {
		cancel();
		call.destroy();
		throw error;
	}
}
