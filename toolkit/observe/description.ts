/**
 * Tells a difference in words: one plain line for each thing that appeared, vanished or changed.
 * @module
 */
import type {Change, Changes} from '#observe/compare';
import type {Difference, Within} from '#observe/difference';
import type {ObservedCgroup, ObservedLink, ObservedMount, ObservedProcess, ObservedRoute} from '#observe/types';

/** One line for each change: `appeared: process 4711 sleep 100`. */
export function describeDifference(difference: Difference): readonly string[] {
	return [
		...tell(difference.processes, describeProcess),
		...tell(difference.namespaces, ({kind, id}) => `namespace ${kind}:[${id}]`),
		...tell(difference.userNamespaces, ({id}) => `namespace user:[${id}]`),
		...tell(difference.mounts, describeMount),
		...tell(difference.cgroups, describeCgroup),
		...tell(difference.links, describeLink),
		...tell(
			difference.addresses,
			({address, link, namespace}) => `address ${address} on ${link} in net:[${namespace}]`,
		),
		...tell(difference.routes, describeRoute),
		...tell(difference.natRules, rule => `NAT rule ${rule}`),
	];
}

/** `process 4711 sleep 100`, with its number inside where it has one. */
export function describeProcess({pid, pids, argv, comm}: ObservedProcess): string {
	const inside = pids.length > 1 ? ` (${pids.at(-1)} inside)` : '';
	return `process ${pid}${inside} ${argv.length === 0 ? `[${comm}]` : argv.join(' ')}`;
}

function describeMount({fileSystem, source, mountPoint, namespace}: Within<ObservedMount>): string {
	const what = source === fileSystem || source === 'none' ? fileSystem : `${fileSystem} ${source}`;
	return `mount of ${what} on ${mountPoint} in mnt:[${namespace}]`;
}

function describeCgroup({version, controllers, path}: ObservedCgroup): string {
	return `cgroup ${path} (${version === 2 ? 'v2' : controllers.join(',')})`;
}

function describeLink({name, kind, namespace}: Within<ObservedLink>): string {
	return `link ${name} (${kind}) in net:[${namespace}]`;
}

function describeRoute({destination, gateway, link, namespace}: Within<ObservedRoute>): string {
	return `route to ${destination}${gateway === undefined ? '' : ` by ${gateway}`} over ${link} in net:[${namespace}]`;
}

function tell<T>({appeared, vanished, changed}: Changes<T>, describe: (object: T) => string): readonly string[] {
	return [
		...appeared.map(object => `appeared: ${describe(object)}`),
		...vanished.map(object => `vanished: ${describe(object)}`),
		...changed.map(change => `changed: ${describe(change.after)}: ${tellProperties(change)}`),
	];
}

function tellProperties<T>({before, after, properties}: Change<T>): string {
	return properties.map(property => tellValues(property, before[property], after[property])).join(', ');
}

/** `state sleeping → zombie`; of a record only the entries that differ: `limits memory.max unset → 64`. */
function tellValues(name: string, before: unknown, after: unknown): string {
	if (!isRecord(before) || !isRecord(after)) return `${name} ${show(before)} → ${show(after)}`;
	const entries = [...new Set([...Object.keys(before), ...Object.keys(after)])];
	return entries
		.filter(entry => show(before[entry]) !== show(after[entry]))
		.map(entry => tellValues(`${name} ${entry}`, before[entry], after[entry]))
		.join(', ');
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function show(value: unknown): string {
	if (value === undefined) return 'unset';
	if (Array.isArray(value)) return value.map(show).join(' ') || 'none';
	return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
