import assert from 'node:assert/strict';
import {test} from 'node:test';
import fc from 'fast-check';
import {listProcessStats, parseCgroupFile, parseProcessStat, readProcess} from '#observe/processes';

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

test('parseCgroupFile() keeps colons in paths', () => {
	assert.deepEqual(parseCgroupFile('4:cpu,cpuacct:/a:b\n1:name=systemd:/\n0::/c d\n'), {
		'cpu,cpuacct': '/a:b',
		'name=systemd': '/',
		'': '/c d',
	});
});

test('readProcess() of one that has gone is undefined', () => {
	const [stat] = listProcessStats();
	assert.equal(readProcess({...stat!, pid: 2 ** 30}), undefined);
});

test('listProcessStats() leaves kernel threads out', () => {
	assert.ok(!listProcessStats().some(({comm}) => comm === 'kthreadd'));
});
