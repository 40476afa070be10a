/**
 * What happened when memory ran out.
 *
 * Sources: cgroup-v2.rst "memory.events", cgroup-v1/memory.rst section 10.
 * @module
 */
import {readTable} from '#cgroup/account';
import {controllersOf, placesOf} from '#cgroup/place';

/** What happened to a cgroup for want of memory. */
export interface Events {
	/** How often memory was at its limit and none could be made free. */
	readonly oom: number;
	/** How many processes were killed for it. */
	readonly oomKill: number;
}

/** The events since the cgroup was made; 0 where memory isn't counted, or the cgroup isn't there. */
export function events(path: string): Events {
	const place = placesOf(path).places.find(({hierarchy}) => controllersOf(hierarchy).includes('memory'));
	if (place === undefined) return {oom: 0, oomKill: 0};
	const isUnified = place.hierarchy.version === 2;
	const table = readTable(`${place.directory}/${isUnified ? 'memory.events' : 'memory.oom_control'}`);
	const oomKill = table.get('oom_kill') ?? 0;
	// v1 counts the killed and shows whether it is out of memory now, but keeps no count of that.
	return {oom: isUnified ? (table.get('oom') ?? 0) : Math.max(oomKill, table.get('under_oom') ?? 0), oomKill};
}
