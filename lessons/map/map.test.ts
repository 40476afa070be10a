import assert from 'node:assert/strict';
import {type ChildProcess, spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {test} from 'node:test';
import fc from 'fast-check';
import {snapshot} from '#observe';
import {processOf, snapshotOf} from '../app/state/testing.ts';
import {stringsOf} from '../app/strings/strings.ts';
import {lineText, lineWidth} from '../app/text/line.ts';
import {type Chart, chartOf, homeOf} from './chart.ts';
import {groupOf, groupsOf, nameOf} from './groups.ts';
import {drawMap, type MapOptions, mapHasChanges, partNames, shareOut} from './map.ts';

const needsRoot = {skip: process.getuid?.() === 0 ? false : 'needs root'};

/** Starts a program that says when it is ready. */
async function start(command: string, ...args: readonly string[]): Promise<ChildProcess> {
	const child = spawn(command, args, {stdio: ['pipe', 'pipe', 'inherit']});
	await once(child.stdout!, 'data');
	return child;
}

/** In a shell: waits until a process that was just started has become `sleep`. */
function isSleep(pid: string): string {
	return `until [ "$(cat /proc/${pid}/comm)" = sleep ]; do sleep 0.01; done`;
}

async function end(child: ChildProcess): Promise<void> {
	child.stdin!.end();
	await once(child, 'exit');
}

/** This machine as it is now, seen from this process. */
function look(): Chart {
	const seen = snapshot();
	return {...chartOf(seen), home: homeOf({...seen, processes: seen.processes.filter(({pid}) => pid === process.pid)})};
}

function texts(options: Partial<MapOptions> & Pick<MapOptions, 'now'>): readonly string[] {
	return drawMap({strings: stringsOf('en'), width: 80, ...options}).map(lineText);
}

function assertLine(lines: readonly string[], pattern: RegExp): void {
	assert.ok(
		lines.some(line => pattern.test(line)),
		`${pattern} is not in\n${lines.join('\n')}`,
	);
}

test('groupsOf() finds a process that somebody gave namespaces and no name', needsRoot, async () => {
	const shell = await start('unshare', '--uts', '--net', 'sh', '-c', 'echo ready; read line');
	try {
		const chart = look();
		const group = groupOf(chart, shell.pid!);
		assert.deepEqual(Object.keys(group?.own ?? {}), ['uts', 'net']);
		assert.equal(group?.first.pid, shell.pid);
		assert.equal(nameOf(group!), `sh ${shell.pid}`);
		assert.equal(groupOf(chart, process.pid), undefined);
		assertLine(texts({now: chart}), new RegExp(`without a name +${shell.pid} sh .* uts · +net ·`));
	} finally {
		await end(shell);
	}
});

test('groupsOf() finds a process that chroot(2) has put below the top', needsRoot, async () => {
	const since = look();
	const directory = mkdtempSync(join(tmpdir(), 'map-'));
	// A shell would have to be found in there, with all its libraries.
	const program = 'chroot $ARGV[0]; chdir "/"; $| = 1; $0 = "chrooted"; print "ready"; <STDIN>';
	const child = await start('perl', '-e', program, directory);
	try {
		const now = look();
		const group = groupOf(now, child.pid!);
		assert.deepEqual([group?.root, group?.own, groupOf(now, process.pid)], [directory, {}, undefined]);
		assertLine(texts({now, since}), new RegExp(`^\\+ without a name +${child.pid} chrooted +(· +){8}root *$`));
		assertLine(texts({now: since, since: now}), /^− without a name .* root *$/);
		const lines = texts({now, subjects: [{name: 'it', pid: child.pid}]});
		assertLine(lines, new RegExp(`${child.pid} .*chrooted / is ${directory}$`));
		assertLine(lines, new RegExp(`Its / is ${directory}\\.`));
	} finally {
		await end(child);
		rmSync(directory, {recursive: true});
	}
});

test('drawMap() follows mounts that pivot_root(2) moved', needsRoot, async () => {
	const prepare = 'mount -t tmpfs boat /mnt; mkdir /mnt/old; cd /mnt; echo ready; read line';
	const shell = await start('unshare', '--mount', 'sh', '-c', `${prepare}; pivot_root . old; echo again; read line`);
	try {
		const since = look();
		shell.stdin!.write('\n');
		await once(shell.stdout!, 'data');
		const subjects = [{name: 'boat', pid: shell.pid}];
		const lines = texts({now: look(), since, subjects, only: ['mounts']});
		assertLine(lines, /^~ \/ +tmpfs/);
		assertLine(lines, /^~ +.─ \/old /);
		assertLine(lines, /^ +.─ \/old\/proc /);
		assert.ok(!lines.some(line => line.startsWith('−')));
	} finally {
		await end(shell);
	}
});

test('groupsOf() reads an engine’s name out of the cgroup’s path', () => {
	const id = 'ab'.repeat(32);
	const paths = {
		[`/docker/${id}`]: `docker ${id.slice(0, 12)}`,
		[`/system.slice/docker-${id}.scope`]: `docker ${id.slice(0, 12)}`,
		[`/machine.slice/libpod-${id}.scope/container`]: `podman ${id.slice(0, 12)}`,
		[`/kubepods.slice/cri-containerd-${id}.scope`]: undefined,
		'/user.slice/user-0.slice': undefined,
	};
	for (const [path, label] of Object.entries(paths)) {
		const init = processOf({pid: 1, namespaces: {mnt: 1}});
		const other = processOf({pid: 2, ppid: 1, namespaces: {mnt: 2}, cgroups: {'': path}});
		const [group] = groupsOf(chartOf(snapshotOf({processes: [init, other]})));
		if (label !== undefined) assert.equal(group?.label, label, path);
		// Whoever looks from inside is in the same cgroup, and it names nobody.
		const inside = chartOf(snapshotOf({processes: [{...init, cgroups: {'': path}}, other]}));
		assert.equal(groupsOf(inside)[0]?.label, undefined);
	}
});

test('drawMap() shows a process by both its numbers, its namespaces and its mounts', needsRoot, async () => {
	const script = 'mount -t tmpfs mine /mnt; echo ready; read line';
	const unshare = await start('unshare', '--pid', '--fork', '--mount', '--mount-proc', 'sh', '-c', script);
	try {
		const chart = look();
		const shell = chart.snapshot.processes.find(({ppid}) => ppid === unshare.pid);
		const subjects = [{name: 'it', pid: shell?.pid}];
		for (const width of [80, 160]) {
			const lines = texts({now: chart, subjects, width});
			assertLine(lines, width === 80 ? new RegExp(`^ {2}${shell!.pid} +1 +.*sh -c mount`) : /│ {3}1 +sh -c mount/);
			assertLine(lines, new RegExp(`pid +${chart.home.pid} +${shell!.namespaces.pid} +own`));
			assertLine(lines, new RegExp(`net +${chart.home.net} +${chart.home.net} +the host’s`));
			assertLine(lines, /[├└]─ \/mnt +tmpfs +rw private/);
			assertLine(lines, /The host’s own users/);
		}
	} finally {
		await end(unshare);
	}
});

test('drawMap() lights up what has changed since an earlier chart', needsRoot, async () => {
	const mounts = 'mount -t tmpfs mine /mnt; mkdir /mnt/inner; mount -t tmpfs inner /mnt/inner';
	const script = `echo ready; read line; ${mounts}; sleep 60 & ${isSleep('$!')}; echo $!; read line; kill $!`;
	const nobody = look();
	const shell = await start('unshare', '--mount', 'sh', '-c', script);
	const subjects = [{name: 'it', pid: shell.pid}];
	const strings = stringsOf('en');
	try {
		const since = look();
		assert.ok(!mapHasChanges({now: since, since, subjects, strings, width: 80}));
		shell.stdin!.write('\n');
		const [printed] = await once(shell.stdout!, 'data');
		const now = look();
		const lines = texts({now, since, subjects});
		assertLine(lines, new RegExp(`^\\+ ${Number(String(printed))} .*sleep 60`));
		assertLine(lines, /^\+ .*\/mnt +tmpfs/);
		const back = texts({now: since, since: now, subjects});
		assertLine(back, /^− .*sleep 60/);
		assertLine(back, /^− .*\/mnt +tmpfs +rw private +and 1 below it$/);
		// A new table is told of by what it has that the one which it was copied from has not.
		const fresh = texts({now, since: nobody, subjects, only: ['mounts']}).filter(line => line.startsWith('+'));
		assert.deepEqual(
			fresh.map(line => /[^ ]*mnt[^ ]*/.exec(line)?.[0]),
			['/mnt', '/mnt/inner'],
		);
		assertLine(texts({now, since, width: 160}), /^~ without a name/);
	} finally {
		await end(shell);
	}
});

test('drawMap() joins the two ends of a cable, across two network namespaces', needsRoot, async () => {
	const commands = [
		'ip link add ddmap0 type bridge',
		'ip addr add 192.0.2.65/26 dev ddmap0',
		'ip link set ddmap0 up',
		'unshare --net sleep 60 & other=$!',
		isSleep('$other'),
		'ip link add ddmap1 type veth peer name eth9 netns $other',
		'ip link set ddmap1 master ddmap0 up',
		'nsenter --target $other --net ip addr add 192.0.2.66/26 dev eth9',
		'nsenter --target $other --net ip link set eth9 up',
		'nsenter --target $other --net ip route add default via 192.0.2.65',
		'echo $other; read line; kill $other',
	];
	const shell = await start('unshare', '--net', 'sh', '-c', commands.join('\n'));
	try {
		const seen = snapshot({of: {descendantsOf: shell.pid!}});
		const now = chartOf(seen);
		const other = seen.processes.find(({comm}) => comm === 'sleep');
		const subjects = [{name: 'other', pid: other?.pid}];
		const lines = texts({now, subjects, only: ['network']});
		assertLine(lines, /│ ddmap0 {2}192\.0\.2\.65\/26 bridge/);
		assertLine(lines, /│ └─ ddmap1 ═+╪═+╪═ +eth9 {2}192\.0\.2\.66\/26 +│$/);
		assertLine(lines, /default via 192\.0\.2\.65/);
		const widths = new Set(lines.slice(1).map(line => lineWidth([{text: line, style: {}}])));
		assert.ok([...widths].every(width => width <= 80));
	} finally {
		await end(shell);
	}
});

test('drawMap() draws no line too wide and no line too many, in either language', needsRoot, async () => {
	const shell = await start('unshare', '-muinp', '--fork', '--mount-proc', 'sh', '-c', 'echo ready; read line');
	try {
		const now = look();
		const pid = now.snapshot.processes.find(({ppid}) => ppid === shell.pid)?.pid;
		const options = fc.record({
			width: fc.integer({min: 60, max: 200}),
			height: fc.option(fc.integer({min: 18, max: 60}), {nil: undefined}),
			strings: fc.constantFrom(stringsOf('en'), stringsOf('zh')),
			subjects: fc.constantFrom([], [{name: 'it', pid}], [{name: 'gone', pid: undefined}]),
			isNumbered: fc.boolean(),
		});
		fc.assert(
			fc.property(options, given => {
				const lines = drawMap({now, since: now, ...given});
				assert.ok(lines.length > 0 && lines.length <= (given.height ?? Number.POSITIVE_INFINITY));
				for (const line of lines) assert.ok(lineWidth(line) <= given.width, lineText(line));
			}),
		);
	} finally {
		await end(shell);
	}
});

test('drawMap() lets nothing that a program is called steer the terminal', () => {
	const evil = '\x1b]0;owned\x07\u202egnirts\x9b2J';
	const init = processOf({pid: 1, namespaces: {mnt: 1}});
	const other = processOf({pid: 2, ppid: 1, argv: [evil], comm: evil, namespaces: {mnt: 2}});
	const mount = {
		id: 5,
		parentId: 1,
		device: '0:1',
		root: evil,
		mountPoint: evil,
		options: [],
		propagation: 'private',
	} as const;
	const table = {id: 2, through: 2, mounts: [{...mount, fileSystem: evil, source: evil, superOptions: []}]};
	const now = chartOf(snapshotOf({processes: [init, other], mountNamespaces: [table]}));
	const drawn = [
		...texts({now}),
		...texts({now, subjects: [{name: evil, pid: 2}]}),
		...texts({now, subjects: [{name: evil, pid: 3}]}),
	];
	assert.doesNotMatch(drawn.join(''), /[\x00-\x1f\x7f-\x9f\u202e]/);
});

test('drawMap() says what can’t be looked into', () => {
	const init = processOf({pid: 1, namespaces: {mnt: 1, net: 1}});
	const closed = processOf({pid: 2, ppid: 1});
	const guest = processOf({pid: 3, ppid: 1, namespaces: {mnt: 2, net: 2}});
	const now = chartOf(
		snapshotOf({processes: [init, closed, guest], netNamespaces: [{id: 1, through: 1, links: [], routes: []}]}),
	);
	assertLine(texts({now}), /One process can’t be looked into/);
	assertLine(texts({now}), /only root may enter it/);
	assertLine(texts({now, subjects: [{name: 'guest', pid: 3}], only: ['mounts']}), /can’t be looked into from here/);
});

test('partNames() are what keys choose', () => {
	assert.deepEqual(partNames({}), ['overview', 'network']);
	assert.equal(partNames({subjects: [{name: 'it', pid: 1}]})[0], 'processes');
});

test('shareOut() gives everybody what they want, or takes from the largest', () => {
	fc.assert(
		fc.property(fc.array(fc.nat({max: 60}), {minLength: 1, maxLength: 10}), fc.nat({max: 100}), (wanted, room) => {
			const shares = shareOut(wanted, room);
			const sum = (numbers: readonly number[]) => numbers.reduce((one, other) => one + other, 0);
			assert.ok(shares.every((share, index) => share <= wanted[index]!));
			assert.ok(sum(shares) <= Math.max(room, wanted.length));
			if (sum(wanted) <= room) assert.deepEqual(shares, wanted);
			else if (room >= wanted.length) assert.equal(sum(shares), room);
			const most = Math.max(...shares);
			assert.ok(shares.every((share, index) => share === wanted[index] || share >= most - 1));
		}),
	);
});
