/**
 * Which CPUs and which memory nodes.
 *
 * Both versions use the same files. In v1 a new cgroup has neither CPUs nor memory, and nobody can enter until it has
 * both; in v2 an empty file means "as the parent".
 *
 * Sources: cpuset(7), cgroup-v2.rst "Cpuset".
 * @module
 */

import type {CpuResources, Write} from '#cgroup/resources';
import {readKernelFile, writeKernelFile} from '#kernel/file';

/** What to write for these limits, in either version. */
export function cpusetWrites({cpus, mems}: CpuResources): readonly Write[] {
	const writes: Write[] = [];
	if (cpus) writes.push({controller: 'cpuset', file: 'cpuset.cpus', text: cpus});
	if (mems) writes.push({controller: 'cpuset', file: 'cpuset.mems', text: mems});
	return writes;
}

/**
 * Gives a new v1 cpuset what its parent has, where it has nothing yet.
 *
 * @throws {KernelError} `EACCES` if they aren't ours.
 */
export function inheritCpuset(parentDirectory: string, directory: string): void {
	for (const file of ['cpuset.cpus', 'cpuset.mems']) {
		if (readKernelFile(`${directory}/${file}`).trim() !== '') continue;
		writeKernelFile(`${directory}/${file}`, readKernelFile(`${parentDirectory}/${file}`).trim());
	}
}
