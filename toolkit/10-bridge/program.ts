/**
 * Running one of the machine's programs for the network, told like a call.
 * @module
 */
import {spawnSync} from 'node:child_process';
import {publishCall} from '#kernel/trace';

/**
 * Runs a program to its end and returns what it printed.
 *
 * @throws {Error} with the program's own words if it fails.
 */
export function runProgram(program: string, args: readonly string[], input = ''): string {
	// Programs for the administrator are outside of an ordinary PATH on Debian.
	const env = {PATH: `${process.env.PATH ?? ''}:/usr/sbin:/sbin`, LC_ALL: 'C'};
	const {status, stdout, stderr, error} = spawnSync(program, args, {input, encoding: 'utf8', env});
	publishCall({call: program, args: input === '' ? args : [...args, input], result: status ?? -1});
	if (error !== undefined) throw new Error(`can't run ${program}: ${error.message}`, {cause: error});
	if (status !== 0) throw new Error(`${program} refused: ${stderr.trim().split('\n')[0] ?? `exit code ${status}`}`);
	return stdout;
}
