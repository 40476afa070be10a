import assert from 'node:assert/strict';
import {test} from 'node:test';
import fc from 'fast-check';
import type {Snapshot} from '#observe/types';
import {processOf, snapshotOf} from '../state/testing.ts';
import {stringsOf} from '../strings/strings.ts';
import {lineText, lineWidth, run} from '../text/line.ts';
import {cgroupRows} from './cgroups.ts';
import {descriptorRows} from './descriptors.ts';
import {mapRows} from './map.ts';
import {mountRows} from './mounts.ts';
import {namespaceRows} from './namespaces.ts';
import {networkRows} from './network.ts';
import {mostTelling, type PanelInput, panelLines, type Row} from './panel.ts';
import {processRows} from './processes.ts';

const strings = stringsOf('en');

function inputOf(fields: Partial<PanelInput>): PanelInput {
	const now = fields.now ?? snapshotOf({});
	return {
		now,
		since: undefined,
		before: undefined,
		shell: undefined,
		family: [],
		descriptors: [],
		descriptorsSince: undefined,
		strings,
		width: 80,
		...fields,
	};
}

const drawn = (rows: readonly Row[], height = 30) => panelLines(rows, 80, height, strings).map(lineText);

test('processRows() shows a tree with both numberings, and marks what is new, changed and gone', () => {
	const shell = processOf({pid: 10, pids: [10], argv: ['bash']});
	const inner = processOf({pid: 12, pids: [12, 1], ppid: 10, argv: ['sleep', '9']});
	const ended = processOf({pid: 11, ppid: 10, argv: ['cat']});
	const dying = processOf({pid: 13, pids: [13, 2], ppid: 12, argv: [], comm: 'sh'});
	const since = snapshotOf({processes: [shell, ended, dying]});
	const now = snapshotOf({processes: [shell, inner, {...dying, state: 'zombie'}]});
	assert.deepEqual(drawn(processRows(inputOf({now, since, shell, family: now.processes}))), [
		'  here    inside  process',
		'  10              bash ◀ you',
		'− 11              ├─ cat',
		'+ 12      1       └─ sleep 9',
		'~ 13      2          └─ [sh] zombie',
	]);
});

test('processRows() takes a number that was given again for another process', () => {
	const old = processOf({pid: 10, startTicks: 1});
	const young = processOf({pid: 10, startTicks: 2, argv: ['cat']});
	const rows = processRows(inputOf({now: snapshotOf({processes: [young]}), since: snapshotOf({processes: [old]})}));
	assert.deepEqual(
		rows.map(({change}) => change),
		[undefined, 'gone', 'new'],
	);
});

test('mountRows() shows propagation, and in another namespace only what differs', () => {
	const mount = (id: number, mountPoint: string, propagation: 'shared' | 'private') => ({
		id,
		parentId: 1,
		device: '0:1',
		root: '/',
		mountPoint,
		options: ['rw'],
		propagation,
		fileSystem: 'tmpfs',
		source: 'tmpfs',
		superOptions: [],
	});
	const shell = processOf({pid: 10, namespaces: {mnt: 1}});
	const child = processOf({pid: 11, ppid: 10, namespaces: {mnt: 2}});
	const own = {id: 1, through: 10, mounts: [mount(1, '/', 'shared')]};
	const other = {id: 2, through: 11, mounts: [mount(5, '/', 'shared'), mount(6, '/secret', 'private')]};
	const now = snapshotOf({processes: [shell, child], mountNamespaces: [own, other]});
	const since = snapshotOf({processes: [shell], mountNamespaces: [own]});
	const lines = drawn(mountRows(inputOf({now, since, shell, family: [shell, child]})));
	assert.match(lines[0]!, /^ {2}mounts of sh \(10\)/);
	assert.match(lines[1]!, /^ {2}\/ .* tmpfs .* rw shared$/);
	assert.match(lines[2]!, /^\+ mounts of sh \(11\)/);
	assert.match(lines[3]!, /^\+ \/secret .* private$/);
	assert.match(lines[4]!, /1 mount as above/);
	assert.equal(lines.length, 5);
});

test('mountRows() tells of a mount that moved, and not of each one that it took along', () => {
	const mount = (id: number, parentId: number, mountPoint: string, device: string, root = '/') => ({
		id,
		parentId,
		device,
		root,
		mountPoint,
		options: ['rw'],
		propagation: 'private' as const,
		fileSystem: 'ext4',
		source: '',
		superOptions: [],
	});
	const shell = processOf({pid: 10, namespaces: {mnt: 1}});
	const child = processOf({pid: 11, ppid: 10, namespaces: {mnt: 2}});
	const own = {id: 1, through: 10, mounts: [mount(1, 0, '/', '8:1'), mount(2, 1, '/dev', '0:5')]};
	const root = mount(13, 0, '/', '8:1', '/srv');
	const pivoted = {id: 2, through: 11, mounts: [mount(11, 13, '/old', '8:1'), mount(12, 11, '/old/dev', '0:5'), root]};
	const [processes, family] = [
		[shell, child],
		[shell, child],
	];
	const before = snapshotOf({processes, mountNamespaces: [own, {...pivoted, mounts: own.mounts}]});
	const swapped = snapshotOf({processes, mountNamespaces: [own, pivoted]});
	const textOf = (now: Snapshot, since: Snapshot) =>
		drawn(mountRows(inputOf({now, since, shell, family})))
			.slice(4)
			.map(text => text.replaceAll(/ +/g, ' '));
	assert.deepEqual(textOf(swapped, before), [
		'+ /old ext4 rw private',
		'+ / ext4 rw private',
		' 1 mount below these came along',
		' none of the mounts above',
	]);
	const alone = snapshotOf({processes, mountNamespaces: [own, {...pivoted, mounts: [root]}]});
	assert.deepEqual(textOf(alone, swapped), [
		' / ext4 rw private',
		'− /old ext4 rw private',
		' none of the mounts above',
	]);
});

test('mountRows() says once that a copied table is private', () => {
	const shared = {id: 1, parentId: 0, device: '8:1', root: '/', mountPoint: '/', options: ['rw'], superOptions: []};
	const mounts = ['/', '/dev', '/run'].map((mountPoint, at) => ({
		...shared,
		id: at + 1,
		parentId: at === 0 ? 0 : 1,
		device: `8:${at}`,
		mountPoint,
		fileSystem: 'ext4',
		source: '',
		propagation: 'shared' as const,
	}));
	const shell = processOf({pid: 10, namespaces: {mnt: 1}});
	const child = processOf({pid: 11, ppid: 10, namespaces: {mnt: 2}});
	const copy = mounts.map(mount => ({...mount, propagation: 'private' as const}));
	const tables = [
		{id: 1, through: 10, mounts},
		{id: 2, through: 11, mounts: copy},
	];
	const now = snapshotOf({processes: [shell, child], mountNamespaces: tables});
	const lines = drawn(mountRows(inputOf({now, since: now, shell, family: [shell, child]}))).slice(5);
	assert.match(lines[0]!, /^ {2}\/ +ext4 +rw private$/);
	assert.deepEqual(lines.slice(1), ['  2 mounts as above, but for their propagation']);
});

test('namespaceRows() has a column for each process that lives elsewhere, and marks the kinds that differ', () => {
	const init = processOf({pid: 1, comm: 'init', namespaces: {pid: 1, uts: 1}});
	const shell = processOf({pid: 10, ppid: 1, namespaces: {pid: 1, uts: 1}});
	const child = processOf({pid: 11, ppid: 10, comm: 'unshared', namespaces: {pid: 1, uts: 9}});
	const now = snapshotOf({processes: [init, shell, child]});
	const since = snapshotOf({processes: [init, shell]});
	const lines = drawn(namespaceRows(inputOf({now, since, shell, family: [shell, child]})));
	assert.match(lines[0]!, /init 1 +sh 10 +unshared 11/);
	assert.match(lines[1]!, /^ {2}pid +1 +1 +1/);
	assert.match(lines[3]!, /^\+ uts +1 +1 +9/);
});

test('cgroupRows() draws a meter where there is a limit', () => {
	const shell = processOf({pid: 10});
	const cgroup = {
		version: 2,
		controllers: ['memory', 'pids'],
		path: '/drydock/4f2a',
		processes: [10],
		limits: {'memory.max': String(64 * 1024 ** 2)},
		usage: {'memory.current': 32 * 1024 ** 2, 'pids.current': 3},
		frozen: true,
	} as const;
	const now = snapshotOf({processes: [shell], cgroups: [cgroup]});
	const lines = drawn(cgroupRows(inputOf({now, shell, family: [shell]})));
	assert.match(lines[0]!, /\/drydock\/4f2a {2}v2 memory,pids {2}1 process frozen/);
	assert.match(lines[1]!, /memory +█{15}░{15} 32.0 MiB of 64.0 MiB/);
	assert.match(lines[2]!, /pids +3$/);
});

test('networkRows() shows links with their cables, and routes', () => {
	const lo = {
		index: 1,
		name: 'lo',
		kind: 'loopback',
		mac: '',
		mtu: 65536,
		up: true,
		running: true,
		addresses: ['127.0.0.1/8'],
	};
	const veth = {...lo, index: 2, name: 'eth0', kind: 'veth', up: false, peer: {index: 7, netnsid: 0}, addresses: []};
	const shell = processOf({pid: 10, namespaces: {net: 4}});
	const stack = {
		id: 4,
		through: 10,
		links: [lo, veth],
		routes: [{destination: 'default', gateway: '10.0.0.1', link: 'eth0'}],
	};
	const now = snapshotOf({processes: [shell], netNamespaces: [stack]});
	const since = snapshotOf({processes: [shell], netNamespaces: [{...stack, links: [lo], routes: []}]});
	const lines = drawn(networkRows(inputOf({now, since, shell, family: [shell]})));
	assert.match(lines[1]!, /^ {2}1: lo +loopback +up +127.0.0.1\/8/);
	assert.match(lines[2]!, /^\+ 2: eth0 +veth +down +⇄ #7 ↗/);
	assert.match(lines[3]!, /^\+ → default via 10.0.0.1 dev eth0/);
});

test('descriptorRows() shows what each process has open, and what the last command opened', () => {
	const shell = processOf({pid: 10, comm: 'bash', argv: ['bash']});
	const tty = {pid: 10, descriptor: 0, target: '/dev/pts/0'};
	const secret = {pid: 10, descriptor: 7, target: '/root/secret'};
	const now = snapshotOf({processes: [shell]});
	const rows = descriptorRows(inputOf({now, family: [shell], descriptors: [tty, secret], descriptorsSince: [tty]}));
	assert.deepEqual(drawn(rows), ['  bash (10)', '     0 → /dev/pts/0', '+    7 → /root/secret']);
});

test('descriptorRows() calls a process by its number in the sandbox, and a zombie new only once', () => {
	const shell = processOf({pid: 710, pids: [710, 10], comm: 'bash'});
	const zombie = processOf({pid: 711, pids: [711, 11], comm: 'sleep', state: 'zombie'});
	const family = [shell, zombie];
	const rowsSince = (since: Snapshot) =>
		drawn(descriptorRows(inputOf({since, shell, family, descriptors: [], descriptorsSince: []})));
	assert.deepEqual(rowsSince(snapshotOf({processes: [shell]})), ['  bash (10)', '+ sleep (11)']);
	assert.deepEqual(rowsSince(snapshotOf({processes: family})), ['  bash (10)', '  sleep (11)']);
});

test('panelLines() keeps what changed when room is short, and counts the rest', () => {
	const rows: Row[] = Array.from({length: 40}, (_, index) => ({line: [{text: `row ${index}`, style: {}}]}));
	rows[30] = {...rows[30]!, change: 'new'};
	assert.deepEqual(panelLines(rows, 20, 3, strings).map(lineText), ['  row 0', '+ row 30', '  … 38 more']);
});

test('panelLines() makes no line wider than asked, nor more than asked', () => {
	const row = fc.record({
		line: fc.array(fc.record({text: fc.constantFrom('进程', 'process ', '─'), style: fc.constant({})})),
	});
	fc.assert(
		fc.property(fc.array(row), fc.integer({min: 4, max: 60}), fc.integer({min: 1, max: 20}), (rows, width, height) => {
			const lines = panelLines(rows, width, height, strings);
			assert.ok(lines.length <= height);
			for (const drawn of lines) assert.ok(lineWidth(drawn) <= width, lineText(drawn));
		}),
	);
});

test('mapRows() tells of the groups, and all about the one that the learner made', () => {
	const init = processOf({pid: 1, comm: 'init', namespaces: {pid: 1, uts: 1, mnt: 1}});
	const shell = processOf({pid: 10, ppid: 1, namespaces: {pid: 1, uts: 1, mnt: 1}});
	const child = processOf({pid: 11, pids: [11, 1], ppid: 10, argv: ['cat'], namespaces: {pid: 7, uts: 1, mnt: 1}});
	const since = snapshotOf({processes: [init, shell]});
	const alone = drawn(mapRows(inputOf({now: since, since, shell, family: [shell]})));
	assert.match(alone.join('\n'), /there is no container/);
	const now = snapshotOf({processes: [init, shell, child]});
	const lines = drawn(mapRows(inputOf({now, since, shell, family: [shell, child]})), 60).join('\n');
	assert.match(lines, /^\+ without a name +11 cat +pid · +·/m);
	assert.match(lines, /^\+ 11 +1 +└─ cat/m);
	assert.match(lines, /^\+ pid +1 +7 +own/m);
	assert.match(lines, /^ {2}uts +1 +1 +the host’s/m);
});

test('mostTelling() keeps the headings of what changed, and gives up those of what did not', () => {
	const row = (text: string, more: Partial<Row> = {}): Row => ({line: [run(text)], ...more});
	const rows = [
		row('one', {heads: 1}),
		...['a', 'b'].map(text => row(text, {important: true})),
		row('two', {heads: 1}),
		row('left', {heads: 2}),
		row('c', {important: true}),
		row('right', {heads: 2}),
		row('d', {change: 'new'}),
	];
	const shown = (room: number) => mostTelling(rows, room).map(({line}) => lineText(line));
	assert.deepEqual(shown(3), ['two', 'right', 'd']);
	assert.deepEqual(shown(4), ['a', 'two', 'right', 'd']);
});

test('mostTelling() shows no heading without anything below it', () => {
	const heading = (text: string): Row => ({line: [run(text)], important: true, heads: 1});
	const rows = [
		heading('one'),
		...['a', 'b', 'c'].map(text => ({line: [run(text)]})),
		heading('two'),
		heading('three'),
	];
	const shown = (room: number) => mostTelling(rows, room).map(({line}) => lineText(line));
	assert.deepEqual(shown(3), ['one', 'a', 'b']);
	assert.deepEqual(shown(1), ['a']);
});
