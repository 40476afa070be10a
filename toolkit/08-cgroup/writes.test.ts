import assert from 'node:assert/strict';
import {test} from 'node:test';
import fc from 'fast-check';
import {weightOfShares} from '#cgroup/cpu';
import {ioWeight} from '#cgroup/io';
import {asksForLimits} from '#cgroup/limits';
import {swapAlone} from '#cgroup/memory';
import type {Resources, Version} from '#cgroup/resources';
import {warningsFor, writesFor} from '#cgroup/writes';

/** `file text` for each write. */
function lines(version: Version, resources: Resources): readonly string[] {
	return writesFor(version, resources).map(({file, text}) => `${file} ${text}`);
}

const cases: readonly {
	readonly name: string;
	readonly resources: Resources;
	readonly v1: string[];
	readonly v2: string[];
}[] = [
	{name: 'nothing', resources: {}, v1: [], v2: []},
	{
		name: 'memory without swap',
		resources: {memory: {limit: 1000, swap: 1000, reservation: 500}},
		v1: ['memory.limit_in_bytes 1000', 'memory.memsw.limit_in_bytes 1000', 'memory.soft_limit_in_bytes 500'],
		v2: ['memory.swap.max 0', 'memory.max 1000', 'memory.low 500'],
	},
	{
		name: 'memory with as much swap',
		resources: {memory: {limit: 1000, swap: 2000}},
		v1: ['memory.limit_in_bytes 1000', 'memory.memsw.limit_in_bytes 2000'],
		v2: ['memory.swap.max 1000', 'memory.max 1000'],
	},
	{
		name: 'memory with swap without limit',
		resources: {memory: {limit: 1000, swap: -1}},
		v1: ['memory.limit_in_bytes 1000', 'memory.memsw.limit_in_bytes -1'],
		v2: ['memory.swap.max max', 'memory.max 1000'],
	},
	{
		name: 'memory, swap as it was',
		resources: {memory: {limit: 1000}},
		v1: ['memory.limit_in_bytes 1000'],
		v2: ['memory.max 1000'],
	},
	{
		name: 'no limit on memory any more',
		resources: {memory: {limit: -1}},
		v1: ['memory.limit_in_bytes -1', 'memory.memsw.limit_in_bytes -1'],
		v2: ['memory.swap.max max', 'memory.max max'],
	},
	{
		name: 'what only v1 knows',
		resources: {memory: {swappiness: 0, disableOOMKiller: true}},
		v1: ['memory.swappiness 0', 'memory.oom_control 1'],
		v2: [],
	},
	{
		name: 'a CPU and a half',
		resources: {cpu: {quota: 150000, period: 100000, shares: 512, burst: 10000}},
		v1: ['cpu.shares 512', 'cpu.cfs_period_us 100000', 'cpu.cfs_quota_us 150000', 'cpu.cfs_burst_us 10000'],
		v2: ['cpu.weight 59', 'cpu.max 150000 100000', 'cpu.max.burst 10000'],
	},
	{name: 'a quota alone', resources: {cpu: {quota: 5000}}, v1: ['cpu.cfs_quota_us 5000'], v2: ['cpu.max 5000 100000']},
	{name: 'no quota', resources: {cpu: {quota: -1}}, v1: ['cpu.cfs_quota_us -1'], v2: ['cpu.max max 100000']},
	{
		name: 'idle: a weight would be refused',
		resources: {cpu: {idle: 1, shares: 1024}},
		v1: ['cpu.idle 1'],
		v2: ['cpu.idle 1'],
	},
	{
		name: 'which CPUs',
		resources: {cpu: {cpus: '0-2,7', mems: '0'}},
		v1: ['cpuset.cpus 0-2,7', 'cpuset.mems 0'],
		v2: ['cpuset.cpus 0-2,7', 'cpuset.mems 0'],
	},
	{name: 'a hundred processes', resources: {pids: {limit: 100}}, v1: ['pids.max 100'], v2: ['pids.max 100']},
	{name: 'any number of processes', resources: {pids: {limit: 0}}, v1: ['pids.max max'], v2: ['pids.max max']},
	{
		name: 'disks',
		resources: {
			blockIO: {
				weight: 500,
				weightDevice: [{major: 8, minor: 0, weight: 10}],
				throttleReadBpsDevice: [{major: 8, minor: 0, rate: 1048576}],
				throttleWriteIOPSDevice: [{major: 8, minor: 16, rate: 0}],
			},
		},
		v1: [
			'blkio.weight 500',
			'blkio.weight_device 8:0 10',
			'blkio.throttle.read_bps_device 8:0 1048576',
			'blkio.throttle.write_iops_device 8:16 0',
		],
		v2: ['io.bfq.weight 500', 'io.bfq.weight 8:0 10', 'io.max 8:0 rbps=1048576', 'io.max 8:16 wiops=max'],
	},
	{
		name: 'devices',
		resources: {
			devices: [
				{allow: false, access: 'rwm'},
				{allow: true, type: 'c', major: 1, minor: 3},
				{allow: true, type: 'b', major: -1, access: 'm'},
			],
		},
		v1: ['devices.deny a *:* rwm', 'devices.allow c 1:3 rwm', 'devices.allow b *:* m'],
		v2: [],
	},
	{name: 'v2’s own words', resources: {unified: {'memory.high': '900'}}, v1: [], v2: ['memory.high 900']},
];

for (const {name, resources, v1, v2} of cases) {
	test(`writesFor() turns ${name} into both versions’ files`, () => {
		assert.deepEqual(lines(1, resources), v1);
		assert.deepEqual(lines(2, resources), v2);
	});
}

test('writesFor() names the file that other kernels have', () => {
	const [write] = writesFor(2, {blockIO: {weight: 500}});
	assert.deepEqual(write?.instead, {file: 'io.weight', text: 'default 4950'});
	assert.deepEqual(writesFor(1, {blockIO: {weight: 500}})[0]?.instead, {file: 'blkio.bfq.weight', text: '500'});
});

test('writesFor() refuses a name that is no limit’s file', () => {
	for (const file of ['../x', 'memory/../../x', 'cgroup.procs', 'memory', 'memory.max\n']) {
		assert.throws(() => writesFor(2, {unified: {[file]: '1'}}), /not a limit's file/, file);
	}
});

test('warningsFor() tells what v2 leaves out', () => {
	const resources: Resources = {devices: [{allow: false}], memory: {swappiness: 10, disableOOMKiller: true}};
	assert.deepEqual(warningsFor(1, resources), []);
	assert.equal(warningsFor(2, resources).length, 3);
	assert.match(warningsFor(2, resources)[0]!, /BPF program/);
});

test('swapAlone() is what the sum leaves', () => {
	fc.assert(
		fc.property(fc.integer({min: 1}), fc.nat(), (limit, more) => {
			assert.equal(swapAlone({limit, swap: limit + more}), more);
		}),
	);
	assert.throws(() => swapAlone({swap: 1000}), /give --memory as well/);
});

test('weightOfShares() keeps ends, default and order', () => {
	assert.deepEqual([2, 1024, 262144].map(weightOfShares), [1, 100, 10000]);
	fc.assert(
		fc.property(fc.integer({min: 2, max: 262144}), fc.integer({min: 2, max: 262144}), (one, other) => {
			const [less, more] = [Math.min(one, other), Math.max(one, other)].map(weightOfShares) as [number, number];
			assert.ok(less <= more && less >= 1 && more <= 10000);
		}),
	);
});

test('ioWeight() keeps both ends', () => {
	assert.deepEqual([10, 1000].map(ioWeight), [1, 10000]);
});

test('asksForLimits() is false for what lifts limits or concerns devices', () => {
	assert.equal(
		asksForLimits({pids: {limit: -1}, memory: {limit: -1}, cpu: {quota: -1}, devices: [{allow: false}]}),
		false,
	);
	assert.equal(asksForLimits({pids: {limit: 1}}), true);
});
