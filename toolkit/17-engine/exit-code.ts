/**
 * What went wrong at a start, in one line and one number, as docker tells it.
 *
 *     125  the engine's own errors     126  found, can't be executed     127  not found
 *
 * Source: docs.docker.com, "docker container run", exit status.
 * @module
 */
import {isErrno, KernelError} from '#kernel/error';
import {type Failure, failureOf, InitError} from '#runtime';

/** The exit code of an error of the engine's own. */
export const engineErrorExitCode = 125;

/** How a start failed: what to tell, and the code to exit with. */
export interface StartFailure {
	readonly exitCode: number;
	readonly message: string;
}

/** What to make of an error at the start of `program`. */
export function startFailure(error: unknown, program: string): StartFailure {
	const {call, errno, message} = toldFailure(error);
	const shown = JSON.stringify(program);
	if (call !== 'execve') return {exitCode: engineErrorExitCode, message};
	switch (errno) {
		case 'ENOENT':
			return program.includes('/')
				? {
						exitCode: 127,
						message: `exec: ${shown}: no such file or directory in the container, or its interpreter is missing`,
					}
				: {exitCode: 127, message: `exec: ${shown}: executable file not found in $PATH`};
		case 'EACCES':
			return {exitCode: 126, message: `exec: ${shown}: permission denied`};
		case 'ENOEXEC':
			return {
				exitCode: 126,
				message: `exec: ${shown}: exec format error: not a program, or one for another architecture`,
			};
		default:
			return {exitCode: 126, message: `exec: ${shown}: ${message}`};
	}
}

/** The same for one more program in a container that runs. Node may have started it, whose errors name the call `spawn`. */
export function spawnFailure(error: unknown, program: string): StartFailure {
	if (!(error instanceof KernelError) && isErrno(error, 'ENOENT', 'EACCES', 'ENOEXEC', 'ENOTDIR')) {
		const errno = String((error as NodeJS.ErrnoException).code);
		return startFailure(new KernelError('execve', [program], errno), program);
	}
	const failure = startFailure(error, program);
	// Its directory is not made for it: without one it can't be executed.
	return toldFailure(error).call === 'chdir' ? {...failure, exitCode: 126} : failure;
}

function toldFailure(error: unknown): Failure {
	return error instanceof InitError ? error.failure : failureOf(error);
}
