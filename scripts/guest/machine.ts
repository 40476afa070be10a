/**
 * Lends a machine with this project in it, and leaves nothing on the host, however it comes to its end.
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

/**
 * Runs `use` with a machine in which this project stands where it stands here.
 *
 * @param minutes how long it may take, with the making of the machine.
 * @throws {Interrupted} on SIGINT, SIGTERM and SIGHUP; {Error} after that time, or what `use` throws.
 */
export async function withGuest<T>(
	minutes: number,
	use: (sandbox: Sandbox, signal: AbortSignal) => Promise<T>,
): Promise<T> {
	const over = new AbortController();
	const timer = setTimeout(() => over.abort(new Error(`it took more than ${minutes} minutes`)), minutes * 60_000);
	const interrupt = (_name: string, number: number): void => over.abort(new Interrupted(number));
	for (const name of signals) process.on(name, interrupt);
	sweepMachines();
	// Whatever becomes of this program, the next one's sweep removes a temporary dock.
	const dock = temporaryDock();
	const sandbox = qemuSandbox({...preparationProgress(), signal: over.signal});
	try {
		return await lend(sandbox, join(dock.directory, 'project'), use, over.signal);
	} finally {
		clearTimeout(timer);
		// A second Ctrl-C would only leave behind what is being removed.
		await sandbox.destroy();
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

async function lend<T>(
	sandbox: Sandbox,
	project: string,
	use: (sandbox: Sandbox, signal: AbortSignal) => Promise<T>,
	signal: AbortSignal,
): Promise<T> {
	mkdirSync(project);
	await copyProject(project);
	// Some tests make files beside their modules.
	await sandbox.share(project, projectDirectory, {writable: true});
	await sandbox.share(join(project, 'dist'), join(projectDirectory, 'dist'), {writable: true});
	signal.throwIfAborted();
	await sandbox.up();
	signal.throwIfAborted();
	return use(sandbox, signal);
}
