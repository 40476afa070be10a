/**
 * The part of the OCI runtime spec that this module understands. Field names are the spec's.
 *
 * Source: OCI runtime spec, config.md "Mounts", config-linux.md "Devices" and "Rootfs Mount Propagation".
 * @module
 */

/** One mount of a container. */
export interface Mount {
	/** Where, inside the container: an absolute path. */
	readonly destination: string;
	/** The file system's type: `proc`, `tmpfs`, …; `bind` or none for a bind mount; `cgroup` for either version. */
	readonly type?: string;
	/** The file or directory to bind, or a name that file systems without a device only show. */
	readonly source?: string;
	/** Words as mount(8) has them; those that are not the kernel's go to the file system. */
	readonly options?: readonly string[];
	/** Id maps of the mount: refused, since they aren't supported. */
	readonly uidMappings?: readonly MountIdMapping[];
	readonly gidMappings?: readonly MountIdMapping[];
}

/** One line of an id map, as OCI writes it. */
export interface MountIdMapping {
	readonly containerID: number;
	readonly hostID: number;
	readonly size: number;
}

/** A device of a container. */
export interface Device {
	/** `c` and `u` are character devices, `b` block devices, `p` is a FIFO. */
	readonly type: 'c' | 'b' | 'u' | 'p';
	readonly path: string;
	readonly major?: number;
	readonly minor?: number;
	/** Default: 0666. */
	readonly fileMode?: number;
	readonly uid?: number;
	readonly gid?: number;
}

/** A propagation type; with `r`, for the whole tree below. */
export type Propagation =
	| 'private'
	| 'slave'
	| 'shared'
	| 'unbindable'
	| 'rprivate'
	| 'rslave'
	| 'rshared'
	| 'runbindable';
