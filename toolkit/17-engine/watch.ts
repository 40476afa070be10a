/**
 * Watching: one process is a container's parent. It creates and starts it, keeps its log, serves who attaches, learns how it
 * ended, and removes all that it had on the host.
 *
 * Each container has its own watcher. Measured: one that waits has 13 MB of its own; 41 MB more are the program, which all
 * watchers share. And one that is killed takes one container with it, not all. A single supervisor would save memory from
 * the second container on, and cost a protocol by which its successor finds terminals, pipes and exit codes again.
 * @module
 */
import {events} from '#cgroup';
import {AttachServer} from '#engine/attach';
import {type StartFailure, startFailure} from '#engine/exit-code';
import {LogWriter} from '#engine/log';
import type {Owned} from '#engine/ownership';
import {type ContainerRecord, type ContainerState, changeState} from '#engine/record';
import {removeData} from '#engine/remove';
import {type Outputs, openStreams, type Streams} from '#engine/streams';
import {tolerate} from '#kernel/error';
import {nameProcess} from '#kernel/pidfd';
import {shellExitCode} from '#process';
import {type CreatedContainer, createContainer, deleteContainer, type LaunchOptions} from '#runtime';

/** What a watcher does for whoever started it. */
export interface WatchOptions extends Pick<LaunchOptions, 'onStep' | 'onReport'> {
	/** Where what it writes goes, besides its log. If nobody reads there any more, the container is ended, as by a pipe. */
	readonly outputs?: Outputs;
	/** Called once the program runs, with the way to its input. */
	readonly onStarted?: (record: ContainerRecord, streams: Streams) => void;
}

/** How a container's life went. */
export type Ending = {readonly exitCode: number; readonly failure?: StartFailure};

/** Creates, starts and watches a container to its end. Nothing of it is left on the host when this settles. */
export async function watchContainer(
	record: ContainerRecord,
	owned: Owned,
	options: WatchOptions = {},
): Promise<Ending> {
	try {
		return await live(record, options);
	} finally {
		owned.release();
	}
}

async function live(record: ContainerRecord, options: WatchOptions): Promise<Ending> {
	const program = record.container.spec.process?.args[0] ?? '';
	let created: CreatedContainer;
	try {
		created = await createContainer(record.container, {...options, descriptors: descriptorsOf(record)});
	} catch (error) {
		return neverRan(record, startFailure(error, program));
	}
	try {
		return await attend(created, record, options);
	} catch (error) {
		// The engine itself failed, on a full disk for example. The container must not outlive the one who watches it.
		created.child.kill('SIGKILL');
		await created.ended.catch(() => undefined);
		deleteContainer(record.container, options.onStep);
		return neverRan(record, startFailure(error, program));
	}
}

/** Starts a created container and stays with it to its end. */
async function attend(created: CreatedContainer, record: ContainerRecord, options: WatchOptions): Promise<Ending> {
	const program = record.container.spec.process?.args[0] ?? '';
	const log = new LogWriter(record.id);
	const server = new AttachServer(record.id, () => ({
		input: streams.input,
		onInputEnd: streams.endInput,
		onResize: streams.resize,
	}));
	const streams = openStreams(created, {
		onOutput: (stream, data) => log.write(stream, data),
		outputs: [server.outputs, ...(options.outputs === undefined ? [] : [options.outputs])],
		// As PID 1 it need not heed SIGPIPE.
		onLost: () => created.child.kill('SIGKILL'),
	});

	let failure: StartFailure | undefined;
	const current = changeState(record, {
		status: 'running',
		process: nameProcess(created.pid),
		startedAt: new Date().toISOString(),
	});
	try {
		await Promise.all([created.start(), server.ready()]);
		options.onStarted?.(current, streams);
	} catch (error) {
		failure = startFailure(error, program);
		created.child.kill('SIGKILL');
	}

	const exitCode = failure?.exitCode ?? shellExitCode(await created.ended);
	server.stopWaiting();
	const oomKilled = wasOutOfMemory(record);
	deleteContainer(record.container, options.onStep);
	// Only now: what still held the container's pipes, having escaped its PID namespace, was ended with its cgroup.
	await streams.ended;
	log.close();
	await server.close(exitCode);
	if (failure !== undefined) return neverRan(current, failure);
	if (record.autoRemove) removeData(record);
	else recordEnd(current, {exitCode, oomKilled});
	return {exitCode};
}

/** On a full disk the record stays as it is, and the next command's sweep mends it: the exit code is passed on all the same. */
function recordEnd(record: ContainerRecord, end: Pick<ContainerState, 'exitCode' | 'oomKilled'>): void {
	const change = {...end, status: 'exited', process: undefined, finishedAt: new Date().toISOString()} as const;
	tolerate(['ENOSPC', 'EDQUOT'], () => changeState(record, change));
}

function neverRan(record: ContainerRecord, failure: StartFailure): Ending {
	if (record.autoRemove) removeData(record);
	else
		changeState(record, {
			status: 'created',
			process: undefined,
			startedAt: '',
			exitCode: failure.exitCode,
			error: failure.message,
		});
	return {exitCode: failure.exitCode, failure};
}

function descriptorsOf({openStdin, container}: ContainerRecord): LaunchOptions['descriptors'] {
	if (container.spec.process?.terminal === true) return ['ignore', 'ignore', 'ignore'];
	return [openStdin ? 'pipe' : 'ignore', 'pipe', 'pipe'];
}

/** Whether the kernel ended one of its processes for want of memory. Asked before the cgroup, which counts them, is removed. */
function wasOutOfMemory({container}: ContainerRecord): boolean {
	return events(container.spec.linux?.cgroupsPath ?? '').oomKill > 0;
}
