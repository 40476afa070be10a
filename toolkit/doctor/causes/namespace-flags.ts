/**
 * The kinds of namespaces that a call's flags ask for.
 *
 * Source: clone(2).
 * @module
 */
import type {NamespaceKind} from '#kernel/namespace';
import {flagsAt} from '../arguments.ts';
import type {Failure} from '../cause.ts';

/** Each flag's kind, by its file in /proc/PID/ns. */
export const namespaceFlags = {
	CLONE_NEWNS: 'mnt',
	CLONE_NEWUTS: 'uts',
	CLONE_NEWIPC: 'ipc',
	CLONE_NEWPID: 'pid',
	CLONE_NEWNET: 'net',
	CLONE_NEWUSER: 'user',
	CLONE_NEWCGROUP: 'cgroup',
	CLONE_NEWTIME: 'time',
} as const satisfies Record<string, NamespaceKind>;

/** The kinds of namespaces in a call's flags. */
export function kindsOf(failure: Failure, index = 0): readonly NamespaceKind[] {
	const flags = failure.args.flatMap((_, at) =>
		at === index || failure.call.startsWith('clone') ? [...flagsAt(failure, at)] : [],
	);
	return Object.entries(namespaceFlags).flatMap(([name, kind]) =>
		flags.some(flag => flag.endsWith(name)) ? [kind] : [],
	);
}
