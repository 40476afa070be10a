import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {existsSync, mkdirSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after, test} from 'node:test';
import {usedHierarchies} from '#cgroup/place';
import type {Comparison} from '#compare/compare';
import {needsRoot} from '#kernel/testing';
import {cgroupDirectory, listHierarchies} from '#observe/hierarchies';
import {leavesNothingAsync, until} from '#observe/testing';
import {testEngine} from '../17-engine/testing.ts';

const engine = testEngine();
after(engine.destroy);

/** Where an engine isn't there, or its daemon does not answer, the test says so. */
function needs(program: string, ...args: readonly string[]): {readonly skip: string | boolean} {
	if (needsRoot.skip !== false) return needsRoot;
	const {error, status} = spawnSync(program, args, {stdio: 'ignore'});
	if (error !== undefined) return {skip: `${program} is not installed`};
	return {skip: status === 0 ? false : `${program}’s daemon does not answer`};
}

const needsRunc = needs('runc', '--version');
const needsDocker = needs('docker', 'version', '--format', '{{.Server.Version}}');
const needsPodman = needs('podman', 'version');

async function compared(name: string, other: string): Promise<Comparison> {
	const {code, stdout, stderr} = await engine.drydock('compare', '--with', other, '--json', name);
	assert.equal(code, 0, stderr);
	return JSON.parse(stdout) as Comparison;
}

async function start(name: string, ...args: readonly string[]): Promise<void> {
	const {code, stderr} = await engine.drydock('run', '-d', '--name', name, ...args);
	assert.equal(code, 0, stderr);
}

/** What must be the same by any engine: nothing of it may be among the differences. */
function assertSame({differences}: Comparison, ...facts: readonly string[]): void {
	const named = differences.map(({aspect, name}) => `${aspect} ${name}`);
	for (const fact of facts) assert.ok(!named.includes(fact), `${fact} differs`);
}

/** Whatever differs has a reason. */
function assertExplained({differences}: Comparison): void {
	assert.deepEqual(
		differences.filter(({reason}) => reason === undefined),
		[],
		'nobody has explained this',
	);
}

const OPTIONS = [
	...['--memory', '64m', '--cpus', '0.5', '--pids-limit', '30', '--cap-add', 'NET_ADMIN', '--cap-drop', 'CHOWN'],
	...['--ulimit', 'nofile=100:200', '--tmpfs', '/scratch', '--env', 'A=b', '--workdir', '/tmp', '--read-only'],
	...['--security-opt', 'no-new-privileges', '--sysctl', 'net.core.somaxconn=99'],
];
const ASKED_FOR = [
	...['cgroup memory.limit_in_bytes', 'cgroup memory.max', 'cgroup pids.max', 'cgroup cpu.cfs_quota_us'],
	...['capability bounding', 'capability effective', 'rlimit open files', 'environment A', 'process directory'],
	...['protection noNewPrivileges', 'protection seccomp', 'namespace pid', 'namespace net', 'namespace user'],
	...['process hostname', 'process arguments', 'descriptor 0', 'device /dev/null', 'mount /dev/shm', 'mount /proc'],
];

test('compare has runc make the same container, explains what differs, and leaves nothing', needsRunc, async () => {
	await leavesNothingAsync(
		async () => {
			await start('first', ...OPTIONS, 'host', 'sleep', '300');
			const comparison = await compared('first', 'runc');
			assert.match(comparison.version, /^runc version /);
			assertSame(comparison, ...ASKED_FOR.filter(fact => fact !== 'descriptor 0'));
			assertExplained(comparison);
			assert.ok(comparison.differences.some(({name, theirs}) => name === 'link eth0' && theirs === undefined));
			assert.ok((comparison.same.mount ?? 0) > 10);
			assert.equal((await engine.drydock('rm', '-f', 'first')).code, 0);
		},
		{mine: line => /runc|compare|sleep 300/.test(line)},
	);
	assert.ok(!readdirSync(engine.environment.DRYDOCK_DATA!).includes('compare'));
	// Other tests' containers have cgroups, too; but in these hierarchies only runc has any.
	const used = usedHierarchies().map(({mountPoint}) => mountPoint);
	const unused = listHierarchies().filter(({mountPoint}) => !used.includes(mountPoint));
	for (const hierarchy of unused) assert.ok(!existsSync(cgroupDirectory(hierarchy, '/drydock')!));
});

test('compare gives runc a terminal too, and empty directories in place of volumes', needsRunc, async () => {
	const data = join(engine.environment.DRYDOCK_DATA!, '../data');
	mkdirSync(data);
	const script = 'read line < /data/secret && echo $line > /data/twin; exec sleep 300';
	writeFileSync(join(data, 'secret'), 'mine\n');
	await start('second', '-t', '-v', `${data}:/data`, 'host', 'sh', '-c', script);
	while (!readdirSync(data).includes('twin'));
	rmSync(join(data, 'twin'));
	const comparison = await compared('second', 'runc');
	assert.deepEqual(readdirSync(data), ['secret']);
	assert.equal(comparison.notes.length, 1);
	assertSame(comparison, 'mount /data', 'descriptor 0', 'descriptor 1', 'process terminal', 'environment TERM');
	assertExplained(comparison);
});

test('compare with runc looks below an init, and at users of their own', needsRunc, async () => {
	const users = ['--userns', '0:100000:65536', '--network', 'none'];
	await start('third', '--init', ...users, 'host', 'sleep', '300');
	const comparison = await compared('third', 'runc');
	assertSame(comparison, 'namespace user', 'user uid', 'user uidMap', 'process directory', 'capability effective');
	assertExplained(comparison);
});

test('compare has docker make the same container, and leaves nothing', needsDocker, async () => {
	await start('fourth', ...OPTIONS, 'host', 'sleep', '300');
	const docker = (...args: readonly string[]) => spawnSync('docker', args, {encoding: 'utf8'}).stdout;
	const before = [docker('ps', '-aq'), docker('images', '-aq')];
	const comparison = await compared('fourth', 'docker');
	assert.match(comparison.version, /^docker \d/);
	assertSame(comparison, ...ASKED_FOR);
	assertExplained(comparison);
	assert.deepEqual([docker('ps', '-aq'), docker('images', '-aq')], before);
});

test('compare has podman make the same container', needsPodman, async () => {
	await start('fifth', '--network', 'none', 'host', 'sleep', '300');
	const comparison = await compared('fifth', 'podman');
	assertSame(comparison, 'namespace pid', 'process arguments', 'process directory');
});

test('compare removes the other container when it is interrupted, or was killed before', needsRunc, async () => {
	await start(
		'sixth',
		'--network',
		'none',
		'host',
		'sh',
		'-c',
		'test -e /once && sleep 1; touch /once; exec sleep 300',
	);
	const twins = () => spawnSync('pgrep', ['-f', `runc --root ${engine.environment.DRYDOCK_DATA}`]).status === 0;
	for (const signal of ['SIGINT', 'SIGKILL'] as const) {
		const child = engine.start('compare', '--with', 'runc', 'sixth');
		await until(twins);
		child.kill(signal);
		await new Promise(resolve => child.once('close', resolve));
		if (signal === 'SIGINT') await until(() => !twins());
	}
	await compared('sixth', 'runc');
	assert.ok(!twins());
	assert.ok(!readdirSync(engine.environment.DRYDOCK_DATA!).includes('compare'));
});

test('compare refuses in one line what it can’t do', needsRoot, async () => {
	await start('seventh', '--network', 'none', 'host', 'sleep', '300');
	for (const [args, pattern] of [
		[['seventh'], /--with is missing: there are docker, podman, runc/],
		[['--with', 'lxc', 'seventh'], /--with lxc: there are/],
		[['--with', 'runc', 'nobody'], /No such container: nobody/],
		[['--with', 'runc'], /missing required argument/],
	] as const) {
		const {code, stderr} = await engine.drydock('compare', ...args);
		assert.ok(code === 125 || code === 1);
		assert.match(stderr, pattern);
		assert.match(stderr, /^drydock: [^\n]+\n$/);
	}
	const lonely = {...engine.environment, DOCKER_HOST: `unix://${join(tmpdir(), 'no-such-socket')}`};
	const {stderr} = spawnSync(join(import.meta.dirname, '../cli/drydock'), ['compare', '--with', 'docker', 'seventh'], {
		encoding: 'utf8',
		env: lonely,
	});
	assert.match(stderr, /^drydock: docker's daemon does not answer: start it with [^\n]+\n$|docker is not installed/);
});
