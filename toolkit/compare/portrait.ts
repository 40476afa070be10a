/**
 * The portrait of a container: all that the kernel tells of it, through its first process.
 * @module
 */
import {ASPECTS, type Fact} from '#compare/fact';
import {deviceFacts, mountFacts} from '#compare/mount-facts';
import {cgroupFacts, namespaceFacts, networkFacts} from '#compare/place-facts';
import {processFacts} from '#compare/process-facts';
import {listProcessStats, readProcess} from '#observe/processes';

/**
 * Looks at a container.
 *
 * @throws one line if its first process has gone.
 */
export function takePortrait(pid: number): readonly Fact[] {
	const stat = listProcessStats().find(each => each.pid === pid);
	const process = stat && readProcess(stat);
	if (process === undefined || process.state === 'zombie')
		throw new Error(`process ${pid} has ended: there is nothing to look at`);
	const all = [
		...namespaceFacts(process),
		...mountFacts(pid),
		...deviceFacts(pid),
		...cgroupFacts(process),
		...processFacts(process),
		...networkFacts(process),
	];
	return all.toSorted((one, other) => ASPECTS.indexOf(one.aspect) - ASPECTS.indexOf(other.aspect));
}
