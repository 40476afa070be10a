/**
 * Starting a watcher of its own for a container: it outlives the command that asked for it.
 *
 *     drydock run -d ──spawn──▶ watcher ──▶ container
 *                    ◀─ "started", or why not ─┘
 *
 * @module
 */
import {spawn} from 'node:child_process';
import type {Readable} from 'node:stream';
import type {Created} from '#engine/create';
import type {StartFailure} from '#engine/exit-code';
import {closeOnExec} from '#process';
import {programCommand} from '#runtime/init-command';

/** Where a watcher finds what its starter hands on. */
export const watcherDescriptors = {report: 3, owner: 4} as const;

/** What a watcher tells its starter. */
export type WatcherReport = {readonly started: true} | {readonly started: false; readonly failure: StartFailure};

/**
 * Starts a watcher for a created container, which takes over its ownership.
 *
 * @returns why the program could not be started; undefined if it runs.
 */
export async function startDetached({record, owned}: Created): Promise<StartFailure | undefined> {
	const [program = '', ...args] = [...programCommand(new URL('./watcher.ts', import.meta.url)), record.id];
	// Whoever waits for the end of our output must not wait for the watcher's.
	closeOnExec();
	const watcher = spawn(program, args, {
		detached: true,
		cwd: '/',
		stdio: ['ignore', 'ignore', 'ignore', 'pipe', owned.fd],
	});
	const report = await readAll(watcher.stdio[watcherDescriptors.report] as Readable);
	watcher.unref();
	if (report === '')
		throw new Error(
			'the watcher ended before the container was started: run with DRYDOCK_DEBUG=1 and without -d to see why',
		);
	const told = JSON.parse(report) as WatcherReport;
	return told.started ? undefined : told.failure;
}

async function readAll(stream: Readable): Promise<string> {
	let text = '';
	for await (const chunk of stream) text += chunk;
	return text;
}
