/**
 * Files into the machine and out of it, with `docker cp`'s habits. A colon stands before a path in the machine.
 * @module
 */
import {statSync} from 'node:fs';
import {basename, join, resolve} from 'node:path';
import {isErrno} from '#kernel/error';
import type {Guest} from '#sandbox/qemu/guest';
import {writeError} from '../output.ts';
import {UsageError} from '../usage-error.ts';

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
 * Copies a file or folder. In a folder that is there it keeps its name; `FOLDER/.` is what is in a folder.
 *
 * @throws {Error} one line; nothing of this side's was replaced then.
 */
export async function copyFiles({agent}: Guest, {way, source, target}: Journey): Promise<void> {
	if (way === 'in') {
		const name = /(^|\/)\.$/.test(source) ? '' : basename(resolve(source));
		await agent.put(source, target, name === '' ? {} : {name});
		return;
	}
	const to = isDirectory(target) ? join(target, basename(source)) : target;
	const leftOut = await agent.get(source, to).catch((error: unknown) => {
		throw isErrno(error, 'EEXIST') ? new Error(`${to} is there already: remove it, or choose another name`) : error;
	});
	for (const path of leftOut)
		writeError(`drydock: left out: ${path}: a device, a socket, or a link that leads elsewhere\n`);
}

function isDirectory(path: string): boolean {
	return statSync(path, {throwIfNoEntry: false})?.isDirectory() ?? false;
}
