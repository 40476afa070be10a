/**
 * What a container has used: the numbers behind `drydock stats`.
 *
 * The surprise: memory counts the page cache too, so a container that has read a large file seems to need much. What
 * docker shows leaves out the part of the cache that the kernel would give back first.
 *
 * Sources: cgroup-v2.rst, cgroup-v1/{memory,cpuacct,blkio-controller}.rst, proc_stat(5).
 * @module
 */

import {readAccount, readNumber, readTable} from '#cgroup/account';
import {controllersOf, type Place, placesOf} from '#cgroup/place';
import {readKernelFile} from '#kernel/file';

/** What a cgroup has used and uses now. */
export interface Usage {
	readonly memory: {
		/** All that is charged, page cache included. */
		readonly usageBytes: number;
		/** Without the cache that nobody has used for a while: what `docker stats` shows. */
		readonly workingSetBytes: number;
		/** Undefined: no limit of its own. */
		readonly limitBytes?: number | undefined;
		/** Undefined where swap isn't counted. */
		readonly swapBytes?: number | undefined;
	};
	readonly cpu: {
		readonly usageNanoseconds: number;
		/** All CPUs of the machine together, busy or not: two readings of both make a percentage. */
		readonly systemNanoseconds: number;
		readonly onlineCpus: number;
		/** In how many periods the quota was used up. */
		readonly throttledPeriods: number;
	};
	readonly pids: {readonly current: number; readonly limit?: number | undefined};
	readonly blockIO: {readonly readBytes: number; readonly writeBytes: number};
}

/** What a cgroup has used; 0 for what isn't counted here. */
export function usage(path: string): Usage {
	const {places} = placesOf(path);
	const placeOf = (controller: string): Place | undefined =>
		places.find(({hierarchy}) => controllersOf(hierarchy).includes(controller)) ??
		// v2 counts CPU time also where the controller isn't enabled.
		places.find(({hierarchy}) => hierarchy.version === 2);
	return {
		memory: memoryUsage(placeOf('memory')),
		cpu: {...cpuUsage(placeOf('cpuacct'), placeOf('cpu')), ...systemCpu()},
		pids: pidsUsage(placeOf('pids')),
		blockIO: ioUsage(placeOf('io')),
	};
}

/** The kernel tells its CPU times in hundredths of a second, whatever its own clock is. */
const NANOSECONDS_PER_TICK = 1e9 / 100;

function memoryUsage(place: Place | undefined): Usage['memory'] {
	if (place === undefined) return {usageBytes: 0, workingSetBytes: 0};
	const {directory, hierarchy} = place;
	const isUnified = hierarchy.version === 2;
	const usageBytes = readNumber(`${directory}/${isUnified ? 'memory.current' : 'memory.usage_in_bytes'}`) ?? 0;
	const table = readTable(`${directory}/memory.stat`);
	const inactiveFile = table.get(isUnified ? 'inactive_file' : 'total_inactive_file') ?? 0;
	const both = isUnified ? undefined : readNumber(`${directory}/memory.memsw.usage_in_bytes`);
	return {
		usageBytes,
		// The two files are read one after the other, so the part may seem larger than the whole.
		workingSetBytes: Math.max(0, usageBytes - inactiveFile),
		limitBytes: readNumber(`${directory}/${isUnified ? 'memory.max' : 'memory.limit_in_bytes'}`),
		swapBytes: isUnified ? readNumber(`${directory}/memory.swap.current`) : both && Math.max(0, both - usageBytes),
	};
}

function cpuUsage(
	account: Place | undefined,
	limits: Place | undefined,
): Pick<Usage['cpu'], 'usageNanoseconds' | 'throttledPeriods'> {
	const table = readTable(`${limits?.directory}/cpu.stat`);
	const usageNanoseconds =
		account?.hierarchy.version === 1
			? readNumber(`${account.directory}/cpuacct.usage`)
			: (table.get('usage_usec') ?? 0) * 1000;
	return {usageNanoseconds: usageNanoseconds ?? 0, throttledPeriods: table.get('nr_throttled') ?? 0};
}

function systemCpu(): Pick<Usage['cpu'], 'systemNanoseconds' | 'onlineCpus'> {
	const lines = readKernelFile('/proc/stat')
		.split('\n')
		.filter(line => line.startsWith('cpu'));
	// User, nice, system, idle, iowait, irq, softirq, steal; guests' time is in user's already.
	const ticks = lines[0]!
		.trim()
		.split(/\s+/)
		.slice(1, 9)
		.reduce((sum, text) => sum + Number(text), 0);
	return {systemNanoseconds: ticks * NANOSECONDS_PER_TICK, onlineCpus: lines.length - 1};
}

function pidsUsage(place: Place | undefined): Usage['pids'] {
	if (place === undefined) return {current: 0};
	return {
		current: readNumber(`${place.directory}/pids.current`) ?? 0,
		limit: readNumber(`${place.directory}/pids.max`),
	};
}

function ioUsage(place: Place | undefined): Usage['blockIO'] {
	if (place === undefined) return {readBytes: 0, writeBytes: 0};
	const files = place.hierarchy.version === 2 ? ['io.stat'] : legacyIoFiles;
	const texts = files.map(file => readAccount(`${place.directory}/${file}`) ?? '');
	// v2: `8:0 rbytes=1 wbytes=2 …`; v1: a line `8:0 Read 1` for each. One sum over all disks.
	const sum = (pattern: RegExp): number =>
		Math.max(...texts.map(text => [...text.matchAll(pattern)].reduce((total, found) => total + Number(found[1]), 0)));
	return {readBytes: sum(/\b(?:rbytes=|Read )(\d+)/g), writeBytes: sum(/\b(?:wbytes=|Write )(\d+)/g)};
}

/** v1 has no account of its own: the throttle counts while it has a rule, BFQ while it is the disk's scheduler. */
const legacyIoFiles = ['blkio.throttle.io_service_bytes_recursive', 'blkio.bfq.io_service_bytes_recursive'];
