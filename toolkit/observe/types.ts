/**
 * What a snapshot of kernel objects holds. Plain data: it travels as JSON, also out of a disposable machine.
 *
 * Kernel things keep the kernel's names; a namespace is named by its inode number, as `readlink /proc/PID/ns/pid` shows it.
 * @module
 */
import type {NamespaceKind} from '#kernel/namespace';

/** A namespace's inode number: two processes are in the same one exactly if these are equal. */
export type NamespaceId = number;

export interface ObservedProcess {
	/** Its number where the snapshot was taken. */
	readonly pid: number;
	/** All its numbers, outermost first, its own namespace's last (NSpid of /proc/PID/status). */
	readonly pids: readonly number[];
	readonly ppid: number;
	/** Its session's and process group's leaders, numbered as `pid` is. */
	readonly pgid: number;
	readonly sid: number;
	readonly state: 'running' | 'sleeping' | 'waiting' | 'stopped' | 'traced' | 'zombie' | 'dead' | 'idle';
	/** Up to 15 bytes, as ps shows it in brackets. */
	readonly comm: string;
	/** Its arguments; none for a zombie or a kernel thread. */
	readonly argv: readonly string[];
	/** Clock ticks after boot: with the pid it names a process for good. */
	readonly startTicks: number;
	/** Real, effective, saved, file system. */
	readonly uids: readonly number[];
	readonly gids: readonly number[];
	readonly threads: number;
	readonly rssBytes: number;
	readonly tty: number;
	/** Missing where the observer may not look (another user's process), or for a zombie. */
	readonly namespaces: Readonly<Partial<Record<NamespaceKind, NamespaceId>>>;
	/** The five capability sets as masks of hexadecimal digits, as /proc/PID/status writes them. */
	readonly capabilities: Readonly<Record<'inheritable' | 'permitted' | 'effective' | 'bounding' | 'ambient', string>>;
	readonly noNewPrivs: boolean;
	readonly seccomp: 'disabled' | 'strict' | 'filter';
	/** What its root and working directory are, seen from the observer; undefined where it may not look. */
	readonly root?: string | undefined;
	readonly cwd?: string | undefined;
	/** The program that it executes. */
	readonly exe?: string | undefined;
	/** Its path in each hierarchy: '' is v2's, otherwise v1's controllers as /proc/PID/cgroup lists them. */
	readonly cgroups: Readonly<Record<string, string>>;
	/** Signals that it ignores and that it handles, by number. */
	readonly ignoredSignals: readonly number[];
	readonly caughtSignals: readonly number[];
}

export interface ObservedUserNamespace {
	readonly id: NamespaceId;
	readonly uidMap: readonly {readonly inside: number; readonly outside: number; readonly count: number}[];
	readonly gidMap: readonly {readonly inside: number; readonly outside: number; readonly count: number}[];
	readonly setgroups: 'allow' | 'deny';
}

export interface ObservedMount {
	readonly id: number;
	readonly parentId: number;
	readonly device: string;
	/** The directory within the file system that is mounted. */
	readonly root: string;
	readonly mountPoint: string;
	readonly options: readonly string[];
	readonly propagation: 'private' | 'shared' | 'slave' | 'shared,slave' | 'unbindable';
	/** The peer group that it shares with, and the one that it receives from. */
	readonly peerGroup?: number | undefined;
	readonly master?: number | undefined;
	readonly fileSystem: string;
	readonly source: string;
	readonly superOptions: readonly string[];
}

/** One mount table. */
export interface ObservedMountNamespace {
	readonly id: NamespaceId;
	/** A process that is in it, through which it was read. */
	readonly through: number;
	readonly mounts: readonly ObservedMount[];
}

export interface ObservedCgroup {
	/** '2' for the unified hierarchy, '1' for a controller's own tree. */
	readonly version: 1 | 2;
	/** The controllers of this hierarchy (v1) or those enabled here (v2). */
	readonly controllers: readonly string[];
	/** Its directory below the hierarchy's root: `/drydock/4f2a…`. */
	readonly path: string;
	readonly processes: readonly number[];
	/** Limits that are set, by the kernel's file names: `memory.max`; only those that differ from "no limit". */
	readonly limits: Readonly<Record<string, string>>;
	/** Usage by the kernel's file names: `memory.current`, `pids.current`, `cpu.stat usage_usec`. */
	readonly usage: Readonly<Record<string, number>>;
	readonly frozen: boolean;
}

export interface ObservedLink {
	readonly index: number;
	readonly name: string;
	/** `veth`, `bridge`, `loopback`, … */
	readonly kind: string;
	readonly mac: string;
	readonly mtu: number;
	readonly up: boolean;
	/** Whether the cable is in: IFF_LOWER_UP. */
	readonly running: boolean;
	/** The bridge that it is plugged into, by index. */
	readonly master?: number | undefined;
	/** The other end of a veth pair: its index, and the namespace if it is another one (by netnsid, as the kernel tells it). */
	readonly peer?: {readonly index: number; readonly netnsid?: number | undefined} | undefined;
	readonly addresses: readonly string[];
}

export interface ObservedRoute {
	/** `default` or `172.18.0.0/16`. */
	readonly destination: string;
	readonly gateway?: string | undefined;
	readonly link: string;
	readonly source?: string | undefined;
}

/** One network stack. */
export interface ObservedNetNamespace {
	readonly id: NamespaceId;
	readonly through: number;
	readonly links: readonly ObservedLink[];
	readonly routes: readonly ObservedRoute[];
}

/** The kernel's objects at one moment. */
export interface Snapshot {
	/** Milliseconds of the wall clock. */
	readonly takenAt: number;
	readonly processes: readonly ObservedProcess[];
	readonly userNamespaces: readonly ObservedUserNamespace[];
	readonly mountNamespaces: readonly ObservedMountNamespace[];
	readonly netNamespaces: readonly ObservedNetNamespace[];
	readonly cgroups: readonly ObservedCgroup[];
	/** NAT rules, one line each as the machine's nft or iptables writes them; empty where neither is there. */
	readonly natRules: readonly string[];
}
