/**
 * Chooses the processes that belong to one: how a sandbox is looked at from the outside.
 *
 *     4711 sh                 its children, and theirs
 *     ├─ 4720 vim
 *     └─ 4730 unshare
 *         └─ 4731 sh          PID 1 of a namespace: all that are in there, also who joined by setns
 *                             and descends from somebody else
 * @module
 */
import {readNamespaceId} from '#observe/links';
import type {ProcessStat} from '#observe/processes';

/**
 * A process, all that descend from it, and all in the PID namespaces that they made.
 *
 * Whose parents have died belong to a family only inside such a namespace: on the host they become another's children.
 */
export function selectFamily(all: readonly ProcessStat[], root: number): readonly ProcessStat[] {
	const namespaceOf = cached(pid => readNamespaceId(pid, 'pid'));
	const parent = all.find(({pid}) => pid === root)?.ppid ?? 0;
	// The namespace that the family was born into is shared with others, unless nobody is above the root.
	const shared = parent === 0 ? undefined : (namespaceOf(parent) ?? readNamespaceId('thread-self', 'pid'));
	const family = new Set([root]);
	const own = new Set<number>();
	for (let size = 0; size !== family.size; ) {
		size = family.size;
		for (const {pid, ppid} of all) {
			const namespace = namespaceOf(pid);
			const isOwn = namespace !== undefined && own.has(namespace);
			if (!family.has(pid) && !family.has(ppid) && !isOwn) continue;
			family.add(pid);
			if (namespace !== undefined && namespace !== shared) own.add(namespace);
		}
	}
	return all.filter(({pid}) => family.has(pid));
}

function cached<T>(ask: (pid: number) => T): (pid: number) => T {
	const answers = new Map<number, T>();
	return pid => {
		if (!answers.has(pid)) answers.set(pid, ask(pid));
		return answers.get(pid)!;
	};
}
