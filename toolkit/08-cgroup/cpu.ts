/**
 * CPU time: a weight for when it is short, and a quota for always.
 *
 *     period  |██████░░░░|██████░░░░|██████░░░░|     quota 60000 of 100000 µs: runs, then waits for the next period
 *
 * The surprise: three busy processes under a quota of one CPU use it up in a third of the period, and then all
 * three stand still together.
 *
 * Sources: cgroup-v2.rst "CPU", cgroup-v1/cpu (sched-bwc.rst), opencontainers/cgroups ConvertCPUSharesToCgroupV2Value.
 * @module
 */
import type {CpuResources, Version, Write} from '#cgroup/resources';

/** What to write for these limits. */
export function cpuWrites(version: Version, cpu: CpuResources): readonly Write[] {
	return version === 2 ? unified(cpu) : legacy(cpu);
}

/**
 * Turns v1's shares (2 to 262144, by default 1024) into v2's weight (1 to 10000, by default 100).
 *
 * The curve goes through both ends and both defaults: who asked for the usual share gets the usual weight.
 */
export function weightOfShares(shares: number): number {
	if (shares <= 2) return 1;
	if (shares >= 262144) return 10000;
	const bits = Math.log2(shares);
	const exponent = (bits * bits + 125 * bits) / 612 - 7 / 34;
	// A hair above a whole number is rounding, not a bigger weight.
	return Math.ceil(10 ** exponent - 1e-9);
}

function unified(cpu: CpuResources): readonly Write[] {
	const writes: Write[] = [];
	if (cpu.idle !== undefined) writes.push(write('cpu.idle', cpu.idle));
	// An idle cgroup has no weight, and the kernel refuses one.
	if (cpu.shares && cpu.idle !== 1) writes.push(write('cpu.weight', weightOfShares(cpu.shares)));
	if (cpu.quota || cpu.period) {
		const quota = cpu.quota !== undefined && cpu.quota > 0 ? cpu.quota : 'max';
		writes.push(write('cpu.max', `${quota} ${cpu.period || 100000}`));
	}
	if (cpu.burst !== undefined) writes.push(write('cpu.max.burst', cpu.burst));
	return writes;
}

function legacy(cpu: CpuResources): readonly Write[] {
	const writes: Write[] = [];
	if (cpu.idle !== undefined) writes.push(write('cpu.idle', cpu.idle));
	if (cpu.shares && cpu.idle !== 1) writes.push(write('cpu.shares', cpu.shares));
	if (cpu.period) writes.push(write('cpu.cfs_period_us', cpu.period));
	if (cpu.quota) writes.push(write('cpu.cfs_quota_us', cpu.quota));
	if (cpu.burst !== undefined) writes.push(write('cpu.cfs_burst_us', cpu.burst));
	if (cpu.realtimePeriod) writes.push(write('cpu.rt_period_us', cpu.realtimePeriod));
	if (cpu.realtimeRuntime) writes.push(write('cpu.rt_runtime_us', cpu.realtimeRuntime));
	return writes;
}

function write(file: string, value: number | string): Write {
	return {controller: 'cpu', file, text: String(value)};
}
