/**
 * /proc/PID/mountinfo: a mount table as text.
 *
 *     36 27 254:0 /data /srv rw,nosuid shared:7 master:2 - ext4 /dev/vda rw,discard
 *     id parent device root mountPoint options  propagation  fileSystem source superOptions
 *
 * The surprise: how many optional fields stand before the lone dash, only the dash tells.
 *
 * Source: proc_pid_mountinfo(5).
 * @module
 */

/** One line: a mount, where it hangs, and what it shares with. */
export interface MountinfoEntry {
	readonly id: number;
	readonly parentId: number;
	/** `major:minor` of the file system. */
	readonly device: string;
	/** The directory within the file system that is mounted. */
	readonly root: string;
	readonly mountPoint: string;
	/** The mount's own options: `ro`, `nosuid`, `relatime`. */
	readonly options: readonly string[];
	readonly propagation: 'private' | 'shared' | 'slave' | 'shared,slave' | 'unbindable';
	/** The peer group that it shares with, and the one that it receives from. */
	readonly peerGroup?: number | undefined;
	readonly master?: number | undefined;
	readonly fileSystem: string;
	readonly source: string;
	/** The file system's options, the same for all its mounts. */
	readonly superOptions: readonly string[];
}

/** Reads a mount table, in the kernel's order: a mount stands after the one that it hangs from or covers. */
export function parseMountinfo(text: string): MountinfoEntry[] {
	return text
		.split('\n')
		.filter(line => line !== '')
		.map(parseLine);
}

function parseLine(line: string): MountinfoEntry {
	const fields = line.split(' ');
	const dash = fields.indexOf('-', 6);
	const [id, parentId, device, root, mountPoint, options] = fields;
	const [fileSystem, source, superOptions] = fields.slice(dash + 1);
	const optional = fields.slice(6, dash);
	const peerGroup = groupNumber(optional, 'shared:');
	const master = groupNumber(optional, 'master:');
	return {
		id: Number(id),
		parentId: Number(parentId),
		device: device ?? '',
		root: unescapePath(root ?? ''),
		mountPoint: unescapePath(mountPoint ?? ''),
		options: (options ?? '').split(','),
		propagation: propagation(optional, peerGroup, master),
		...(peerGroup === undefined ? {} : {peerGroup}),
		...(master === undefined ? {} : {master}),
		fileSystem: fileSystem ?? '',
		source: unescapePath(source ?? ''),
		superOptions: (superOptions ?? '').split(','),
	};
}

function groupNumber(optional: readonly string[], tag: string): number | undefined {
	const field = optional.find(each => each.startsWith(tag));
	return field === undefined ? undefined : Number(field.slice(tag.length));
}

function propagation(
	optional: readonly string[],
	peerGroup: number | undefined,
	master: number | undefined,
): MountinfoEntry['propagation'] {
	if (optional.includes('unbindable')) return 'unbindable';
	if (peerGroup !== undefined) return master === undefined ? 'shared' : 'shared,slave';
	return master === undefined ? 'private' : 'slave';
}

/** The kernel writes space, tab, newline and backslash (and `#` in a source) as `\` and three octal digits. */
function unescapePath(text: string): string {
	return text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}
