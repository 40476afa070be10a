/**
 * Reading a union back from the mount table.
 * @module
 */
import {readMounts} from '#mnt';

/** A union as the kernel tells it. */
export interface MountedUnion {
	readonly target: string;
	/** Topmost first. */
	readonly readOnly: readonly string[];
	/** Undefined if nothing can be written. */
	readonly readWrite?: string | undefined;
	/** overlayfs prepares copies here before it moves them into the read-write branch. */
	readonly work?: string | undefined;
}

/** The overlay that is mounted on `target`, in the mount table of a process; undefined if none is. */
export function describeUnion(target: string, pid: number | 'thread-self' = 'thread-self'): MountedUnion | undefined {
	const mounted = readMounts(pid).findLast(each => each.mountPoint === target);
	if (mounted?.fileSystem !== 'overlay') return undefined;
	const options = new Map(
		mounted.superOptions.map(option => {
			const [name = '', ...value] = option.split('=');
			return [name, value.join('=')];
		}),
	);
	return {
		target,
		readOnly: (options.get('lowerdir') ?? '').split(':'),
		readWrite: options.get('upperdir'),
		work: options.get('workdir'),
	};
}
