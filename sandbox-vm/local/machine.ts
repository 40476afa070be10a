/**
 * The container that a local sandbox is, by the engine's public face: made, joined, removed.
 *
 *     this program ── watches ──▶ init (PID 1) ──▶ sleep
 *           └─────── exec ──────▶ shells, commands
 *
 * This program is the container's watcher. If it is killed, the kernel ends PID 1 with it, and PID 1's end is the end of
 * all processes inside; what is left on disk and of cgroups goes with the next `drydock` command.
 * @module
 */

import {join} from 'node:path';
import {
	type ContainerRecord,
	createRecordFor,
	execRequest,
	readRecord,
	removeContainer,
	sweep,
	watchContainer,
} from '#engine';
import {projectDirectory} from '#engine/project';
import {defaultPath} from '#process/program';
import {type Executed, execInContainer} from '#runtime';
import type {TerminalSize} from '#sandbox';
import {disposable} from './disposable.ts';
import type {Share} from './share.ts';
import {inheritSnapshots, restoreSnapshot} from './snapshots.ts';

/** A container that runs. */
export interface Machine {
	readonly id: string;
	/** Its PID 1, as the host numbers it. */
	readonly pid: number;
	/** The directory of what was changed in it. */
	readonly layer: string;
	/** Settles when it has ended and nothing of it is left. */
	readonly ended: Promise<unknown>;
}

export interface MachineOptions {
	readonly shares: readonly Share[];
	/** One that it replaces: it inherits its snapshots, and starts with the named one's files, if one is named. */
	readonly replaces?: Machine | undefined;
	readonly snapshot?: string | undefined;
}

/**
 * Starts a container over this machine's own files.
 *
 * @throws {Error} one line saying why it can't be.
 */
export async function startMachine({shares, replaces, snapshot}: MachineOptions): Promise<Machine> {
	sweep();
	const {record, owned} = await createRecordFor({
		image: 'host',
		command: ['sleep', 'infinity'],
		hostname: 'sandbox',
		label: ['drydock.sandbox=local'],
		// A learner runs the engine in here, too: the command is found by its name.
		env: [`PATH=${defaultPath}:${join(projectDirectory(), 'toolkit/cli')}`],
		network: 'none',
		privileged: true,
		init: true,
		autoRemove: true,
	});
	const container = disposable(record.container, shares);
	const layer = container.union!.readWrite.path;
	if (replaces !== undefined) {
		inheritSnapshots(replaces.layer, layer);
		await removeMachine(replaces);
	}
	if (snapshot !== undefined) await restoreSnapshot(layer, snapshot);
	const started = Promise.withResolvers<ContainerRecord>();
	const ended = watchContainer({...record, container}, owned, {onStarted: started.resolve});
	const failed = ended.then(({failure}) => {
		throw new Error(`the sandbox can't be started: ${failure?.message ?? 'it ended at once'}`);
	});
	// Once it runs, its end is nobody's failure.
	failed.catch(() => {});
	const running = await Promise.race([started.promise, failed]);
	return {
		id: running.id,
		pid: running.state.process!.pid,
		layer,
		ended: ended.catch(() => undefined),
	};
}

/** A program to run in the container. */
export interface Program {
	readonly command: readonly string[];
	readonly environment: Readonly<Record<string, string>>;
	readonly workingDirectory: string;
	/** Gives it a terminal of this size. */
	readonly terminal?: TerminalSize | undefined;
}

/** Runs a program in the container. @throws {InitError} if it can't be executed. */
export async function enterMachine({id}: Machine, program: Program): Promise<Executed> {
	const request = execRequest(id, {
		command: program.command,
		env: Object.entries(program.environment).map(([name, value]) => `${name}=${value}`),
		workdir: program.workingDirectory,
		...(program.terminal === undefined ? {} : {tty: true, consoleSize: program.terminal}),
	});
	const descriptor = program.terminal === undefined ? 'pipe' : 'ignore';
	return execInContainer(request, {descriptors: [descriptor, descriptor, descriptor]});
}

/** Whether it still runs. */
export function isRunning({id}: Machine): boolean {
	return readRecord(id)?.state.status === 'running';
}

/** Ends and removes it. Content if it has gone already. */
export async function removeMachine({id, ended}: Machine): Promise<void> {
	if (readRecord(id) !== undefined) await removeContainer(id, {force: true}).catch(ignoreGone(id));
	await ended;
}

function ignoreGone(id: string): (error: unknown) => void {
	return error => {
		if (readRecord(id) !== undefined) throw error;
	};
}
