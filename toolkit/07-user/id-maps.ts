/**
 * Id maps: which user inside is which user outside, and how the kernel is told.
 *
 * Three ways lead there. With CAP_SETUID the files are simply written. An ordinary user may map only itself, once it has
 * given up setgroups(2) for the namespace. And newuidmap(1), which is set-user-id, writes what /etc/subuid grants.
 *
 * Sources: user_namespaces(7), newuidmap(1), OCI runtime-spec config-linux.md "User namespace mappings".
 * @module
 */
import {spawnSync} from 'node:child_process';
import {capabilityMask, getCapabilities} from '#kernel/capability';
import {KernelError} from '#kernel/error';
import {writeKernelFile} from '#kernel/file';
import {formatIdMap} from '#kernel/idmap';
import {requireProgram} from '#user/programs';

/** One range: the OCI spec's entry of `linux.uidMappings` and `gidMappings`. */
export interface IdMapping {
	readonly containerID: number;
	readonly hostID: number;
	/** How many ids. */
	readonly size: number;
}

/** Both maps of a user namespace. */
export interface IdMaps {
	readonly uidMappings: readonly IdMapping[];
	readonly gidMappings: readonly IdMapping[];
}

/** The kernel takes no more lines since Linux 4.15. */
const MOST_LINES = 340;
/** The last id; 2^32 - 1 itself means "no id" to the kernel. */
const LAST_ID = 0xffff_fffe;

/**
 * Reads `inside:outside:size`, as podman's --uidmap has it.
 *
 * @throws {Error} in one line.
 */
export function parseIdMapping(text: string): IdMapping {
	const fields = /^(\d+):(\d+):(\d+)$/.exec(text);
	if (!fields)
		throw new Error(`not an id map: ${JSON.stringify(text)}; write inside:outside:size, such as 0:100000:65536`);
	const [containerID, hostID, size] = fields.slice(1).map(Number) as [number, number, number];
	const mapping = {containerID, hostID, size};
	validateIdMappings([mapping]);
	return mapping;
}

/**
 * Checks what the kernel would refuse with a bare EINVAL.
 *
 * @throws {Error} in one line.
 */
export function validateIdMappings(mappings: readonly IdMapping[]): void {
	if (mappings.length === 0) throw new Error('an id map needs at least one range: without it nobody inside is anybody');
	if (mappings.length > MOST_LINES)
		throw new Error(`an id map of ${mappings.length} ranges: the kernel takes ${MOST_LINES}`);
	for (const mapping of mappings) validateRange(mapping);
	for (const side of ['containerID', 'hostID'] as const) {
		const sorted = mappings.toSorted((a, b) => a[side] - b[side]);
		for (const [index, mapping] of sorted.entries()) {
			const next = sorted[index + 1];
			if (next === undefined || mapping[side] + mapping.size <= next[side]) continue;
			throw new Error(`two ranges of an id map overlap: ${describe(mapping)} and ${describe(next)}`);
		}
	}
}

/** The id outside that an id inside stands for; undefined if it isn't mapped. */
export function hostIdOf(containerId: number, mappings: readonly IdMapping[]): number | undefined {
	const range = mappings.find(({containerID, size}) => containerId >= containerID && containerId < containerID + size);
	return range && range.hostID + containerId - range.containerID;
}

/** The id inside that an id outside is seen as; undefined if it isn't mapped, and shows as 65534. */
export function containerIdOf(hostId: number, mappings: readonly IdMapping[]): number | undefined {
	const range = mappings.find(({hostID, size}) => hostId >= hostID && hostId < hostID + size);
	return range && range.containerID + hostId - range.hostID;
}

/**
 * Writes both maps of the user namespace that a process has just made. It can be done once.
 *
 * @throws {KernelError} `EPERM` if the maps are written already, or name ids that the caller may not give away.
 * @throws {Error} in one line, if the maps don't fit, or the uidmap package is missing.
 */
export function writeIdMaps(pid: number, {uidMappings, gidMappings}: IdMaps): void {
	validateIdMappings(uidMappings);
	validateIdMappings(gidMappings);
	if (mayMapAnybody()) {
		writeMap(pid, 'uid', uidMappings);
		writeMap(pid, 'gid', gidMappings);
		return;
	}
	if (isOnly(uidMappings, process.geteuid?.())) writeMap(pid, 'uid', uidMappings);
	else askHelper('newuidmap', pid, uidMappings);
	if (isOnly(gidMappings, process.getegid?.())) {
		// Leaving a group could open files that its members are refused: nobody may, before an ordinary user maps groups.
		writeKernelFile(`/proc/${pid}/setgroups`, 'deny');
		writeMap(pid, 'gid', gidMappings);
	} else askHelper('newgidmap', pid, gidMappings);
}

function validateRange(mapping: IdMapping): void {
	for (const [name, value] of Object.entries(mapping)) {
		if (!Number.isInteger(value) || value < 0) throw new Error(`an id map's ${name} is a whole number, not ${value}`);
	}
	const {containerID, hostID, size} = mapping;
	if (size === 0) throw new Error(`an id map's range of no ids: ${describe(mapping)}`);
	if (containerID + size - 1 > LAST_ID || hostID + size - 1 > LAST_ID) {
		throw new Error(`an id map goes beyond the last id, ${LAST_ID}: ${describe(mapping)}`);
	}
}

function describe({containerID, hostID, size}: IdMapping): string {
	return `${containerID}:${hostID}:${size}`;
}

/** Whether the files take any map from the calling thread. */
function mayMapAnybody(): boolean {
	const needed = capabilityMask(['CAP_SETUID', 'CAP_SETGID']);
	return (getCapabilities().effective & needed) === needed;
}

function isOnly(mappings: readonly IdMapping[], id: number | undefined): boolean {
	return mappings.length === 1 && mappings[0]!.size === 1 && mappings[0]!.hostID === id;
}

function writeMap(pid: number, kind: 'uid' | 'gid', mappings: readonly IdMapping[]): void {
	const lines = mappings.map(({containerID, hostID, size}) => ({inside: containerID, outside: hostID, count: size}));
	writeKernelFile(`/proc/${pid}/${kind}_map`, formatIdMap(lines));
}

/** Lets the set-user-id program write a map: it looks up what /etc/subuid or /etc/subgid grants the caller. */
function askHelper(helper: 'newuidmap' | 'newgidmap', pid: number, mappings: readonly IdMapping[]): void {
	const program = requireProgram(helper, 'uidmap');
	const numbers = mappings.flatMap(({containerID, hostID, size}) => [containerID, hostID, size]);
	const args = [pid, ...numbers].map(String);
	const {status, stderr, error} = spawnSync(program, args, {encoding: 'utf8', stdio: ['ignore', 'ignore', 'pipe']});
	if (error !== undefined) throw error;
	if (status === 0) return;
	throw new KernelError(helper, args, 'EPERM', {cause: new Error(stderr.trim())});
}
