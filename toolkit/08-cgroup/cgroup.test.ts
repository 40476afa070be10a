import assert from 'node:assert/strict';
import {spawn, spawnSync} from 'node:child_process';
import {once} from 'node:events';
import {existsSync, readFileSync, statSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {createInterface} from 'node:readline';
import {after, test} from 'node:test';
import {
	attach,
	availableControllers,
	canHaveCgroup,
	cgroupSteps,
	createCgroup,
	events,
	freeze,
	joinCgroup,
	killAll,
	processesOf,
	removeCgroup,
	resolvePath,
	setLimits,
	thaw,
	usage,
} from '#cgroup';
import {placesOf} from '#cgroup/place';
import {runSteps, undoSteps} from '#kernel/plan';
import {needsRoot} from '#kernel/testing';
import {leavesNothing, untilSync} from '#observe/testing';

const parent = `drydock-test-${process.pid}`;
const mebibyte = 1024 * 1024;

after(() => {
	if (!canHaveCgroup(parent)) return;
	killAll(parent);
	removeCgroup(parent);
});

/** Lends a new cgroup, and removes it with whoever is in it. */
function withCgroup<T>(name: string, use: (path: string) => T): T {
	const path = `${parent}/${name}`;
	createCgroup(path);
	try {
		return use(path);
	} finally {
		killAll(path);
		removeCgroup(path);
	}
}

/** Runs a shell that enters the cgroup before it does anything else. */
function runIn(
	path: string,
	script: string,
): {readonly status: number | null; readonly signal: string | null; readonly stdout: string} {
	return spawnSync('sh', ['-c', `${enterScript(path)}; ${script}`], {encoding: 'utf8', timeout: 30_000});
}

function enterScript(path: string): string {
	return placesOf(path)
		.places.map(({directory}) => `echo 0 > ${directory}/cgroup.procs`)
		.join('; ');
}

test('createCgroup() makes it in each hierarchy, and removeCgroup() removes all, the parent too', needsRoot, () => {
	leavesNothing(
		() => {
			createCgroup(`${parent}/whole`);
			const {places} = placesOf(`${parent}/whole`);
			assert.ok(places.length > 0);
			for (const {directory} of places) assert.ok(existsSync(`${directory}/cgroup.procs`), directory);
			createCgroup(`${parent}/whole`);
			removeCgroup(`${parent}/whole`);
			for (const {directory} of placesOf(parent).places) assert.ok(!existsSync(directory), directory);
			removeCgroup(`${parent}/whole`);
		},
		{mine: line => line.includes(parent)},
	);
});

test('createCgroup() refuses a path that leaves its place', () => {
	for (const path of ['drydock/../..', '/..', 'a//b', '', 'a/\n'])
		assert.throws(() => createCgroup(path), /not a cgroup's path/);
});

test('joinCgroup() moves the caller, and its children are born there', needsRoot, () => {
	withCgroup('join', path => {
		// A process of its own, since the one that tests should stay where it is.
		const program = `
			import {joinCgroup} from '#cgroup';
			import {spawnSync} from 'node:child_process';
			joinCgroup(${JSON.stringify(path)});
			process.stdout.write(spawnSync('cat', ['/proc/self/cgroup'], {encoding: 'utf8'}).stdout);
		`;
		const {stdout, stderr} = spawnSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], {
			encoding: 'utf8',
		});
		for (const {hierarchy} of placesOf(path).places) {
			assert.ok(stdout.includes(`:${hierarchy.name}:/${path}\n`), `${hierarchy.name}: ${stdout}${stderr}`);
		}
	});
});

test('joinCgroup() says plainly that there is none', needsRoot, () => {
	assert.throws(() => joinCgroup(`${parent}/nowhere`), /no cgroup .*nowhere: it does not exist/);
});

test('attach() moves a running process, and processesOf() finds it', needsRoot, () => {
	withCgroup('attach', path => {
		const child = spawn('sleep', ['60'], {stdio: 'ignore'});
		assert.deepEqual(processesOf(path), []);
		attach(path, child.pid!);
		assert.deepEqual(processesOf(path), [child.pid]);
		assert.throws(() => attach(path, 0), /not a process number/);
	});
});

test('setLimits() with memory: who takes more is killed, and events() counts it', needsRoot, () => {
	withCgroup('memory', path => {
		setLimits(path, {memory: {limit: 24 * mebibyte, swap: 24 * mebibyte}});
		assert.equal(usage(path).memory.limitBytes, 24 * mebibyte);
		assert.equal(events(path).oomKill, 0);
		// tail keeps the last line, and this one never ends.
		const {status, signal} = runIn(path, 'exec tail -n 1 /dev/zero');
		assert.ok(signal === 'SIGKILL' || status === 137, `${status} ${signal}`);
		assert.ok(events(path).oomKill >= 1);
		assert.ok(events(path).oom >= 1);
	});
});

test('setLimits() raises and lowers memory and swap together', needsRoot, () => {
	withCgroup('raise', path => {
		for (const limit of [32, 256, 16].map(count => count * mebibyte)) {
			setLimits(path, {memory: {limit, swap: limit}});
			assert.equal(usage(path).memory.limitBytes, limit);
		}
		setLimits(path, {memory: {limit: -1}});
		assert.equal(usage(path).memory.limitBytes, undefined);
	});
});

test('setLimits() with pids stops a fork bomb', needsRoot, () => {
	withCgroup('pids', path => {
		setLimits(path, {pids: {limit: 12}});
		const {status} = runIn(path, 'exec >/dev/null 2>&1; for i in $(seq 40); do sleep 60 & done');
		// dash gives up at the first fork that fails.
		assert.notEqual(status, 0);
		const {current, limit} = usage(path).pids;
		assert.equal(limit, 12);
		assert.ok(current > 0 && current <= 12, `${current}`);
		setLimits(path, {pids: {limit: -1}});
		assert.equal(usage(path).pids.limit, undefined);
	});
});

test('setLimits() with a quota: a busy loop is throttled', needsRoot, () => {
	withCgroup('cpu', path => {
		setLimits(path, {cpu: {quota: 5000, period: 50_000, shares: 512}});
		const child = spawn('sh', ['-c', `${enterScript(path)}; while :; do :; done`], {stdio: 'ignore'});
		try {
			untilSync(() => usage(path).cpu.throttledPeriods >= 3);
			assert.ok(usage(path).cpu.usageNanoseconds > 0);
			assert.ok(usage(path).cpu.systemNanoseconds > usage(path).cpu.usageNanoseconds);
		} finally {
			child.kill('SIGKILL');
		}
	});
});

test('setLimits() with a cpuset: the process may run on that CPU only', needsRoot, () => {
	withCgroup('cpuset', path => {
		setLimits(path, {cpu: {cpus: '0', mems: '0'}});
		assert.match(runIn(path, 'grep Cpus_allowed_list /proc/self/status').stdout, /:\t0\n/);
	});
});

test('setLimits() tells what it can’t set, and refuses nonsense', needsRoot, () => {
	withCgroup('refuse', path => {
		assert.throws(
			() => setLimits(path, {memory: {limit: 64 * mebibyte, swap: 32 * mebibyte}}),
			/can't be less than memory alone/,
		);
		assert.throws(() => setLimits(path, {unified: {'../cgroup.procs': '1'}}), /not a limit's file/);
		assert.throws(
			() => setLimits(path, {unified: {'nosuch.max': '1'}}),
			/can't set nosuch.max: it needs cgroup v2 with the nosuch controller/,
		);
		assert.deepEqual(setLimits(path, {hugepageLimits: [{pageSize: '2MB', limit: 0}]}), [
			'limits on huge pages are not set',
		]);
		assert.throws(() => setLimits(path, {cpu: {quota: 1}}), {errno: 'EINVAL'});
	});
});

test('setLimits() with device rules: what is not allowed can’t be opened', needsRoot, test => {
	withCgroup('devices', path => {
		const rules = [
			{allow: false, access: 'rwm'},
			{allow: true, type: 'c', major: 1, minor: 3, access: 'rw'},
		] as const;
		const warnings = setLimits(path, {devices: rules});
		if (!placesOf(path).places.some(({hierarchy}) => hierarchy.controllers.includes('devices'))) {
			assert.match(warnings.join(), /BPF/);
			test.skip('cgroup v2 has no list of devices');
			return;
		}
		assert.equal(runIn(path, 'echo > /dev/null').status, 0);
		assert.notEqual(runIn(path, 'head -c 1 /dev/zero').status, 0);
	});
});

test('freeze() stops all progress until thaw()', needsRoot, async () => {
	const path = `${parent}/freeze`;
	createCgroup(path);
	const child = spawn('sh', ['-c', `${enterScript(path)}; while :; do echo .; sleep 0.01; done`], {
		stdio: ['ignore', 'pipe', 'ignore'],
	});
	try {
		const lines = createInterface(child.stdout);
		await once(lines, 'line');
		freeze(path);
		const before = usage(path).cpu.usageNanoseconds;
		await new Promise(resolve => setTimeout(resolve, 100));
		assert.equal(usage(path).cpu.usageNanoseconds, before);
		thaw(path);
		thaw(path);
		await once(lines, 'line');
		untilSync(() => usage(path).cpu.usageNanoseconds > before);
	} finally {
		killAll(path);
		removeCgroup(path);
	}
});

test('killAll() ends nested and frozen cgroups, and whoever forks meanwhile', needsRoot, () => {
	leavesNothing(
		() =>
			withCgroup('kill', path => {
				// In v2 who divides what it has holds no processes itself, so all are in the leaves.
				createCgroup(`${path}/inner/most`);
				createCgroup(`${path}/beside`);
				setLimits(path, {pids: {limit: 64}});
				spawn('sh', ['-c', `${enterScript(`${path}/inner/most`)}; while :; do sleep 0.01 & done`], {stdio: 'ignore'});
				spawn('sh', ['-c', `${enterScript(`${path}/beside`)}; exec sleep 60`], {stdio: 'ignore'});
				untilSync(() => processesOf(path).length >= 4);
				freeze(`${path}/inner`);
				killAll(path);
				assert.deepEqual(processesOf(path), []);
				killAll(`${parent}/nowhere`);
			}),
		{mine: line => line.includes(parent) || line.includes('sleep')},
	);
});

test('removeCgroup() refuses while a process is inside', needsRoot, () => {
	withCgroup('busy', path => {
		const child = spawn('sleep', ['60'], {stdio: 'ignore'});
		attach(path, child.pid!);
		assert.throws(() => removeCgroup(path), /processes are still in it/);
	});
});

test('cgroupSteps() can be undone by name, also if they never ran', needsRoot, () => {
	const path = `${parent}/steps`;
	const steps = cgroupSteps({path, resources: {pids: {limit: 5}}});
	assert.deepEqual(undoSteps(steps), []);
	runSteps(steps.filter(({where}) => where === 'host'));
	assert.equal(usage(path).pids.limit, 5);
	const child = spawn('sleep', ['60'], {stdio: 'ignore'});
	attach(path, child.pid!);
	// As another process would after this one was killed: from the same options, with nothing remembered.
	assert.deepEqual(undoSteps(cgroupSteps({path, resources: {}})), []);
	for (const {directory} of placesOf(path).places) assert.ok(!existsSync(directory), directory);
});

test('cgroupSteps() of an ordinary user runs without limits, and refuses limits with what to do', needsRoot, () => {
	const program = `
		import {cgroupSteps} from '#cgroup';
		import {runSteps} from '#kernel/plan';
		process.setgroups([]);
		process.setgid(65534);
		process.setuid(65534);
		runSteps(cgroupSteps({path: '${parent}/user', resources: {pids: {limit: -1}}}));
		try {
			runSteps(cgroupSteps({path: '${parent}/user', resources: {pids: {limit: 9}}}));
		} catch (error) {
			console.log(error.message);
		}
	`;
	const {stdout, stderr} = spawnSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], {
		encoding: 'utf8',
	});
	assert.match(
		stdout,
		/^cgroup: can't set its limits: can't limit pids: (only root|no cgroup here is yours)[^\n]*\n$/,
		stderr,
	);
});

test('resolvePath() tells the path from the top', needsRoot, () => {
	const path = resolvePath(`${parent}/resolve`);
	assert.ok(path.startsWith('/') && path.endsWith(`/${parent}/resolve`));
	assert.equal(resolvePath(path), path);
	createCgroup(path);
	assert.ok(existsSync(placesOf(`${parent}/resolve`).places[0]!.directory));
	removeCgroup(path);
});

test('availableControllers() names what is there', needsRoot, () => {
	const names = availableControllers();
	for (const name of names) assert.match(name, /^[a-z_]+$/);
	assert.ok(names.includes('freezer'));
	const offered = readFileSync('/proc/cgroups', 'utf8');
	assert.equal(names.includes('memory'), /^memory\t\d+\t\d+\t1$/m.test(offered));
});

test('usage() counts bytes that reach a disk', needsRoot, test => {
	// A limit is for a whole disk, and that alone has a queue.
	const disk = ['/var/tmp', tmpdir()]
		.map(directory => ({directory, device: statSync(directory).dev}))
		.map(({directory, device}) => ({directory, major: (device >> 8) & 0xfff, minor: device & 0xff}))
		.find(({major, minor}) => existsSync(`/sys/dev/block/${major}:${minor}/queue`));
	if (disk === undefined) return test.skip('neither /var/tmp nor the directory for temporary files is on a whole disk');
	const {directory, major, minor} = disk;
	withCgroup('io', path => {
		const file = `${directory}/${parent}`;
		// v1 counts only where there is a rate to keep to; this one is never reached.
		setLimits(path, {blockIO: {throttleWriteBpsDevice: [{major, minor, rate: 1024 ** 4}]}});
		const {status} = runIn(
			path,
			`exec 2>&1; dd if=/dev/zero of=${file} bs=64k count=4 oflag=direct; status=$?; rm ${file}; exit $status`,
		);
		assert.equal(status, 0);
		assert.ok(usage(path).blockIO.writeBytes >= 4 * 64 * 1024);
	});
});
