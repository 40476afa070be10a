/**
 * A command in the sandbox, run to its end with its output collected.
 * @module
 */
import {engineErrorExitCode, spawnFailure} from '#engine';
import {tolerate} from '#kernel/error';
import {kill, signalNumber} from '#kernel/signal';
import {shellExitCode} from '#process';
import type {Executed} from '#runtime';
import type {ExecOptions, ExecResult} from '#sandbox';
import {enterMachine, type Machine} from './machine.ts';

/** What a command left running may hold its output open: that is waited for no longer than this. */
const LINGER_MILLISECONDS = 100;

/**
 * Runs a command. One that can't be executed fails as in a shell: 127 or 126, and a line on its standard error.
 *
 * @throws {Error} if the sandbox itself is gone; the signal's reason if it is aborted.
 */
export async function runCommand(
	machine: Machine,
	command: readonly string[],
	options: ExecOptions,
): Promise<ExecResult> {
	options.signal?.throwIfAborted();
	let executed: Executed;
	try {
		executed = await enterMachine(machine, {
			command,
			environment: {HOME: '/root', LANG: 'C.UTF-8', ...options.environment},
			workingDirectory: options.workingDirectory ?? '/root',
		});
	} catch (error) {
		const {exitCode, message} = spawnFailure(error, command[0] ?? '');
		if (exitCode === engineErrorExitCode) throw error;
		return {exitCode, stdout: '', stderr: `${message}\n`};
	}
	return collect(executed, options);
}

async function collect({child, pid, ended}: Executed, {input = '', signal}: ExecOptions): Promise<ExecResult> {
	const stdout: Buffer[] = [];
	const stderr: Buffer[] = [];
	child.stdout!.on('data', (data: Buffer) => stdout.push(data));
	child.stderr!.on('data', (data: Buffer) => stderr.push(data));
	// A command that does not read its input is free not to.
	child.stdin!.on('error', () => {});
	child.stdin!.end(input);
	const closed = new Promise(resolve => child.once('close', resolve));
	const abort = (): void => void tolerate(['ESRCH'], () => kill(pid, signalNumber('SIGKILL')));
	signal?.addEventListener('abort', abort, {once: true});
	const end = await ended;
	await Promise.race([closed, new Promise(resolve => setTimeout(resolve, LINGER_MILLISECONDS))]);
	child.stdout!.destroy();
	child.stderr!.destroy();
	signal?.removeEventListener('abort', abort);
	signal?.throwIfAborted();
	return {
		exitCode: shellExitCode(end),
		stdout: Buffer.concat(stdout).toString(),
		stderr: Buffer.concat(stderr).toString(),
	};
}
