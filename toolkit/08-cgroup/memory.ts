/**
 * Memory: how much, with and without swap, and what happened when it wasn't enough.
 *
 *                 limit                swap (OCI: memory and swap together)
 *     ├─────────────┼────────────────────┤
 *      memory.max     memory.swap.max         v2: swap alone, the difference
 *      memory.limit_in_bytes
 *      memory.memsw.limit_in_bytes ──────┤    v1: the sum
 *
 * The surprise: a process is not told that it may not have more. malloc(3) succeeds, and when the pages are touched
 * and nothing can be given back, the kernel kills.
 *
 * Sources: cgroup-v2.rst "Memory", cgroup-v1/memory.rst, opencontainers/runtime-spec config-linux.md "Memory".
 * @module
 */
import type {MemoryResources, Version, Write} from '#cgroup/resources';

/**
 * What to write for these limits.
 *
 * The kernel takes v1's two limits only in the order in which the sum never falls below the part. Which one that is
 * depends on what was set before: whoever writes them repeats what was refused after the rest.
 *
 * @throws {Error} if memory and swap contradict each other.
 */
export function memoryWrites(version: Version, memory: MemoryResources): readonly Write[] {
	const {limit = 0, swap = 0} = memory;
	if (swap > 0 && limit > 0 && swap < limit) {
		throw new Error(
			`memory and swap together (${swap} bytes) can't be less than memory alone (${limit} bytes): raise --memory-swap`,
		);
	}
	return version === 2 ? unified(memory) : legacy(memory);
}

/** How much swap alone: v2 counts it apart, the specification together with memory. Undefined: leave it as it is. */
export function swapAlone({limit = 0, swap = 0}: MemoryResources): 'max' | number | undefined {
	if (swap === -1 || (limit === -1 && swap === 0)) return 'max';
	if (swap === 0) return undefined;
	if (limit <= 0) throw new Error('a limit on memory and swap needs one on memory alone: give --memory as well');
	return swap - limit;
}

function unified(memory: MemoryResources): readonly Write[] {
	const writes: Write[] = [];
	const swap = swapAlone(memory);
	if (swap !== undefined) writes.push(write('memory.swap.max', swap, noSwapAccount));
	if (memory.limit) writes.push(write('memory.max', memory.limit));
	if (memory.reservation) writes.push(write('memory.low', memory.reservation));
	return writes;
}

function legacy(memory: MemoryResources): readonly Write[] {
	const writes: Write[] = [];
	const swap = memory.limit === -1 && !memory.swap ? -1 : memory.swap;
	if (memory.limit) writes.push(write('memory.limit_in_bytes', memory.limit));
	if (swap) writes.push(write('memory.memsw.limit_in_bytes', swap, noSwapAccount));
	if (memory.reservation) writes.push(write('memory.soft_limit_in_bytes', memory.reservation));
	if (memory.swappiness !== undefined) writes.push(write('memory.swappiness', memory.swappiness));
	if (memory.disableOOMKiller) writes.push(write('memory.oom_control', 1));
	return writes;
}

const noSwapAccount = 'this kernel keeps no account of swap: memory is limited without it';

function write(file: string, value: number | string, withoutIt?: string): Write {
	// v1 takes -1 for no limit, v2 the word.
	const text = value === -1 && !file.endsWith('in_bytes') ? 'max' : String(value);
	return {controller: 'memory', file, text, ...(withoutIt === undefined ? {} : {withoutIt})};
}
