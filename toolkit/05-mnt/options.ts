/**
 * Mount options: from the words of an OCI spec to the flags and data of mount(2).
 *
 *     [ "nosuid", "ro", "size=64k" ]  ─▶  flags MS_NOSUID|MS_RDONLY,  data "size=64k"
 *
 * Words that the kernel's flags know become flags, propagation types become calls of their own (mount(2) takes one at
 * a time, and not together with others), and everything else is left to the file system.
 *
 * Source: OCI runtime spec, config.md, "Linux mount options"; mount(8).
 * @module
 */
import {
	MS_BIND,
	MS_DIRSYNC,
	MS_LAZYTIME,
	MS_MANDLOCK,
	MS_NOATIME,
	MS_NODEV,
	MS_NODIRATIME,
	MS_NOEXEC,
	MS_NOSUID,
	MS_NOSYMFOLLOW,
	MS_PRIVATE,
	MS_RDONLY,
	MS_REC,
	MS_RELATIME,
	MS_REMOUNT,
	MS_SHARED,
	MS_SILENT,
	MS_SLAVE,
	MS_STRICTATIME,
	MS_SYNCHRONOUS,
	MS_UNBINDABLE,
} from '#kernel/mount';
import {MOUNT_ATTR, MOUNT_ATTR_ATIME, type MountAttributes} from '#kernel/mountattr';

/** What a list of options asks for. */
export interface ParsedOptions {
	/** For mount(2): `MS_NOSUID|MS_BIND`. */
	readonly flags: number;
	/** Flags that an option names as off (`suid`, `rw`): a bind mount would otherwise keep its source's. */
	readonly cleared: number;
	/** Propagation types, each for a call of its own: `MS_SLAVE|MS_REC`. */
	readonly propagation: readonly number[];
	/** Switches for the whole tree of a bind mount (`rro`); undefined if there are none. */
	readonly recursive?: MountAttributes;
	/** What the file system itself reads: `size=64k,mode=755`. */
	readonly data: string;
}

/**
 * Sorts mount options by who acts on them.
 *
 * @throws {Error} for an option that this engine doesn't do: it would be worse to leave it out silently.
 */
export function parseMountOptions(options: readonly string[]): ParsedOptions {
	let flags = 0;
	let cleared = 0;
	const propagation: number[] = [];
	let recursive: MountAttributes | undefined;
	const data: string[] = [];
	for (const option of options) {
		const refusal = refusals.get(option);
		if (refusal !== undefined) throw new Error(`mount option ${option}: ${refusal}`);
		const flag = flagOptions.get(option);
		const type = propagationOptions.get(option);
		const attributes = recursiveOptions.get(option);
		if (flag !== undefined) {
			// The last word counts: "ro,rw" is rw, as in mount(8).
			flags = (flags & ~flag.clear) | flag.set;
			cleared = (cleared & ~flag.set) | flag.clear;
		} else if (type !== undefined) propagation.push(type);
		else if (attributes !== undefined) recursive = mergeAttributes(recursive, attributes);
		else data.push(option);
	}
	return {flags, cleared, propagation, ...(recursive && {recursive}), data: data.join(',')};
}

/** A map, not an object: a spec may hold any word, also `constructor`. */
function wordList<T>(words: Readonly<Record<string, T>>): ReadonlyMap<string, T> {
	return new Map(Object.entries(words));
}

const refusals = wordList<string>({
	tmpcopyup: 'not supported; copy the files into the tmpfs after the start, or use a volume',
	idmap: 'mounts with id maps are not supported; change the owner of the source instead',
	ridmap: 'mounts with id maps are not supported; change the owner of the source instead',
});

interface FlagChange {
	readonly set: number;
	readonly clear: number;
}

const on = (set: number): FlagChange => ({set, clear: 0});
const off = (clear: number): FlagChange => ({set: 0, clear});

const flagOptions = wordList<FlagChange>({
	defaults: on(0),
	ro: on(MS_RDONLY),
	rw: off(MS_RDONLY),
	nosuid: on(MS_NOSUID),
	suid: off(MS_NOSUID),
	nodev: on(MS_NODEV),
	dev: off(MS_NODEV),
	noexec: on(MS_NOEXEC),
	exec: off(MS_NOEXEC),
	sync: on(MS_SYNCHRONOUS),
	async: off(MS_SYNCHRONOUS),
	dirsync: on(MS_DIRSYNC),
	remount: on(MS_REMOUNT),
	mand: on(MS_MANDLOCK),
	nomand: off(MS_MANDLOCK),
	atime: off(MS_NOATIME),
	noatime: on(MS_NOATIME),
	diratime: off(MS_NODIRATIME),
	nodiratime: on(MS_NODIRATIME),
	relatime: on(MS_RELATIME),
	norelatime: off(MS_RELATIME),
	strictatime: on(MS_STRICTATIME),
	nostrictatime: off(MS_STRICTATIME),
	lazytime: on(MS_LAZYTIME),
	nolazytime: off(MS_LAZYTIME),
	silent: on(MS_SILENT),
	loud: off(MS_SILENT),
	nosymfollow: on(MS_NOSYMFOLLOW),
	symfollow: off(MS_NOSYMFOLLOW),
	bind: on(MS_BIND),
	rbind: on(MS_BIND | MS_REC),
});

const propagationOptions = wordList<number>({
	private: MS_PRIVATE,
	rprivate: MS_PRIVATE | MS_REC,
	slave: MS_SLAVE,
	rslave: MS_SLAVE | MS_REC,
	shared: MS_SHARED,
	rshared: MS_SHARED | MS_REC,
	unbindable: MS_UNBINDABLE,
	runbindable: MS_UNBINDABLE | MS_REC,
});

const atime = (set: number): MountAttributes => ({set, clear: MOUNT_ATTR_ATIME});

const recursiveOptions = wordList<MountAttributes>({
	rro: on(MOUNT_ATTR.ro),
	rrw: off(MOUNT_ATTR.ro),
	rnosuid: on(MOUNT_ATTR.nosuid),
	rsuid: off(MOUNT_ATTR.nosuid),
	rnodev: on(MOUNT_ATTR.nodev),
	rdev: off(MOUNT_ATTR.nodev),
	rnoexec: on(MOUNT_ATTR.noexec),
	rexec: off(MOUNT_ATTR.noexec),
	rnodiratime: on(MOUNT_ATTR.nodiratime),
	rdiratime: off(MOUNT_ATTR.nodiratime),
	rnosymfollow: on(MOUNT_ATTR.nosymfollow),
	rsymfollow: off(MOUNT_ATTR.nosymfollow),
	rrelatime: atime(0),
	rnorelatime: atime(MOUNT_ATTR.strictatime),
	rnoatime: atime(MOUNT_ATTR.noatime),
	ratime: atime(0),
	rstrictatime: atime(MOUNT_ATTR.strictatime),
	rnostrictatime: atime(0),
});

function mergeAttributes(before: MountAttributes | undefined, next: MountAttributes): MountAttributes {
	if (before === undefined) return next;
	return {set: (before.set & ~next.clear) | next.set, clear: (before.clear & ~next.set) | next.clear};
}
