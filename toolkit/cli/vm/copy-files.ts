/**
 * Files into the machine and out of it, with `docker cp`'s habits. A colon stands before a path in the machine.
 * @module
 */
import {statSync} from 'node:fs';
import {basename, join, resolve} from 'node:path';
import {isErrno} from '#kernel/error';
import type {AgentClient} from '#sandbox/agent/agent';
import type {Guest} from '#sandbox/qemu/guest';
import {visible} from '#words/visible';
import {writeError} from '../output.ts';
import {UsageError} from '../usage-error.ts';
import {untilSignalled} from './until-signalled.ts';

/** What goes where. */
export interface Journey {
	readonly way: 'in' | 'out';
	readonly source: string;
	readonly target: string;
}

/** Reads `SOURCE TARGET`. Without a colon it goes in. @throws {UsageError} if both are in the machine, or one is empty. */
export function parseJourney(source: string, target: string): Journey {
	const isOut = source.startsWith(':');
	if (isOut && target.startsWith(':'))
		throw new UsageError('one of the two has to be on this side: a colon stands before a path in the machine');
	const journey: Journey = isOut
		? {way: 'out', source: source.slice(1), target}
		: {way: 'in', source, target: target.replace(/^:/, '')};
	if (journey.source === '' || journey.target === '') throw new UsageError('a path is empty');
	return journey;
}

/**
 * Copies a file or folder. In a folder that is there it keeps its name; `FOLDER/.` is what is in a folder. A signal ends it
 * and takes away what had come of it.
 *
 * @returns 0; 1 if what was asked for is nothing that can be copied; 128 + n after a signal.
 * @throws {Error} one line; nothing of this side's was replaced then.
 */
export async function copyFiles({agent, machine}: Guest, journey: Journey): Promise<number> {
	const {way, source} = journey;
	try {
		return await untilSignalled(async signal => {
			const leftOut = await (way === 'in' ? bringIn(agent, journey, signal) : bringOut(agent, journey, signal));
			// The name of what was asked for is known here alone.
			for (const path of leftOut) writeError(`drydock: left out: ${visible(path || source)}: ${uncopied[way]}\n`);
			return leftOut.includes('') ? 1 : 0;
		});
	} finally {
		agent.close();
		machine.leave();
	}
}

const uncopied = {
	in: 'a device, a pipe or a socket',
	out: 'a device, a pipe, a socket, or a link that leads elsewhere',
} as const;

function bringIn(agent: AgentClient, {source, target}: Journey, signal: AbortSignal): Promise<readonly string[]> {
	const name = /(^|\/)\.$/.test(source) ? '' : basename(resolve(source));
	return agent.put(source, target, {signal, ...(name === '' ? {} : {name})});
}

async function bringOut(
	agent: AgentClient,
	{source, target}: Journey,
	signal: AbortSignal,
): Promise<readonly string[]> {
	const to = isDirectory(target) ? join(target, basename(source)) : target;
	return agent.get(source, to, {signal}).catch((error: unknown) => {
		throw isErrno(error, 'ENOSPC', 'EDQUOT') ? new Error(`there is no room for ${to} on this side’s disk`) : error;
	});
}

function isDirectory(path: string): boolean {
	return statSync(path, {throwIfNoEntry: false})?.isDirectory() ?? false;
}
