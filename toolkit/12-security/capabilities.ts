/**
 * Capabilities of a container: docker's fourteen, what is added and taken away, and the five sets that come of it.
 *
 *                    root (0)      an ordinary user
 *     bounding       the list      the list
 *     permitted      the list      –
 *     effective      the list      –
 *     inheritable    –             –
 *     ambient        –             –
 *
 * The surprise: an ordinary user gets none, although the list is in its bounding set. That is what execve(2) would make of
 * it anyway, and programs with file capabilities (ping) may still take from the bounding set what they are marked for.
 * The inheritable set has to be empty, or such programs would get capabilities that nobody granted (CVE-2022-24769).
 *
 * Sources: capabilities(7), OCI runtime-spec config.md "Linux Process", docker run --cap-add.
 * @module
 */
import {
	type CapabilityName,
	capabilitiesIn,
	capabilityMask,
	capabilityNames,
	capabilityNumber,
	clearAmbient,
	dropBounding,
	getCapabilities,
	isBounding,
	isCapability,
	lastCapability,
	raiseAmbient,
	setCapabilities,
} from '#kernel/capability';

/** The five sets, by name: the OCI spec's `process.capabilities`. */
export interface Capabilities {
	readonly bounding?: readonly string[];
	readonly effective?: readonly string[];
	readonly inheritable?: readonly string[];
	readonly permitted?: readonly string[];
	readonly ambient?: readonly string[];
}

/** What docker gives a container that asks for nothing. */
export const defaultCapabilities: readonly CapabilityName[] = [
	'CAP_AUDIT_WRITE',
	'CAP_CHOWN',
	'CAP_DAC_OVERRIDE',
	'CAP_FOWNER',
	'CAP_FSETID',
	'CAP_KILL',
	'CAP_MKNOD',
	'CAP_NET_BIND_SERVICE',
	'CAP_NET_RAW',
	'CAP_SETFCAP',
	'CAP_SETGID',
	'CAP_SETPCAP',
	'CAP_SETUID',
	'CAP_SYS_CHROOT',
];

/** How the sets are asked for on the command line. */
export interface CapabilityChoice {
	/** `--cap-add`: names with or without CAP_, in any case, or ALL. */
	readonly add?: readonly string[];
	/** `--cap-drop`: the same. */
	readonly drop?: readonly string[];
	/** All that the kernel knows; `add` and `drop` then change nothing, as with docker. */
	readonly privileged?: boolean;
	/** Whom they are for: 0 gets them at once, others only as a bound. */
	readonly user?: {readonly uid: number};
}

/**
 * The five sets of a container's first process.
 *
 * @throws {Error} in one line for a name that is no capability's.
 */
export function capabilitySets({add = [], drop = [], privileged = false, user}: CapabilityChoice): Capabilities {
	const bounding = privileged ? knownCapabilities() : chosen(add.map(parseAdded), drop.map(parseDropped));
	const own = (user?.uid ?? 0) === 0 ? bounding : [];
	return {bounding, effective: own, permitted: own, inheritable: [], ambient: []};
}

/**
 * Reads one capability as people write it: `NET_ADMIN`, `cap_net_admin`; `ALL` too.
 *
 * @param option the option's name in docker's message: `CapAdd`.
 * @throws {Error} "invalid CapAdd: unknown capability: …", as docker says it.
 */
export function parseCapability(text: string, option: string): CapabilityName | 'ALL' {
	const upper = text.toUpperCase();
	if (upper === 'ALL' || upper === 'CAP_ALL') return 'ALL';
	const name = upper.startsWith('CAP_') ? upper : `CAP_${upper}`;
	if (!isCapability(name)) throw new Error(`invalid ${option}: unknown capability: ${JSON.stringify(name)}`);
	return name;
}

/**
 * Leaves out what this process can't give: a capability that it lacks itself (in a container, or a virtual machine with
 * fewer), or that the kernel doesn't know yet.
 *
 * @returns the sets as they can be, and the names that are missing from them.
 */
export function reachableCapabilities(wanted: Capabilities): {
	readonly capabilities: Readonly<Record<keyof Capabilities, readonly CapabilityName[]>>;
	readonly missing: readonly CapabilityName[];
} {
	const permitted = new Set<string>(capabilitiesIn(getCapabilities().permitted));
	// What is in the bounding set alone can't be switched on by this process, but by a program's file.
	const bounding = new Set<string>(capabilityNames.filter((_, number) => isBounding(number)));
	const missing = new Set<CapabilityName>();
	const within = (names: readonly string[] | undefined, limit: ReadonlySet<string>): readonly CapabilityName[] =>
		requireCapabilities(names ?? []).filter(name => {
			if (!limit.has(name)) missing.add(name);
			return limit.has(name);
		});
	const capabilities = {
		bounding: within(wanted.bounding, bounding),
		effective: within(wanted.effective, permitted),
		inheritable: within(wanted.inheritable, permitted),
		permitted: within(wanted.permitted, permitted),
		ambient: within(wanted.ambient, permitted),
	};
	return {capabilities, missing: [...missing]};
}

/**
 * Takes all other capabilities out of the calling thread's bounding set, for good.
 *
 * @throws {KernelError} `EPERM` without CAP_SETPCAP.
 */
export function limitCapabilities(bounding: readonly string[]): void {
	for (const [number, name] of capabilityNames.entries()) {
		if (!bounding.includes(name) && isBounding(number)) dropBounding(number);
	}
}

/**
 * Gives the calling thread exactly these sets, as far as it has them itself.
 *
 * @throws {KernelError} `EPERM` for one to inherit that is not in the bounding set, or ambient that isn't inheritable.
 */
export function takeCapabilities(wanted: Capabilities): void {
	const {effective, permitted, inheritable, ambient} = reachableCapabilities(wanted).capabilities;
	clearAmbient();
	setCapabilities({
		effective: capabilityMask(effective),
		permitted: capabilityMask(permitted),
		inheritable: capabilityMask(inheritable),
	});
	for (const name of ambient) raiseAmbient(capabilityNumber(name));
}

/** All that this kernel knows. */
export function knownCapabilities(): readonly CapabilityName[] {
	return capabilityNames.slice(0, lastCapability() + 1);
}

function chosen(
	add: readonly (CapabilityName | 'ALL')[],
	drop: readonly (CapabilityName | 'ALL')[],
): readonly CapabilityName[] {
	// Added to everything, dropped from everything: with ALL the other list names the exceptions.
	if (add.includes('ALL')) return knownCapabilities().filter(name => !drop.includes(name));
	const kept = drop.includes('ALL') ? [] : defaultCapabilities.filter(name => !drop.includes(name));
	return [...new Set([...kept, ...add.filter(name => name !== 'ALL')])];
}

function parseAdded(text: string): CapabilityName | 'ALL' {
	return parseCapability(text, 'CapAdd');
}

function parseDropped(text: string): CapabilityName | 'ALL' {
	return parseCapability(text, 'CapDrop');
}

/** Names out of a config.json. @throws {Error} in one line for one that no kernel has. */
function requireCapabilities(names: readonly string[]): readonly CapabilityName[] {
	return names.map(name => {
		if (!isCapability(name)) throw new Error(`process.capabilities: unknown capability: ${JSON.stringify(name)}`);
		return name;
	});
}
