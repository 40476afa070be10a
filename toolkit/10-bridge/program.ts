/**
 * The machine's own programs: whether one is installed, and running it, told like a call.
 * @module
 */
import {spawnSync} from 'node:child_process';
import {findExecutable} from '#kernel/executable';
import {publishCall} from '#kernel/trace';

/**
 * Runs a program to its end and returns what it printed.
 *
 * @throws {Error} with the program's own words if it fails.
 */
export function runProgram(program: string, args: readonly string[], input = ''): string {
	const env = {PATH: searchPath(), LC_ALL: 'C'};
	const {status, stdout, stderr, error} = spawnSync(program, args, {input, encoding: 'utf8', env});
	publishCall({call: program, args: input === '' ? args : [...args, input], result: status ?? -1});
	if (error !== undefined) throw new Error(`can't run ${program}: ${error.message}`, {cause: error});
	if (status !== 0) throw new Error(`${program} refused: ${stderr.trim().split('\n')[0] ?? `exit code ${status}`}`);
	return stdout;
}

/** Whether a program is where administrators' programs are. */
export function isInstalled(program: string): boolean {
	return findExecutable(program, searchPath()) !== undefined;
}

/** Programs for the administrator are outside of an ordinary PATH on Debian. */
function searchPath(): string {
	return [process.env.PATH, '/usr/sbin', '/sbin', '/usr/bin', '/bin'].filter(Boolean).join(':');
}
