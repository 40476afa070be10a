/**
 * Where a program is: the search of execvp(3), without its habit of trying the current directory.
 *
 * An empty entry of PATH means the current directory to a shell. What is found here may be run by root, so it is passed over.
 * @module
 */
import {accessSync, constants, statSync} from 'node:fs';
import {delimiter, join} from 'node:path';

/** The first program of this name in a list of directories, separated as in PATH; undefined if it is in none. */
export function findExecutable(name: string, searchPath = process.env.PATH ?? ''): string | undefined {
	return searchPath
		.split(delimiter)
		.filter(directory => directory !== '')
		.map(directory => join(directory, name))
		.find(isExecutable);
}

/** Whether this is a file that the caller may execute; a directory with its x bits is none. */
export function isExecutable(path: string): boolean {
	try {
		accessSync(path, constants.X_OK);
		return statSync(path).isFile();
	} catch {
		return false;
	}
}
