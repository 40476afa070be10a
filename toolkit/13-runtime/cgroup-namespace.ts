/**
 * The cgroup namespace: a container's own cgroup looks like the root of the tree to it.
 *
 * Source: cgroup_namespaces(7).
 * @module
 */
import {joinNamespace} from '#kernel/namespace';
import type {Step} from '#kernel/plan';
import {CLONE_NEWCGROUP, unshare} from '#kernel/sched';
import type {NamespaceSpec} from '#runtime/spec';

/** The step that makes or joins it. It comes after the process was put into its cgroup: what is then here becomes the root. */
export function cgroupNamespaceSteps(namespace: NamespaceSpec | undefined): readonly Step[] {
	if (namespace === undefined) return [];
	const {path} = namespace;
	return [
		{
			module: 'cgroup',
			title: path === undefined ? 'see one’s own cgroup as the root' : `join the cgroup namespace at ${path}`,
			why: 'where a container stands in the host’s tree is none of its business',
			run: () => (path === undefined ? unshare(CLONE_NEWCGROUP) : joinNamespace(path, 'cgroup')),
		},
	];
}
