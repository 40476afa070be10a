/**
 * `--env-file`: variables of a container, one a line.
 *
 *     # a comment
 *     A=1
 *     HOME            the caller's own value
 *
 * Source: docs.docker.com, "docker container run", "Set environment variables".
 * @module
 */
import {readFileSync} from 'node:fs';
import {plainReason} from '#words/file-complaint';
import {UsageError} from './usage-error.ts';

/**
 * The variables in a file; empty lines and comments don't count.
 *
 * @throws {UsageError} if it can't be read, or a line has no name that a shell could ask for.
 */
export function readEnvFile(path: string): readonly string[] {
	const lines = textOf(path)
		.split(/\r?\n/)
		.map(line => line.trimStart());
	return lines.filter(line => line !== '' && !line.startsWith('#')).map(line => requireName(line, path));
}

function textOf(path: string): string {
	try {
		return readFileSync(path, 'utf8');
	} catch (error) {
		throw new UsageError(`can't read --env-file ${path}: ${plainReason(error)}`, {cause: error});
	}
}

function requireName(line: string, path: string): string {
	const [name = ''] = line.split('=');
	if (name === '') throw new UsageError(`--env-file ${path}: no variable name on line '${line}'`);
	if (/\s/.test(name)) throw new UsageError(`--env-file ${path}: variable '${name}' contains whitespaces`);
	return line;
}
