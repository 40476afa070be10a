/**
 * What containers use, and which processes they have.
 * @module
 */
import {readFileSync} from 'node:fs';
import {cpus} from 'node:os';
import {type Usage, usage} from '#cgroup';
import type {ContainerRecord} from '#engine/record';
import {cgroupOf} from '#engine/stop';
import {tolerate} from '#kernel/error';
import {readKernelFile} from '#kernel/file';

/** One reading of a container. */
export interface StatsSample {
	readonly usage: Usage;
	/** All bytes that came in and went out by its network interfaces, loopback aside. */
	readonly network: {readonly receivedBytes: number; readonly sentBytes: number};
	/** Nanoseconds of a clock that only goes forward. */
	readonly takenAtNanoseconds: bigint;
}

/** What docker stats shows in a row. */
export interface Stats {
	/** Percent of one CPU. */
	readonly cpuPercent: number;
	readonly memoryBytes: number;
	/** Its limit, or the machine's memory. */
	readonly memoryLimitBytes: number;
	readonly memoryPercent: number;
	readonly network: StatsSample['network'];
	readonly block: {readonly readBytes: number; readonly writtenBytes: number};
	readonly pids: number;
}

/** Reads a running container's meters. */
export function sampleStats(record: ContainerRecord): StatsSample {
	return {
		usage: usage(cgroupOf(record)),
		network: networkTraffic(record.state.process?.pid),
		takenAtNanoseconds: process.hrtime.bigint(),
	};
}

/** What was used between two readings. */
export function statsBetween(before: StatsSample, after: StatsSample): Stats {
	const {usage: now} = after;
	const elapsed = Number(after.takenAtNanoseconds - before.takenAtNanoseconds);
	const spent = now.cpu.usageNanoseconds - before.usage.cpu.usageNanoseconds;
	const memoryBytes = now.memory.workingSetBytes;
	const memoryLimitBytes = Math.min(now.memory.limitBytes ?? Number.POSITIVE_INFINITY, machineMemoryBytes());
	return {
		cpuPercent: elapsed === 0 ? 0 : Math.max(0, (spent / elapsed) * 100),
		memoryBytes,
		memoryLimitBytes,
		memoryPercent: (memoryBytes / memoryLimitBytes) * 100,
		network: after.network,
		block: {readBytes: now.blockIO.readBytes, writtenBytes: now.blockIO.writeBytes},
		pids: now.pids.current,
	};
}

/** How many CPUs the machine has: 100 percent each. */
export const cpuCount = (): number => cpus().length;

function networkTraffic(pid: number | undefined): StatsSample['network'] {
	const table =
		pid === undefined
			? undefined
			: tolerate(['ENOENT', 'ESRCH', 'EINVAL'], () => readKernelFile(`/proc/${pid}/net/dev`));
	let receivedBytes = 0;
	let sentBytes = 0;
	// Two lines of headings, then `name: received… sent…` with eight columns each.
	for (const line of (table ?? '').split('\n').slice(2)) {
		const [name, counters] = line.split(':');
		if (counters === undefined || name?.trim() === 'lo') continue;
		const columns = counters.trim().split(/\s+/).map(Number);
		receivedBytes += columns[0] ?? 0;
		sentBytes += columns[8] ?? 0;
	}
	return {receivedBytes, sentBytes};
}

function machineMemoryBytes(): number {
	return Number(/^MemTotal:\s+(\d+) kB/m.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1] ?? 0) * 1024;
}
