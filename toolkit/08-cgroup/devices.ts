/**
 * Which device nodes may be opened or made, whatever the file system holds.
 *
 * v1 has a file for it. v2 has none: there the kernel asks a BPF program that somebody attached to the cgroup, and this
 * engine attaches none. On v2 a container is kept from the machine's disks by other means: it has only the nodes that
 * it was given, and without CAP_MKNOD it can make no others.
 *
 * Sources: cgroup-v1/devices.rst; opencontainers/runtime-spec config-linux.md "Allowed device list".
 * @module
 */
import type {DeviceRule, Version, Write} from '#cgroup/resources';

/** What to write for these rules: v1 only. */
export function devicesWrites(version: Version, rules: readonly DeviceRule[]): readonly Write[] {
	if (version === 2) return [];
	return rules.map(rule => ({
		controller: 'devices',
		file: rule.allow ? 'devices.allow' : 'devices.deny',
		text: ruleText(rule),
	}));
}

/** A rule as v1 writes it: `c 1:3 rwm`. */
function ruleText({type = 'a', major, minor, access = 'rwm'}: DeviceRule): string {
	// `u` is an older name of `c`, as mknod(1) has it.
	return `${type === 'u' ? 'c' : type} ${numberText(major)}:${numberText(minor)} ${access}`;
}

function numberText(number: number | undefined): string {
	return number === undefined || number < 0 ? '*' : String(number);
}
