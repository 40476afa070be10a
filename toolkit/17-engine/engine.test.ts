import assert from 'node:assert/strict';
import {readlinkSync} from 'node:fs';
import {connect, createServer} from 'node:net';
import {after, test} from 'node:test';
import {setTimeout as sleep} from 'node:timers/promises';
import {canConfineDevices} from '#cgroup';
import {needsRoot} from '#kernel/testing';
import {leavesNothingAsync, until} from '#observe/testing';
import {testEngine} from './testing.ts';

const engine = testEngine();
const {drydock} = engine;
after(engine.destroy);

/** Most tests ask nothing of the network, and where CPUs are emulated a cable costs seconds. The last `--network` counts. */
const alone = ['--network', 'none'] as const;

/** Runs a script in a fresh container and returns what it printed; the script must succeed. */
async function inContainer(script: string, ...options: readonly string[]): Promise<string> {
	const {code, stdout, stderr} = await drydock('run', '--rm', ...alone, ...options, 'host', 'sh', '-c', script);
	assert.equal(code, 0, stderr);
	return stdout.trimEnd();
}

test('run gives a program its own names, numbers and files', needsRoot, async () => {
	const seen = await inContainer(
		'hostname; echo $$; touch /etc/only-here && ls /etc/only-here; readlink /proc/self/ns/pid',
		'--hostname',
		'web',
	);
	const [name, pid, file, namespace] = seen.split('\n');
	assert.deepEqual([name, pid, file], ['web', '1', '/etc/only-here']);
	assert.notEqual(namespace, await import('node:fs').then(fs => fs.readlinkSync('/proc/self/ns/pid')));
	assert.equal(await import('node:fs').then(fs => fs.existsSync('/etc/only-here')), false);
});

test('run exits with the program’s code, 128 + n, 127, 126 and 125', needsRoot, async () => {
	for (const [args, expected] of [
		[['host', 'sh', '-c', 'exit 7'], 7],
		[['--init', 'host', 'sh', '-c', 'kill -9 $$'], 137],
		[['host', 'no-such-program'], 127],
		[['host', '/no/such/program'], 127],
		[['host', '/etc/passwd'], 126],
		[['host', '/etc'], 126],
		[['no-such-rootfs'], 125],
		[['--no-such-flag', 'host'], 125],
		[['--memory', '1m', 'host', 'true'], 125],
		[['--user', 'nobody-at-all', 'host', 'true'], 125],
	] as const) {
		const {code, stderr} = await drydock('run', '--rm', ...alone, ...args);
		assert.equal(code, expected, `${args.join(' ')}: ${stderr}`);
		if (expected >= 125 && expected <= 127) assert.match(stderr, /^drydock: [^\n]+\n$/, 'one line of trouble');
	}
});

test('run keeps output apart, and logs it', needsRoot, async () => {
	const {stdout, stderr} = await drydock(
		'run',
		...alone,
		'--name',
		'talker',
		'host',
		'sh',
		'-c',
		'echo out; echo err >&2',
	);
	assert.deepEqual([stdout, stderr], ['out\n', 'err\n']);
	const logged = await drydock('logs', 'talker');
	assert.deepEqual([logged.stdout, logged.stderr], ['out\n', 'err\n']);
	assert.match((await drydock('logs', '-t', 'talker')).stdout, /^\d{4}-\d\d-\d\dT[\d:.]+Z out\n$/);
	assert.equal((await drydock('rm', 'talker')).code, 0);
	assert.equal((await drydock('logs', 'talker')).code, 1);
});

test('run -d, ps, exec, top, inspect, stop, rm: a life', needsRoot, async () => {
	const {stdout} = await drydock('run', '-d', '--name', 'life', '--label', 'a=b', '-m', '64m', 'host', 'sleep', '60');
	const id = stdout.trim();
	assert.match(id, /^[0-9a-f]{64}$/);
	assert.match((await drydock('ps')).stdout, new RegExp(`${id.slice(0, 12)} .* Up .* life`));
	assert.equal((await drydock('exec', 'life', 'sh', '-c', 'hostname; exit 3')).code, 3);
	assert.equal(
		(await drydock('exec', '-e', 'A=1', '-w', '/tmp', 'life', 'sh', '-c', 'echo $A $PWD')).stdout,
		'1 /tmp\n',
	);
	assert.equal((await drydock('exec', 'life', 'no-such-program')).code, 127);
	const nowhere = await drydock('exec', '-w', '/missing', 'life', 'true');
	assert.equal(nowhere.code, 126);
	assert.match(nowhere.stderr, /^drydock: [^\n]*\/missing[^\n]*\n$/);
	assert.equal((await drydock('exec', 'life', 'test', '-e', '/missing')).code, 1, 'it is not made');
	const relative = await drydock('exec', '-w', 'tmp', 'life', 'true');
	assert.equal(relative.code, 1);
	assert.match(relative.stderr, /working directory 'tmp' is invalid, it needs to be an absolute path/);
	assert.match((await drydock('top', 'life')).stdout, /sleep 60/);
	const [inspected] = JSON.parse((await drydock('inspect', 'life')).stdout);
	assert.deepEqual(
		[inspected.Name, inspected.State.Status, inspected.HostConfig.Memory],
		['/life', 'running', 64 * 2 ** 20],
	);
	assert.equal((await drydock('inspect', '-f', '{{.State.Running}} {{.Config.Labels.a}}', 'life')).stdout, 'true b\n');
	assert.equal((await drydock('rm', 'life')).code, 1, 'a running container is not removed');
	assert.equal((await drydock('stop', '-t', '0', 'life')).code, 0);
	assert.match((await drydock('ps', '-a')).stdout, /Exited \(137\)/);
	assert.equal((await drydock('exec', 'life', 'true')).code, 1);
	assert.equal((await drydock('rm', 'life')).code, 0);
});

test('a name is taken once', needsRoot, async () => {
	assert.equal((await drydock('run', '--name', 'only', 'host', 'true')).code, 0);
	const again = await drydock('run', '--name', 'only', 'host', 'true');
	assert.equal(again.code, 125);
	assert.match(again.stderr, /already in use/);
	await drydock('rm', 'only');
	assert.equal((await drydock('run', '--rm', '--name', 'only', 'host', 'true')).code, 0);
});

test('pause holds still, unpause lets go on', needsRoot, async () => {
	await drydock(
		'run',
		'-d',
		'--rm',
		...alone,
		'--name',
		'ticker',
		'host',
		'sh',
		'-c',
		'while :; do echo tick; sleep 0.02; done',
	);
	const lines = async (): Promise<number> => (await drydock('logs', 'ticker')).stdout.split('\n').length;
	assert.equal((await drydock('pause', 'ticker')).code, 0);
	const before = await lines();
	await sleep(200);
	assert.equal(await lines(), before);
	assert.equal((await drydock('exec', 'ticker', 'true')).code, 1);
	assert.equal((await drydock('unpause', 'ticker')).code, 0);
	await until(async () => (await lines()) > before);
	// Whoever is paused is killed all the same; another signal than the last waits with it.
	await drydock('pause', 'ticker');
	assert.equal((await drydock('kill', '-s', 'USR1', 'ticker')).code, 0);
	assert.match((await drydock('ps')).stdout, /\(Paused\)/);
	assert.equal((await drydock('kill', 'ticker')).code, 0);
	await until(async () => (await drydock('ps', '-aq')).stdout === '');
});

test('limits bind: memory and processes', needsRoot, async () => {
	const {code} = await drydock('run', ...alone, '--name', 'eater', '-m', '16m', 'host', 'tail', '/dev/zero');
	assert.notEqual(code, 0);
	assert.equal((await drydock('inspect', '-f', '{{.State.OOMKilled}}', 'eater')).stdout, 'true\n');
	await drydock('rm', 'eater');
	assert.match(
		await inContainer('sh -c "for i in 1 2 3 4 5 6 7 8; do sleep 1 & done" 2>&1; true', '--pids-limit', '5'),
		/fork|Resource/i,
	);
});

test('rights are docker’s default ones, or those that are asked for', needsRoot, async () => {
	const effective = (...options: readonly string[]): Promise<string> =>
		inContainer('sed -n "s/^CapEff:\\t//p" /proc/self/status', ...options);
	// Where nobody says which devices may be opened, CAP_MKNOD is not given.
	assert.equal(await effective(), canConfineDevices() ? '00000000a80425fb' : '00000000a00425fb');
	assert.equal(await effective('--cap-drop', 'ALL'), '0000000000000000');
	assert.equal(await effective('--cap-drop', 'ALL', '--cap-add', 'NET_RAW'), '0000000000002000');
	assert.equal(await effective('--user', '1000'), '0000000000000000');
	assert.match(await inContainer('mount -t tmpfs none /mnt 2>&1 || true'), /denied|permitted/i);
	assert.match(
		await inContainer('grep -E "Seccomp:|NoNewPrivs:" /proc/self/status', '--security-opt', 'no-new-privileges'),
		/NoNewPrivs:\t1\nSeccomp:\t2/,
	);
	assert.equal(await inContainer('mount -t tmpfs none /mnt && echo mounted', '--privileged'), 'mounted');
});

test('a limit that is lifted with -1 is none, and is inspected as docker’s -1', needsRoot, async () => {
	const limited = await drydock(
		'run',
		...alone,
		'--name',
		'lifted',
		'--ulimit',
		'core=-1',
		'host',
		'sh',
		'-c',
		'ulimit -c',
	);
	assert.deepEqual([limited.stdout, limited.stderr], ['unlimited\n', '']);
	assert.equal(
		(await drydock('inspect', '-f', '{{json .HostConfig.Ulimits}}', 'lifted')).stdout,
		'[{"Name":"core","Soft":-1,"Hard":-1}]\n',
	);
	await drydock('rm', 'lifted');
});

test('nothing is mounted over /proc or into it', needsRoot, async () => {
	for (const options of [
		['-v', '/tmp:/proc'],
		['--tmpfs', '/proc/sys'],
		['-v', '/tmp:/proc/self'],
	]) {
		const {code, stderr} = await drydock('run', '--rm', ...alone, ...options, 'host', 'true');
		assert.equal(code, 125, options.join(' '));
		assert.match(stderr, /^drydock: [^\n]*the container's \/proc[^\n]*\n$/);
	}
});

test('volumes, tmpfs, a read-only root', needsRoot, async () => {
	const {mkdtempSync, readFileSync, rmSync} = await import('node:fs');
	const directory = mkdtempSync('/tmp/drydock-volume-');
	try {
		await inContainer('echo kept > /data/file', '-v', `${directory}:/data`);
		assert.equal(readFileSync(`${directory}/file`, 'utf8'), 'kept\n');
		assert.match(
			await inContainer('{ echo no > /data/file; } 2>&1 || true', '-v', `${directory}:/data:ro`),
			/Read-only/,
		);
		assert.match(
			await inContainer('touch /here 2>&1; touch /mnt/there && echo tmpfs', '--read-only', '--tmpfs', '/mnt'),
			/Read-only[^\n]*\ntmpfs/,
		);
	} finally {
		rmSync(directory, {recursive: true});
	}
});

test('containers on the bridge know each other by name, and ports are published', needsRoot, async () => {
	const server = `require('node:net').createServer(socket => socket.end('hello')).listen(80)`;
	// The port is one that nobody has now.
	const port = await freePort();
	await drydock('run', '-d', '--rm', '--name', 'server', '-p', `${port}:80`, 'host', process.execPath, '-e', server);
	const ask = `const ask=()=>require('node:net').connect(80,'server').on('data',d=>console.log(String(d))).on('error',()=>setTimeout(ask,50));ask()`;
	const {stdout} = await drydock('run', '--rm', 'host', process.execPath, '-e', ask);
	assert.equal(stdout, 'hello\n');
	assert.equal(await answerOf(port), 'hello');
	assert.match((await drydock('ps')).stdout, new RegExp(`0.0.0.0:${port}->80/tcp`));
	const taken = await drydock('run', '--rm', '-p', `${port}:80`, 'host', 'true');
	assert.equal(taken.code, 125);
	assert.match(taken.stderr, /already allocated|in use/);
	await drydock('rm', '-f', 'server');
});

test('--network none, host and container:NAME', needsRoot, async () => {
	const links = 'ls /sys/class/net | tr "\\n" " "';
	assert.equal(await inContainer(links, '--network', 'none'), 'lo');
	const theHosts = readlinkSync('/proc/self/ns/net');
	assert.equal(await inContainer('readlink /proc/self/ns/net', '--network', 'host'), theHosts);
	await drydock('run', '-d', '--rm', '--name', 'other', 'host', 'sleep', '60');
	const theirs = (await drydock('exec', 'other', 'readlink', '/proc/self/ns/net')).stdout.trim();
	assert.equal(await inContainer('readlink /proc/self/ns/net', '--network', 'container:other'), theirs);
	await drydock('rm', '-f', 'other');
});

test('a container with users of its own has a root who is nobody here', needsRoot, async () => {
	assert.equal(
		await inContainer('cat /proc/self/uid_map', '--userns', '0:100000:65536').then(text =>
			text.trim().split(/\s+/).join(' '),
		),
		'0 100000 65536',
	);
});

test('Ctrl-C and other signals reach the program', needsRoot, async () => {
	const child = engine.start(
		'run',
		'--rm',
		...alone,
		'host',
		'sh',
		'-c',
		'trap "echo told; exit 9" INT; echo ready; while :; do sleep 0.05; done',
	);
	let output = '';
	child.stdout!.on('data', data => {
		output += data;
		if (output === 'ready\n') child.kill('SIGINT');
	});
	assert.equal(await new Promise(resolve => child.once('close', resolve)), 9);
	assert.equal(output, 'ready\ntold\n');
});

test('a run leaves nothing on the machine', needsRoot, async () => {
	await leavesNothingAsync(
		async () => {
			assert.equal((await drydock('run', '--rm', 'host', 'true')).code, 0);
			assert.equal((await drydock('run', '--rm', '-p', '80', 'host', 'no-such-program')).code, 127);
		},
		{mine: line => /drydock|\bdd/.test(line)},
	);
});

function freePort(): Promise<number> {
	return new Promise(resolve => {
		const probe = createServer().listen(0, () => {
			const {port} = probe.address() as {port: number};
			probe.close(() => resolve(port));
		});
	});
}

function answerOf(port: number): Promise<string> {
	return new Promise((resolve, reject) => {
		const socket = connect(port, '127.0.0.1').setEncoding('utf8').on('data', resolve).on('error', reject);
		socket.setTimeout(60_000, () => reject(new Error('no answer')));
	});
}
