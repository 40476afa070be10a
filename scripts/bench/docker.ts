/**
 * Docker, to compare with: the daemon that runs already, or one of our own that leaves nothing behind.
 * @module
 */
import {type ChildProcess, spawn, spawnSync} from 'node:child_process';
import {existsSync, globSync, rmdirSync} from 'node:fs';
import {join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';

const program = existsSync('/usr/bin/docker') ? '/usr/bin/docker' : 'docker';
const cgroupParent = '/drydock-bench';

/** A docker command that reaches its daemon, as the beginning of an argv; or why there is none. */
export type Docker = {readonly argv: readonly string[]} | {readonly missing: string; readonly installed: boolean};

/** The daemon that runs already. */
export function runningDocker(): Docker {
	if (spawnSync(program, ['--version']).status !== 0) {
		return {missing: 'docker is not installed (Debian: docker.io)', installed: false};
	}
	if (answers([program])) return {argv: [program]};
	const missing = 'docker’s daemon does not run: start it, or give --docker-daemon to have one for the bench alone';
	return {missing, installed: true};
}

/**
 * Starts a daemon with folders, a network namespace and a mount namespace of its own.
 *
 * @returns the command, and what ends the daemon.
 */
export async function ownDocker(folder: string): Promise<Docker & {readonly stop: () => Promise<void>}> {
	const socket = `unix://${join(folder, 'docker.sock')}`;
	const daemon = spawn(
		'unshare',
		[
			...['--net', '--mount', 'dockerd', '--host', socket, '--pidfile', join(folder, 'docker.pid')],
			...['--data-root', join(folder, 'data'), '--exec-root', join(folder, 'run'), '--cgroup-parent', cgroupParent],
		],
		{stdio: 'ignore'},
	);
	const stop = async (): Promise<void> => {
		await end(daemon);
		for (const cgroup of globSync(`/sys/fs/cgroup{,/*}${cgroupParent}`)) rmdirSync(cgroup);
	};
	const argv = [program, '--host', socket];
	for (let tries = 0; tries < 100 && daemon.exitCode === null; tries++) {
		if (answers(argv)) return {argv, stop};
		await sleep(200);
	}
	return {missing: 'docker’s daemon could not be started: try dockerd by hand to see why', installed: true, stop};
}

function answers(argv: readonly string[]): boolean {
	const [command = '', ...args] = argv;
	return spawnSync(command, [...args, 'version'], {stdio: 'ignore', timeout: 10_000}).status === 0;
}

async function end(daemon: ChildProcess): Promise<void> {
	if (daemon.exitCode !== null || daemon.signalCode !== null || daemon.pid === undefined) return;
	const ended = new Promise(resolve => daemon.once('exit', resolve));
	daemon.kill('SIGTERM');
	const killer = setTimeout(() => daemon.kill('SIGKILL'), 20_000);
	await ended;
	clearTimeout(killer);
}
