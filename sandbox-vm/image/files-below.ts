import {readdirSync} from 'node:fs';
import {join} from 'node:path';

/** The paths of all regular files below a directory. Links are not followed, which Node's own recursion does. */
export function filesBelow(directory: string): readonly string[] {
	return readdirSync(directory, {withFileTypes: true}).flatMap(entry => {
		const path = join(directory, entry.name);
		if (entry.isDirectory()) return filesBelow(path);
		return entry.isFile() ? [path] : [];
	});
}
