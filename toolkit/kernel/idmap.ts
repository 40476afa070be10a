/**
 * The id maps of a user namespace, as the kernel writes them in /proc/PID/uid_map and gid_map.
 *
 *     inside  outside   count
 *          0   100000   65536
 *
 * Source: user_namespaces(7).
 * @module
 */

/** One line of a map: `count` ids from `inside` on are, for the reader of the file, the ids from `outside` on. */
export interface IdMapLine {
	readonly inside: number;
	readonly outside: number;
	readonly count: number;
}

/**
 * Reads the text of a map. An empty text is an empty map: nobody has written one yet.
 *
 * @throws {Error} for a line that isn't three numbers.
 */
export function parseIdMap(text: string): readonly IdMapLine[] {
	return text
		.split('\n')
		.filter(line => line.trim() !== '')
		.map(parseLine);
}

/** Writes a map as the kernel takes it, in one write(2). */
export function formatIdMap(lines: readonly IdMapLine[]): string {
	return lines.map(({inside, outside, count}) => `${inside} ${outside} ${count}\n`).join('');
}

function parseLine(line: string): IdMapLine {
	const fields = /^\s*(\d+)\s+(\d+)\s+(\d+)\s*$/.exec(line);
	if (!fields) throw new Error(`not a line of an id map: ${JSON.stringify(line)}`);
	return {inside: Number(fields[1]), outside: Number(fields[2]), count: Number(fields[3])};
}
