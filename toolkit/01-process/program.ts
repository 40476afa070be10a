/**
 * Finding a program as a shell does, and becoming it: the last step of every container.
 *
 * Sources: execvp(3), execve(2), POSIX sh "Command Search and Execution".
 * @module
 */
import {accessSync, constants, statSync} from 'node:fs';
import {join} from 'node:path';
import {isErrno, KernelError} from '#kernel/error';
import {execve} from '#kernel/exec';
import {chdir} from '#kernel/mount';
import type {Step} from '#kernel/plan';

/** Where programs are looked for if the environment has no PATH: docker's default. */
export const defaultPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * The file that a command's name stands for, seen from this process's root and directory.
 *
 * @throws {KernelError} `ENOENT` if there is none; `EACCES` if one is there and may not be executed.
 */
export function findProgram(name: string, env: readonly string[]): string {
	if (name.includes('/')) {
		requireExecutable(name);
		return name;
	}
	let refused: unknown;
	for (const directory of pathOf(env).split(':')) {
		// An empty part of PATH is the working directory.
		const candidate = join(directory === '' ? '.' : directory, name);
		try {
			requireExecutable(candidate);
			return candidate;
		} catch (error) {
			if (isErrno(error, 'EACCES')) refused ??= error;
		}
	}
	throw refused ?? new KernelError('execve', [name], 'ENOENT');
}

/** What this module adds to the plan of a container: its end, where the container becomes the user's program. */
export function processSteps(process: {
	readonly args: readonly string[];
	readonly env: readonly string[];
	readonly cwd: string;
}): readonly Step[] {
	return [
		{
			module: 'process',
			title: `become ${process.args[0]}`,
			why: 'the process is kept, with its number, its namespaces and its limits; only the program in it changes',
			run: () => becomeProgram(process.args, process.env),
		},
	];
}

/** Goes to the directory that a program shall start in. @throws {KernelError} `ENOENT`, `ENOTDIR`, `EACCES`. */
export function enterDirectory(path: string): void {
	chdir(path);
}

function becomeProgram(args: readonly string[], env: readonly string[]): never {
	execve(findProgram(args[0] ?? '', env), args, env);
}

function requireExecutable(path: string): void {
	try {
		if (statSync(path).isDirectory()) throw new KernelError('execve', [path], 'EACCES');
		accessSync(path, constants.X_OK);
	} catch (error) {
		if (error instanceof KernelError) throw error;
		throw new KernelError('execve', [path], isErrno(error, 'ENOENT', 'ENOTDIR') ? 'ENOENT' : 'EACCES', {cause: error});
	}
}

function pathOf(env: readonly string[]): string {
	return env.find(entry => entry.startsWith('PATH='))?.slice('PATH='.length) ?? defaultPath;
}
