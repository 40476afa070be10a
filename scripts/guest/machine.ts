/**
 * Lends machines with this project in them, and leaves nothing on the host, however it comes to its end.
 * @module
 */
import {mkdirSync} from 'node:fs';
import {join} from 'node:path';
import type {Sandbox} from '#sandbox';
import {temporaryDock} from '#sandbox/machine/dock';
import {sweepMachines} from '#sandbox/machine/sweep';
import {qemuSandbox} from '#sandbox/qemu/qemu';
import {preparationProgress} from '../../toolkit/cli/vm/progress.ts';
import {copyProject, projectDirectory} from './project.ts';

/** Somebody wants it to end: Ctrl-C, or a system that shuts down. */
export class Interrupted extends Error {
	readonly signalNumber: number;

	constructor(signalNumber: number) {
		super('interrupted');
		this.signalNumber = signalNumber;
	}
}

/** What is lent. */
export interface Loan {
	readonly machines: number;
	/** How long it may take, with the making of the machines. */
	readonly minutes: number;
}

/**
 * Runs `use` with machines in which this project stands where it stands here.
 *
 * @throws {Interrupted} on SIGINT, SIGTERM and SIGHUP; {Error} after that time, or what `use` throws.
 */
export async function withGuests<T>(
	{machines, minutes}: Loan,
	use: (sandboxes: readonly Sandbox[], signal: AbortSignal) => Promise<T>,
): Promise<T> {
	const over = new AbortController();
	const timer = setTimeout(() => over.abort(new Error(`it took more than ${minutes} minutes`)), minutes * 60_000);
	const interrupt = (_name: string, number: number): void => over.abort(new Interrupted(number));
	for (const name of signals) process.on(name, interrupt);
	sweepMachines();
	// Whatever becomes of this program, the next one's sweep removes a temporary dock.
	const dock = temporaryDock();
	const options = {...preparationProgress(), hardware: {memoryBytes}, signal: over.signal};
	const sandboxes = Array.from({length: machines}, () => qemuSandbox(options));
	try {
		const project = join(dock.directory, 'project');
		mkdirSync(project);
		await copyProject(project);
		for (const sandbox of sandboxes) await bring(sandbox, project, over.signal);
		return await use(sandboxes, over.signal);
	} finally {
		clearTimeout(timer);
		// A second Ctrl-C would only leave behind what is being removed.
		for (const sandbox of sandboxes) await sandbox.destroy();
		dock.close();
		for (const name of signals) process.off(name, interrupt);
	}
}

/** Waits for something, but not after an abort. @throws the signal's reason. */
export async function unlessAborted<T>(coming: Promise<T>, signal: AbortSignal): Promise<T> {
	const aborted = Promise.withResolvers<never>();
	const abort = (): void => aborted.reject(signal.reason);
	signal.addEventListener('abort', abort, {once: true});
	if (signal.aborted) abort();
	try {
		return await Promise.race([coming, aborted.promise]);
	} finally {
		signal.removeEventListener('abort', abort);
	}
}

/**
 * The beginning of a script in the machine; $1 is where the project is. As on most machines, /tmp is on a disk: what tests
 * make there is large, and has attributes, which memory keeps from Linux 6.6 on. A project that lies below /tmp stays seen.
 */
export const makeReady = `set -e
tmp=/var/lib/drydock/tmp
mkdir -m 1777 $tmp
case $1 in /tmp/*)
	mkdir -p "$tmp\${1#/tmp}"
	mount --rbind "$1" "$tmp\${1#/tmp}" ;;
esac
mount --rbind $tmp /tmp
cd "$1"`;

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Ten containers that start at once are thirty Nodes. */
const memoryBytes = 1024 * 2 ** 20;

async function bring(sandbox: Sandbox, project: string, signal: AbortSignal): Promise<void> {
	// Some tests make files beside their modules.
	await sandbox.share(project, projectDirectory, {writable: true});
	signal.throwIfAborted();
	await sandbox.up();
	signal.throwIfAborted();
}
