/**
 * Disks: a weight for when they are busy, and rates for always. v1 calls this `blkio`.
 *
 * The surprise: in v1 rates bind only those who write through to the disk. What is written to files goes to the
 * page cache first, and who writes it out later is the kernel. v2 charges it to the cgroup that made the pages dirty.
 *
 * Sources: cgroup-v2.rst "IO", cgroup-v1/blkio-controller.rst, block/bfq-iosched.rst.
 * @module
 */
import type {BlockIoResources, ThrottledDevice, Version, Write} from '#cgroup/resources';

/** What to write for these limits. */
export function ioWrites(version: Version, io: BlockIoResources): readonly Write[] {
	const throttles = [
		...throttle(version, 'rbps', 'blkio.throttle.read_bps_device', io.throttleReadBpsDevice),
		...throttle(version, 'wbps', 'blkio.throttle.write_bps_device', io.throttleWriteBpsDevice),
		...throttle(version, 'riops', 'blkio.throttle.read_iops_device', io.throttleReadIOPSDevice),
		...throttle(version, 'wiops', 'blkio.throttle.write_iops_device', io.throttleWriteIOPSDevice),
	];
	return [...weights(version, io), ...throttles];
}

/** Turns v1's weight (10 to 1000) into that of v2's io.weight (1 to 10000). */
export function ioWeight(weight: number): number {
	return 1 + Math.floor(((weight - 10) * 9999) / 990);
}

function weights(version: Version, io: BlockIoResources): readonly Write[] {
	const writes: Write[] = [];
	if (io.weight) writes.push(weigh(version, '', '', io.weight));
	for (const {major, minor, weight} of io.weightDevice ?? []) {
		if (weight) writes.push(weigh(version, '_device', `${major}:${minor} `, weight));
	}
	return writes;
}

/** BFQ, the one scheduler that weighs, has files of its own; the general ones are there with other kernels. */
function weigh(version: Version, suffix: string, device: string, weight: number): Write {
	const withoutIt = 'this kernel can’t weigh block I/O: the weight is left out';
	if (version === 1) {
		const instead = {file: `blkio.bfq.weight${suffix}`, text: `${device}${weight}`};
		return {controller: 'io', file: `blkio.weight${suffix}`, text: `${device}${weight}`, instead, withoutIt};
	}
	const instead = {file: 'io.weight', text: `${device || 'default '}${ioWeight(weight)}`};
	return {controller: 'io', file: 'io.bfq.weight', text: `${device}${weight}`, instead, withoutIt};
}

/** A rate of 0 is no limit. */
function throttle(
	version: Version,
	key: string,
	file: string,
	devices: readonly ThrottledDevice[] = [],
): readonly Write[] {
	return devices.map(({major, minor, rate}) =>
		version === 1
			? {controller: 'io', file, text: `${major}:${minor} ${rate}`}
			: {controller: 'io', file: 'io.max', text: `${major}:${minor} ${key}=${rate === 0 ? 'max' : rate}`},
	);
}
