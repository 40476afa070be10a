/**
 * Where this checkout or package is.
 * @module
 */
import {existsSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';

/** The directory that holds package.json, whether this runs from the bundle or from the sources. */
export function projectDirectory(): string {
	let directory = dirname(fileURLToPath(import.meta.url));
	while (!existsSync(join(directory, 'package.json'))) directory = dirname(directory);
	return directory;
}
