import assert from 'node:assert/strict';
import {type ChildProcess, spawn, spawnSync} from 'node:child_process';
import {once} from 'node:events';
import {existsSync, mkdirSync, mkdtempSync, rmdirSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {test} from 'node:test';
import {MS_PRIVATE, MS_REC, mount, umount} from '#kernel/mount';
import {comingBack} from '#kernel/namespace';
import {addAddress} from '#kernel/netlink/addresses';
import {createBridge, setLink} from '#kernel/netlink/links';
import {CLONE_FS, CLONE_NEWNET, CLONE_NEWNS, unshare} from '#kernel/sched';
import {needsRoot} from '#kernel/testing';
import {describeDifference, difference, isEmpty, leftovers, type ObservedProcess, snapshot} from '#observe';
import {cgroupDirectory, listHierarchies} from '#observe/hierarchies';
import {untilSync} from '#observe/testing';

/** Starts a shell, and waits until it says that it is ready. */
async function start(command: string, args: readonly string[]): Promise<ChildProcess> {
	const child = spawn(command, args, {stdio: ['pipe', 'pipe', 'inherit']});
	await once(child.stdout!, 'data');
	return child;
}

async function end(child: ChildProcess): Promise<void> {
	child.stdin!.end();
	await once(child, 'exit');
}

function find(processes: readonly ObservedProcess[], pid: number | undefined): ObservedProcess {
	const found = processes.find(process => process.pid === pid);
	assert.ok(found, `no process ${pid}`);
	return found;
}

test('snapshot() sees this process as it is', () => {
	const me = find(snapshot({parts: []}).processes, process.pid);
	assert.equal(me.ppid, process.ppid);
	assert.equal(me.exe, process.execPath);
	assert.equal(me.cwd, process.cwd());
	assert.equal(me.argv[0], process.argv0);
	assert.deepEqual(me.uids, Array(4).fill(process.getuid!()));
	assert.equal(me.pids.at(0), process.pid);
	assert.ok(me.rssBytes > 1024 * 1024);
	assert.ok(me.threads > 1);
	assert.match(me.capabilities.bounding, /^[0-9a-f]{16}$/);
	assert.equal(Object.keys(me.namespaces).length, 8);
});

test('snapshot() leaves parts out', () => {
	const {mountNamespaces, netNamespaces, cgroups, userNamespaces, natRules} = snapshot({parts: ['mountNamespaces']});
	assert.ok(mountNamespaces.length > 0);
	assert.deepEqual([netNamespaces, cgroups, userNamespaces, natRules], [[], [], [], []]);
});

test('snapshot() shows both numbers of a process in a PID namespace, and its mounts', needsRoot, async () => {
	const shell = await start('unshare', [
		'--pid',
		'--fork',
		'--mount',
		'--mount-proc',
		'sh',
		'-c',
		'mount -t tmpfs mine /mnt; echo ready; read line',
	]);
	try {
		const seen = snapshot({of: {descendantsOf: shell.pid!}});
		const inside = seen.processes.find(({comm}) => comm === 'sh');
		assert.deepEqual(inside?.pids, [inside?.pid, 1]);
		assert.equal(inside?.ppid, shell.pid);
		assert.notEqual(inside?.namespaces.pid, find(snapshot({parts: []}).processes, process.pid).namespaces.pid);
		const table = seen.mountNamespaces.find(({id}) => id === inside?.namespaces.mnt);
		const tmpfs = table?.mounts.find(({mountPoint, source}) => mountPoint === '/mnt' && source === 'mine');
		assert.equal(tmpfs?.fileSystem, 'tmpfs');
		assert.equal(tmpfs?.propagation, 'private');
	} finally {
		await end(shell);
	}
});

test('snapshot() of a family has the joiners of its PID namespace, and no others', needsRoot, async () => {
	const shell = await start('unshare', ['--pid', '--fork', 'sh', '-c', 'echo ready; read line']);
	const inside = snapshot({of: {descendantsOf: shell.pid!}, parts: []}).processes.find(({comm}) => comm === 'sh');
	const joiner = await start('nsenter', [
		'--pid',
		'--target',
		String(inside?.pid),
		'sh',
		'-c',
		'echo ready; read line',
	]);
	const stranger = await start('sh', ['-c', 'echo ready; read line']);
	try {
		const {processes} = snapshot({of: {descendantsOf: shell.pid!}, parts: []});
		// Of nsenter's two, the one that stayed outside is no member.
		assert.deepEqual(processes.map(({comm}) => comm).sort(), ['sh', 'sh', 'unshare']);
		assert.ok(!processes.some(({pid}) => pid === stranger.pid || pid === process.pid));
	} finally {
		await end(joiner);
		await end(stranger);
		await end(shell);
	}
});

test('snapshot() sees a process that has moved to another namespace since the last look', needsRoot, async () => {
	const script = 'echo ready; read line; exec unshare --uts sh -c "echo moved; read line"';
	const shell = await start('sh', ['-c', script]);
	const look = () => find(snapshot({of: {descendantsOf: shell.pid!}, parts: []}).processes, shell.pid).namespaces;
	try {
		const first = look();
		assert.deepEqual(look(), first);
		shell.stdin!.write('go\n');
		await once(shell.stdout!, 'data');
		const {uts, ...others} = look();
		assert.notEqual(uts, first.uts);
		assert.deepEqual({uts: first.uts, ...others}, first);
	} finally {
		await end(shell);
	}
});

test('snapshot() sees links and addresses of another network namespace', needsRoot, async () => {
	const shell = await start('unshare', ['--net', 'sh', '-c', 'echo ready; read line']);
	try {
		const seen = snapshot({of: {descendantsOf: shell.pid!}});
		assert.deepEqual(
			seen.netNamespaces.map(({links}) => links.filter(({kind}) => kind === 'loopback').map(({up}) => up)),
			[[false]],
		);
		assert.deepEqual(seen.netNamespaces[0]?.routes, []);
	} finally {
		await end(shell);
	}
});

test('snapshot() sees a user namespace’s maps', needsRoot, async () => {
	const shell = await start('unshare', ['--user', '--map-root-user', 'sh', '-c', 'echo ready; read line']);
	try {
		const seen = snapshot({of: {descendantsOf: shell.pid!}});
		assert.deepEqual(
			seen.userNamespaces.map(({uidMap}) => uidMap),
			[[{inside: 0, outside: 0, count: 1}]],
		);
		assert.equal(seen.userNamespaces[0]?.setgroups, 'deny');
	} finally {
		await end(shell);
	}
});

test('snapshot() of the whole machine sees a new cgroup, its limit and who is in it', needsRoot, async test => {
	const hierarchy = listHierarchies().find(({controllers, root}) => controllers.includes('pids') && root === '/');
	if (hierarchy === undefined || hierarchy.version === 2) return test.skip('v1’s pids controller is not here');
	const path = `/drydock-test-observe-${process.pid}`;
	const directory = cgroupDirectory(hierarchy, path)!;
	const before = snapshot();
	mkdirSync(directory);
	const shell = await start('sh', [
		'-c',
		`echo 0 > ${directory}/cgroup.procs; echo 7 > ${directory}/pids.max; echo ready; read line`,
	]);
	try {
		const after = snapshot();
		const cgroup = after.cgroups.find(each => each.path === path);
		assert.deepEqual(cgroup?.processes, [shell.pid]);
		assert.deepEqual(cgroup?.limits, {'pids.max': '7'});
		assert.equal(cgroup?.usage['pids.current'], 1);
		assert.equal(find(after.processes, shell.pid).cgroups[hierarchy.name], path);
		assert.ok(difference(before, after).cgroups.appeared.some(each => each.path === path));
		assert.ok(snapshot({of: {descendantsOf: shell.pid!}}).cgroups.some(each => each.path === path));
	} finally {
		await end(shell);
		rmdirSync(directory);
	}
});

test('difference() is empty while nothing happens', needsRoot, () => {
	const family = {
		of: {descendantsOf: process.pid},
		parts: ['mountNamespaces', 'netNamespaces', 'userNamespaces'],
	} as const;
	// In namespaces of our own: on the host something always happens.
	comingBack(['mnt', 'net'], () => {
		unshare(CLONE_NEWNS | CLONE_NEWNET);
		const changes = difference(snapshot(family), snapshot(family));
		assert.ok(isEmpty(changes), describeDifference(changes).join('\n'));
	});
});

test('difference() tells of a process that comes, dies and is asked for its exit code', needsRoot, async () => {
	const family = {of: {descendantsOf: process.pid}, parts: []} as const;
	const before = snapshot(family);
	const child = await start('sh', ['-c', 'echo ready; read line']);
	const during = snapshot(family);
	assert.deepEqual(
		difference(before, during).processes.appeared.map(({pid}) => pid),
		[child.pid],
	);
	assert.ok(isEmpty(difference(before, during, {except: [child.pid!]})));
	assert.match(
		describeDifference(difference(before, during)).join('\n'),
		new RegExp(`^appeared: process ${child.pid} sh -c `, 'm'),
	);
	process.kill(child.pid!, 'SIGKILL');
	// The event loop stands still here, so nobody asks for the exit code, and a zombie it stays.
	untilSync(() => find(snapshot(family).processes, child.pid).state === 'zombie');
	const [change] = difference(during, snapshot(family)).processes.changed;
	assert.ok(change?.properties.includes('state'));
	await once(child, 'exit');
	const gone = difference(during, snapshot(family));
	assert.deepEqual(
		gone.processes.vanished.map(({pid}) => pid),
		[child.pid],
	);
	assert.ok(isEmpty(leftovers(during, snapshot(family))));
});

test('difference() tells of mounts, links and addresses', needsRoot, () => {
	const directory = mkdtempSync(join(tmpdir(), 'drydock-test-'));
	try {
		comingBack(['mnt', 'net'], () => {
			unshare(CLONE_FS | CLONE_NEWNS | CLONE_NEWNET);
			mount(null, '/', null, MS_REC | MS_PRIVATE);
			const family = {of: {descendantsOf: process.pid}} as const;
			const before = snapshot(family);
			mount('mine', directory, 'tmpfs', 0, 'size=64k');
			createBridge('dd-test');
			setLink('dd-test', {up: true});
			addAddress('dd-test', '192.0.2.77/24');
			const lines = describeDifference(leftovers(before, snapshot(family)));
			const has = (pattern: RegExp): void =>
				assert.ok(
					lines.some(line => pattern.test(line)),
					lines.join('\n'),
				);
			has(new RegExp(`^appeared: mount of tmpfs mine on ${directory} in mnt:`));
			has(/^appeared: link dd-test \(bridge\) in net:/);
			has(/^appeared: address 192\.0\.2\.77\/24 on dd-test in net:/);
			has(/^appeared: route to 192\.0\.2\.0\/24 over dd-test in net:/);
			const during = snapshot(family);
			umount(directory);
			setLink('dd-test', {mtu: 1400});
			const later = describeDifference(difference(during, snapshot(family)));
			assert.ok(
				later.some(line => line.startsWith('vanished: mount of tmpfs mine')),
				later.join('\n'),
			);
			assert.ok(
				later.some(line => /^changed: link dd-test .*: mtu 1500 → 1400$/.test(line)),
				later.join('\n'),
			);
		});
	} finally {
		rmSync(directory, {recursive: true});
	}
	assert.ok(!existsSync(directory));
});

test('snapshot() works for an ordinary user', needsRoot, () => {
	const program = `
		import {snapshot} from '#observe';
		process.setgroups([]);
		process.setgid(65534);
		process.setuid(65534);
		const {processes, netNamespaces} = snapshot();
		const others = processes.filter(({uids}) => uids[0] === 0);
		console.log(JSON.stringify([others.length > 0, others.every(({exe, namespaces}) => exe === undefined && namespaces.mnt === undefined), netNamespaces.length]));
	`;
	const child = spawnSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], {
		encoding: 'utf8',
	});
	assert.equal(child.stderr, '');
	assert.deepEqual(JSON.parse(child.stdout).slice(0, 2), [true, true]);
});
