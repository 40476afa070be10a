import assert from 'node:assert/strict';
import {test} from 'node:test';
import fc from 'fast-check';
import {
	listProcessStats,
	parseCgroupFile,
	parseProcessStat,
	parseProcessStatus,
	readProcess,
	splitArguments,
} from '#observe/processes';

test('parseProcessStat() is not fooled by any name', () => {
	fc.assert(
		fc.property(fc.string({maxLength: 15}), fc.nat(), fc.nat(), (comm, pid, start) => {
			const fields = ['S', '1', '2', '3', '4', '5', '0', ...Array(12).fill('0'), String(start), '0', '0'];
			const stat = parseProcessStat(`${pid} (${comm}) ${fields.join(' ')}\n`);
			assert.deepEqual(stat, {
				pid,
				comm,
				stateLetter: 'S',
				ppid: 1,
				pgid: 2,
				sid: 3,
				tty: 4,
				startTicks: start,
				isKernelThread: false,
			});
		}),
	);
});

test('parseProcessStatus() finds each field, in whatever order they stand, and does without some', () => {
	const fields = {
		Uid: '1\t2\t3\t4',
		Gid: '5\t6\t7\t8',
		NSpid: '4711\t1',
		VmRSS: '    12 kB',
		Threads: '3',
		SigIgn: '0000000000000001',
		SigCgt: '0000000000000100',
		CapInh: 'a',
		CapPrm: 'b',
		CapEff: 'c',
		CapBnd: 'd',
		CapAmb: 'e',
		NoNewPrivs: '1',
		Seccomp: '2',
	};
	const parsed = {
		uids: [1, 2, 3, 4],
		gids: [5, 6, 7, 8],
		pids: [4711, 1],
		rssBytes: 12 * 1024,
		threads: 3,
		ignoredSignals: [1],
		caughtSignals: [9],
		capabilities: {inheritable: 'a', permitted: 'b', effective: 'c', bounding: 'd', ambient: 'e'},
		noNewPrivs: true,
		seccomp: 'filter',
	};
	const lines = Object.entries(fields).map(([name, value]) => `${name}:\t${value}`);
	fc.assert(
		fc.property(fc.shuffledSubarray(lines, {minLength: lines.length}), fc.boolean(), (shuffled, hasEnd) => {
			const text = ['Name:\tUid', ...shuffled].join('\n') + (hasEnd ? '\n' : '');
			assert.deepEqual(parseProcessStatus(text), parsed);
		}),
	);
	const zombie = ['Name:\tsh', ...lines.filter(line => !line.startsWith('VmRSS'))].join('\n');
	assert.deepEqual(parseProcessStatus(zombie), {...parsed, rssBytes: 0});
});

test('parseCgroupFile() keeps colons in paths', () => {
	assert.deepEqual(parseCgroupFile('4:cpu,cpuacct:/a:b\n1:name=systemd:/\n0::/c d\n'), {
		'cpu,cpuacct': '/a:b',
		'name=systemd': '/',
		'': '/c d',
	});
});

test('splitArguments() keeps an empty argument, and not the room that a shorter name leaves', () => {
	assert.deepEqual(splitArguments('sh\0-c\0\0'), ['sh', '-c', '']);
	assert.deepEqual(splitArguments(`drydock agent${'\0'.repeat(90)}`), ['drydock agent']);
	assert.deepEqual(splitArguments('nginx: master process'), ['nginx: master process']);
});

test('readProcess() of one that has gone is undefined', () => {
	const [stat] = listProcessStats();
	assert.equal(readProcess({...stat!, pid: 2 ** 30}), undefined);
});

test('listProcessStats() leaves kernel threads out', () => {
	assert.ok(!listProcessStats().some(({comm}) => comm === 'kthreadd'));
});
