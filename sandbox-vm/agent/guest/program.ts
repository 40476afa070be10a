/**
 * Starting the host's programs in the machine.
 * @module
 */

import type {ChildProcess} from 'node:child_process';
import {existsSync} from 'node:fs';
import {isErrno, KernelError} from '#kernel/error';
import {type Descriptor, startProcess} from '#process';
import {defaultPath} from '#process/program';
import {ExplainedError} from '#words/explained-error';
import type {Program} from '../messages.ts';
import {spareChildrenOurProtection} from './out-of-memory.ts';

/**
 * Starts a program and waits until it runs. Its signals are as a fresh login's: libuv resets them in each child.
 *
 * @throws `ENOENT`, `EACCES` and others of execve(2), if it can't be executed; {Error} if its directory is missing.
 */
export async function startProgram(
	{command, environment, workingDirectory}: Program,
	options: {readonly descriptors: readonly Descriptor[]; readonly newSession: boolean},
): Promise<ChildProcess> {
	// Node refuses this name with words of its own; the kernel has none so short.
	if (command[0] === '') throw new KernelError('execve', [''], 'ENOENT');
	const env = Object.entries({PATH: defaultPath, ...environment}).map(([name, value]) => `${name}=${value}`);
	const child = spareChildrenOurProtection(() => startProcess({args: command, env, cwd: workingDirectory, ...options}));
	await new Promise((resolve, reject) => {
		child.once('spawn', resolve);
		child.once('error', reject);
	}).catch((error: unknown) => {
		// The kernel says ENOENT of both, and which one it meant is worth knowing.
		if (isErrno(error, 'ENOENT') && !existsSync(workingDirectory)) {
			throw new ExplainedError({
				en: `${workingDirectory}: there is no such directory to start in`,
				zh: `${workingDirectory}：没有这个目录，无法从这里启动`,
			});
		}
		if (isErrno(error, 'EAGAIN', 'ENOMEM')) {
			const text = {en: 'the machine can start no more processes', zh: '机器无法再启动更多进程'};
			throw new ExplainedError(text, {cause: error});
		}
		throw error;
	});
	return child;
}

/** Why a program could not be started, for people; undefined if it wasn't its fault. */
export function startFailureText(error: unknown, program: string): string | undefined {
	const shown = JSON.stringify(program);
	if (isErrno(error, 'ENOENT', 'ENOTDIR')) {
		return program.includes('/')
			? `exec: ${shown}: no such file or directory, or its interpreter is missing`
			: `exec: ${shown}: executable file not found in $PATH`;
	}
	if (isErrno(error, 'EACCES')) return `exec: ${shown}: permission denied`;
	if (isErrno(error, 'ENOEXEC')) return `exec: ${shown}: not a program, or one for another machine`;
	if (isErrno(error, 'E2BIG')) return `exec: ${shown}: more arguments than the kernel takes`;
	return undefined;
}
