/**
 * The OCI runtime specification's document: everything that makes a container, in one file, `config.json`.
 *
 * Field names are the specification's own. Each part's type stands in the module that understands it.
 *
 * Source: opencontainers/runtime-spec 1.2, config.md and config-linux.md.
 * @module
 */
import type {Resources} from '#cgroup';
import type {NamespaceKind} from '#kernel/namespace';
import type {Device, Mount, Propagation} from '#mnt';
import type {Capabilities, Rlimit, Seccomp} from '#security';
import type {IdMapping, IdMaps, ProcessUser} from '#user';

/** The version that this engine writes and understands. */
export const ociVersion = '1.2.0';

/** `config.json` as a whole. */
export interface Spec {
	readonly ociVersion: string;
	readonly process?: ProcessSpec;
	readonly root?: {readonly path: string; readonly readonly?: boolean};
	readonly hostname?: string;
	readonly domainname?: string;
	readonly mounts?: readonly Mount[];
	readonly annotations?: Readonly<Record<string, string>>;
	readonly linux?: LinuxSpec;
}

/** What runs in it, as whom. */
export interface ProcessSpec {
	readonly terminal?: boolean;
	readonly consoleSize?: {readonly height: number; readonly width: number};
	readonly user: ProcessUser;
	readonly args: readonly string[];
	/** `NAME=value` each. */
	readonly env: readonly string[];
	readonly cwd: string;
	readonly capabilities?: Capabilities;
	readonly rlimits?: readonly Rlimit[];
	readonly noNewPrivileges?: boolean;
	readonly apparmorProfile?: string;
	readonly selinuxLabel?: string;
	readonly oomScoreAdj?: number;
}

/** A namespace to make, or to join if it has a path. */
export interface NamespaceSpec {
	readonly type: NamespaceType;
	readonly path?: string;
}

/** A kind of namespace, by the specification’s name. */
export type NamespaceType = 'pid' | 'network' | 'mount' | 'ipc' | 'uts' | 'user' | 'cgroup';

/** What only Linux has: `linux` in config.json. */
export interface LinuxSpec {
	readonly namespaces?: readonly NamespaceSpec[];
	readonly uidMappings?: readonly IdMapping[];
	readonly gidMappings?: readonly IdMapping[];
	readonly devices?: readonly Device[];
	/** Below each hierarchy's root: `drydock/4f2a…`. */
	readonly cgroupsPath?: string;
	readonly resources?: Resources;
	readonly rootfsPropagation?: Propagation;
	readonly seccomp?: Seccomp;
	/** Kernel parameters that belong to one of its namespaces: `net.ipv4.ip_forward`. */
	readonly sysctl?: Readonly<Record<string, string>>;
	readonly maskedPaths?: readonly string[];
	readonly readonlyPaths?: readonly string[];
}

/** The kernel's file name of each of the specification's namespace types. */
export const namespaceKind: Readonly<Record<NamespaceType, NamespaceKind>> = {
	pid: 'pid',
	network: 'net',
	mount: 'mnt',
	ipc: 'ipc',
	uts: 'uts',
	user: 'user',
	cgroup: 'cgroup',
};

/** The container's namespace of a type: undefined if it stays in the one of whoever starts it. */
export function namespaceOf(spec: Spec, type: NamespaceType): NamespaceSpec | undefined {
	return spec.linux?.namespaces?.find(namespace => namespace.type === type);
}

/** Whether the container gets a namespace of this type of its own. */
export function hasOwn(spec: Spec, type: NamespaceType): boolean {
	const namespace = namespaceOf(spec, type);
	return namespace !== undefined && namespace.path === undefined;
}

/** The users of a container that has its own; undefined if it has the host's. */
export function idMapsOf(spec: Spec): IdMaps | undefined {
	if (!hasOwn(spec, 'user')) return undefined;
	return {uidMappings: spec.linux?.uidMappings ?? [], gidMappings: spec.linux?.gidMappings ?? []};
}
