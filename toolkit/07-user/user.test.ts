import assert from 'node:assert/strict';
import {type ChildProcess, spawn} from 'node:child_process';
import {chmodSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {test} from 'node:test';
import {fileURLToPath} from 'node:url';
import {MS_BIND, MS_PRIVATE, MS_REC, mount} from '#kernel/mount';
import {comingBack} from '#kernel/namespace';
import {CLONE_NEWNS, unshare} from '#kernel/sched';
import {needsRoot} from '#kernel/testing';
import {
	awaitUserNamespace,
	firstChildOf,
	type IdMaps,
	joinUserNamespaceCommand,
	readUserNamespace,
	userNamespaceCommand,
	userSteps,
	writeIdMaps,
} from '#user';
import {userNamespaceRefusal} from '#user/refusal';

const root = fileURLToPath(new URL('../..', import.meta.url));
const needsUserNamespaces = {skip: needsRoot.skip || (userNamespaceRefusal() ?? false)};
const remapped: IdMaps = {
	uidMappings: [{containerID: 0, hostID: 100_000, size: 65_536}],
	gidMappings: [{containerID: 0, hostID: 200_000, size: 65_536}],
};
const all = /CapEff:\s+[0-9a-f]*[1-9a-f]/;

/** Runs a script by Node, and collects what it says. */
function runScript(script: string, options: {readonly uid: number; readonly gid: number}): Promise<string> {
	const code = `
		import {spawn, spawnSync} from 'node:child_process';
		import {readFileSync} from 'node:fs';
		import {awaitUserNamespace, ownIdMaps, rootlessIdMaps, userNamespaceCommand, writeIdMaps} from '#user';
		${script}`;
	const args = ['--import', 'tsx', '--input-type=module', '-e', code];
	return outputOf(spawn(process.execPath, args, {cwd: root, ...options, stdio: ['ignore', 'pipe', 'inherit']}));
}

async function outputOf(child: ChildProcess): Promise<string> {
	let output = '';
	child.stdout?.on('data', data => {
		output += String(data);
	});
	const code = await new Promise<number | null>(resolve => child.once('close', resolve));
	assert.equal(code, 0, output);
	return output;
}

/** An ordinary user makes a namespace of its own with these maps, and a shell inside says who it is. */
function inside(maps: 'ownIdMaps' | 'rootlessIdMaps', program: string): string {
	return `
		const maps = ${maps}();
		const [program, ...args] = [...userNamespaceCommand(maps), 'sh', '-c', ${JSON.stringify(program)}];
		const child = spawn(program, args, {stdio: ['ignore', 'inherit', 'inherit', 'pipe']});
		awaitUserNamespace(child.pid);
		writeIdMaps(child.pid, maps);
		child.stdio[3].end('\\n');
		child.on('exit', code => (process.exitCode = code));
	`;
}

test('userSteps() let root make a container whose root is somebody else outside', needsUserNamespaces, async () => {
	const program = `
		import {spawnSync} from 'node:child_process';
		import {readFileSync} from 'node:fs';
		import {runSteps} from '#kernel/plan';
		import {userSteps} from '#user';
		const maps = ${JSON.stringify(remapped)};
		runSteps(userSteps(maps, () => 0).filter(step => step.where !== 'host'));
		const run = (...argv) => spawnSync(argv[0], argv.slice(1), {encoding: 'utf8'}).stdout;
		process.stdout.write([process.pid, run('id', '-u'), run('id', '-g'), run('grep', 'CapEff', '/proc/self/status'),
			run('unshare', '--uts', 'sh', '-c', 'hostname inner && hostname')].join(' '));
		readFileSync(3);
	`;
	const [command = '', ...args] = userNamespaceCommand(remapped);
	const child = spawn(command, [...args, process.execPath, '--import', 'tsx', '--input-type=module', '-e', program], {
		cwd: root,
		stdio: ['ignore', 'pipe', 'inherit', 'pipe'],
	});
	for (const step of userSteps(remapped, () => child.pid!).filter(({where}) => where === 'host')) step.run();
	assert.deepEqual(readUserNamespace(child.pid!), {
		uidMap: [{inside: 0, outside: 100_000, count: 65_536}],
		gidMap: [{inside: 0, outside: 200_000, count: 65_536}],
		setgroups: 'allow',
	});
	const channel = child.stdio[3];
	assert.ok(channel && 'write' in channel);
	channel.write('\n');
	const said = await new Promise<string>(resolve => child.stdout?.once('data', data => resolve(String(data))));
	const [pid, uid, gid, ...rest] = said.split(/\s+/);
	assert.deepEqual([pid, uid, gid], ['1', '0', '0']);
	assert.match(rest.join(' '), all);
	assert.match(rest.join(' '), / inner\s*$/);

	const init = firstChildOf(child.pid!);
	assert.ok(init !== undefined && init !== child.pid);
	const [join_ = '', ...joinArgs] = joinUserNamespaceCommand(init);
	const visitor = spawn(join_, [...joinArgs, 'sh', '-c', 'id -u; id -g; grep CapEff /proc/self/status'], {
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	const visited = await outputOf(visitor);
	assert.match(visited, /^0\n0\n/);
	assert.match(visited, all);
	channel.end();
	await new Promise(resolve => child.once('exit', resolve));
	assert.equal(firstChildOf(child.pid!), undefined);
});

test('userNamespaceCommand() makes an ordinary user root of itself alone', needsUserNamespaces, async () => {
	const program =
		'echo $$ $(id -u) $(id -g); cat /proc/self/uid_map /proc/self/setgroups; grep CapEff /proc/self/status';
	const said = await runScript(inside('ownIdMaps', program), {uid: 1234, gid: 2345});
	assert.match(said, /^1 0 0\n\s+0\s+1234\s+1\ndeny\n/);
	assert.match(said, all);
});

test('writeIdMaps() uses the ids that /etc/subuid grants an ordinary user', needsUserNamespaces, async () => {
	const directory = mkdtempSync(join(tmpdir(), 'drydock-subids-'));
	chmodSync(directory, 0o755);
	try {
		const ranges = join(directory, 'ranges');
		writeFileSync(ranges, 'nobody:300000:1000\nnobody:400000:65536\n');
		const program = 'cat /proc/self/uid_map /proc/self/gid_map; grep CapEff /proc/self/status';
		// The host's own files stay as they are: these are seen from a mount namespace only.
		const said = comingBack(['mnt'], () => {
			unshare(CLONE_NEWNS);
			mount('none', '/', null, MS_REC | MS_PRIVATE, null);
			for (const file of ['/etc/subuid', '/etc/subgid']) mount(ranges, file, null, MS_BIND, null);
			return runScript(inside('rootlessIdMaps', program), {uid: 65_534, gid: 65_534});
		});
		assert.deepEqual(
			(await said)
				.trim()
				.split('\n')
				.slice(0, 6)
				.map(line => line.trim().split(/\s+/).join(' ')),
			['0 65534 1', '1 300000 1000', '1001 400000 65536', '0 65534 1', '1 300000 1000', '1001 400000 65536'],
		);
		assert.match(await said, all);
	} finally {
		rmSync(directory, {recursive: true});
	}
});

test('awaitUserNamespace() tells of a process that ended without one', async () => {
	const child = spawn('true', {stdio: 'ignore'});
	assert.throws(() => awaitUserNamespace(child.pid!), /^Error: no user namespace: /);
	await new Promise(resolve => child.once('exit', resolve));
});

test('writeIdMaps() refuses maps that the kernel would', () => {
	assert.throws(() => writeIdMaps(1, {uidMappings: [], gidMappings: []}), /needs at least one range/);
});
