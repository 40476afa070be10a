/**
 * How many processes and threads: what stops a fork bomb.
 *
 * At the limit fork(2) fails with EAGAIN. Those who are moved in count too, but are never refused.
 *
 * Sources: cgroup-v2.rst "PID", fork(2).
 * @module
 */
import type {PidsResources, Write} from '#cgroup/resources';

/** What to write for this limit, in either version. */
export function pidsWrites({limit}: PidsResources): readonly Write[] {
	return [{controller: 'pids', file: 'pids.max', text: limit > 0 ? String(limit) : 'max'}];
}
