/**
 * What a container may use, as the OCI runtime specification says it, and how it is written to the kernel.
 *
 * Source: opencontainers/runtime-spec 1.2, config-linux.md, "Control groups".
 * @module
 */

/** `linux.resources` of config.json. A number that is missing leaves things as they are. */
export interface Resources {
	readonly memory?: MemoryResources;
	readonly cpu?: CpuResources;
	readonly pids?: PidsResources;
	readonly blockIO?: BlockIoResources;
	readonly devices?: readonly DeviceRule[];
	/** v2 only: the kernel's files and what to write to them. */
	readonly unified?: Readonly<Record<string, string>>;
	/** Accepted, but not set: see `warningsFor`. */
	readonly hugepageLimits?: readonly {readonly pageSize: string; readonly limit: number}[];
}

/** In bytes; -1 is no limit. */
export interface MemoryResources {
	readonly limit?: number;
	/** What the kernel tries to leave to the container when memory gets short. */
	readonly reservation?: number;
	/** Memory and swap together. */
	readonly swap?: number;
	/** 0 to 100: how readily memory is swapped out. v1 only. */
	readonly swappiness?: number;
	/** v1 only: out of memory, processes wait instead of being killed. */
	readonly disableOOMKiller?: boolean;
}

/** `linux.resources.cpu`. */
export interface CpuResources {
	/** A weight among those who want the CPU at the same time: 2 to 262144, by default 1024. */
	readonly shares?: number;
	/** Microseconds of CPU time in each period; -1 is no limit. */
	readonly quota?: number;
	/** Microseconds of quota that may be saved up. */
	readonly burst?: number;
	/** Microseconds; by default 100000. */
	readonly period?: number;
	/** v1 only. */
	readonly realtimeRuntime?: number;
	readonly realtimePeriod?: number;
	/** CPUs by number: `0-2,7`. */
	readonly cpus?: string;
	/** Memory nodes by number. */
	readonly mems?: string;
	/** 1: runs only when nobody else wants to. */
	readonly idle?: number;
}

/** `linux.resources.pids`. */
export interface PidsResources {
	/** Processes and threads; 0 and below are no limit. */
	readonly limit: number;
}

/** `linux.resources.blockIO`. */
export interface BlockIoResources {
	/** 10 to 1000. */
	readonly weight?: number;
	readonly leafWeight?: number;
	readonly weightDevice?: readonly WeightedDevice[];
	readonly throttleReadBpsDevice?: readonly ThrottledDevice[];
	readonly throttleWriteBpsDevice?: readonly ThrottledDevice[];
	readonly throttleReadIOPSDevice?: readonly ThrottledDevice[];
	readonly throttleWriteIOPSDevice?: readonly ThrottledDevice[];
}

/** A weight for one disk. */
export interface WeightedDevice {
	readonly major: number;
	readonly minor: number;
	readonly weight?: number;
	readonly leafWeight?: number;
}

/** A rate for one disk. */
export interface ThrottledDevice {
	readonly major: number;
	readonly minor: number;
	/** Bytes or operations in a second. */
	readonly rate: number;
}

/** Which device nodes may be used. Rules are applied in order, a later one over an earlier one. */
export interface DeviceRule {
	readonly allow: boolean;
	/** All, character, block. */
	readonly type?: 'a' | 'c' | 'b' | 'u' | 'p';
	/** Missing or -1: any. */
	readonly major?: number;
	readonly minor?: number;
	/** Of `r`ead, `w`rite, `m`knod. */
	readonly access?: string;
}

/** The two versions of cgroups. */
export type Version = 1 | 2;

/** One write to a file of a cgroup. */
export interface Write {
	/** Whose file it is, by v2's name: `io`, also where v1 says `blkio`. */
	readonly controller: Controller;
	readonly file: string;
	readonly text: string;
	/** The file that some kernels have instead, and what it takes. */
	readonly instead?: {readonly file: string; readonly text: string};
	/** Where a kernel without this file does not fail, what people should be told. */
	readonly withoutIt?: string;
}

/** A controller by v2's name. `devices` and `freezer` are v1's alone: v2 asks a BPF program, and freezes by itself. */
export type Controller = string;
