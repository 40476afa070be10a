/**
 * Waiting for what a container with users of its own makes by itself, where the starter can't make it for it.
 * @module
 */
import {readlinkSync} from 'node:fs';
import {setTimeout as sleep} from 'node:timers/promises';
import {tolerate} from '#kernel/error';
import {namespacePath} from '#kernel/namespace';
import {waitUntil} from '#kernel/wait';
import {channelDescriptor} from '#runtime/channel';
import {firstChildOf} from '#user';

const patienceMs = 10_000;

/** The first child of the process that made the users. @throws one line if there is none after ten seconds. */
export function awaitChild(parent: number): number {
	waitUntil(() => firstChildOf(parent) !== undefined, patienceMs);
	const child = firstChildOf(parent);
	if (child === undefined)
		throw new Error('the container’s first process was not born: has the one that makes its users ended?');
	return child;
}

/** The network namespace of a process, once it is another than ours. @throws one line if it isn't after ten seconds. */
export function awaitOwnNetwork(pid: number): string {
	const path = namespacePath(pid, 'net');
	const ours = readlinkSync(namespacePath('self', 'net'));
	const made = waitUntil(() => {
		const theirs = tolerate(['ENOENT', 'ESRCH'], () => readlinkSync(path));
		return theirs !== undefined && theirs !== ours;
	}, patienceMs);
	if (!made) throw new Error('the container made no network stack of its own');
	return path;
}

/** Settles when a process has closed its end of the channel, as init does when it becomes the program, or has ended. */
export async function awaitClosedChannel(pid: number): Promise<void> {
	const path = `/proc/${pid}/fd/${channelDescriptor}`;
	const linkOf = (): string | undefined => tolerate(['ENOENT', 'ESRCH', 'EACCES'], () => readlinkSync(path));
	const channel = linkOf();
	while (channel !== undefined && linkOf() === channel) await sleep(2);
}
