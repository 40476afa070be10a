/**
 * What a union is made of. Plain data: it is saved with the container.
 * @module
 */
import type {Change} from '#layers/diff';

/** `overlay` is the kernel's overlayfs; `vfs` copies everything, where overlayfs can't be had. */
export type DriverName = 'overlay' | 'vfs';

/** Where changes go. */
export interface ReadWriteBranch {
	/** A directory of this container alone; made by the plan. Below it lie the driver's own directories. */
	readonly path: string;
	/** Keeps the changes in memory: a tmpfs, mounted on `path` inside the container, that vanishes with it. */
	readonly inMemory?: boolean | undefined;
	/** The tmpfs's upper bound; default: half of the machine's memory. */
	readonly sizeBytes?: number | undefined;
	/** Whose it is on the host, if the container's root is another user there. */
	readonly owner?: {readonly uid: number; readonly gid: number} | undefined;
}

/** Branches, and where they appear as one tree. */
export interface Union {
	readonly driver: DriverName;
	/** The read-only branches, topmost first; at least one. `/` is a view of this machine's own files. */
	readonly readOnly: readonly string[];
	readonly readWrite: ReadWriteBranch;
	/** The directory on which the union appears: the container's rootfs. */
	readonly target: string;
	/** Whether it is mounted inside a user namespace, where overlayfs keeps its notes in `user.` attributes. */
	readonly userNamespace?: boolean | undefined;
	/** Directories that appear empty in the union, such as the engine's own in a view of `/`. They can be filled anew. */
	readonly hidden?: readonly string[] | undefined;
	/** Whether device files in it are only files: where no device cgroup says which may be opened. */
	readonly noDevices?: boolean | undefined;
	/** Whether undoing the plan removes the read-write branch: `--rm`. */
	readonly disposable?: boolean | undefined;
}

/** How branches become one tree. */
export interface Driver {
	/** On the host: makes what the read-write branch needs. What is there from an earlier start is kept. */
	readonly prepare: (union: Union) => void;
	/** In the container's mount namespace: makes the union appear at its target. */
	readonly unite: (union: Union) => void;
	/** What the container changed, sorted by path. */
	readonly changes: (union: Union) => readonly Change[];
	/** Those changes as an image layer: an uncompressed tar. */
	readonly pack: (union: Union) => AsyncIterable<Uint8Array>;
}

/** How a layer is laid out. */
export interface UnpackOptions {
	/**
	 * `keep`: whiteouts become overlayfs's own, for a directory that will be a branch. `apply`: they delete what is there,
	 * for layers that are laid over each other in one directory.
	 */
	readonly whiteouts: 'keep' | 'apply';
	/** Whether files get the owners that the layer says. Default: if this is root. */
	readonly owners?: boolean | undefined;
	/** Whether overlayfs will be mounted in a user namespace. */
	readonly userNamespace?: boolean | undefined;
	/** The most that the files' contents may have together; default: no limit. */
	readonly mostBytes?: number | undefined;
}
