import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {after, test} from 'node:test';
import {testEngine} from '#engine/testing';
import {needsRoot} from '#kernel/testing';

const engine = testEngine();
const {drydock} = engine;
after(engine.destroy);

test('drydock without a command, and --help, tell what there is', async () => {
	for (const args of [[], ['--help'], ['help']]) {
		const {code, stdout} = await drydock(...args);
		assert.equal(code, 0);
		for (const command of ['run', 'exec', 'ps', 'learn', 'verify'])
			assert.match(stdout, new RegExp(`^  ${command} `, 'm'));
		assert.ok(stdout.split('\n').every(line => line.length <= 80));
	}
});

test('every command has --help, and tells an unknown option in one line with exit code 125', async () => {
	const {stdout} = await drydock('--help');
	const commands = [...stdout.matchAll(/^ {2}(\w+) +[A-Z]/gm)].map(match => match[1]!);
	assert.ok(commands.length >= 14);
	for (const command of commands) {
		const help = await drydock(command, '--help');
		assert.equal(help.code, 0, command);
		assert.match(help.stdout, new RegExp(`^Usage: drydock ${command}`));
		const wrong = await drydock(command, '--no-such-option');
		assert.equal(wrong.code, 125, command);
		assert.match(wrong.stderr, /^drydock: unknown option '--no-such-option'[^\n]*\n$/);
	}
});

test('an unknown command is told in one line', async () => {
	const {code, stderr} = await drydock('rnu');
	assert.equal(code, 125);
	assert.match(stderr, /^drydock: 'rnu' is not a drydock command[^\n]*\n$/);
});

test('bad input gets one clear line, 125, and leaves nothing', needsRoot, async () => {
	const wrong: readonly (readonly [readonly string[], RegExp])[] = [
		[['-m', '1k', 'host', 'true'], /minimum memory limit allowed is 6MB/],
		[['-m', 'lots', 'host', 'true'], /--memory/],
		[['--cpus', '4711', 'host', 'true'], /CPUs available/],
		[['-p', '99999:80', 'host', 'true'], /port/],
		[['--network', 'nope', 'host', 'true'], /network nope not found/],
		[['--network', 'container:nope', 'host', 'true'], /No such container: nope/],
		[['-v', '/a:b', 'host', 'true'], /absolute/],
		[['-v', '/a:/b:no-such-mode', 'host', 'true'], /invalid mode/],
		[['--user', 'nobody-at-all', 'host', 'true'], /unable to find user/],
		[['--cap-add', 'FLY', 'host', 'true'], /unknown capability/],
		[['--ulimit', 'luck=1', 'host', 'true'], /invalid ulimit/],
		[['--sysctl', 'kernel.panic=1', 'host', 'true'], /whole machine/],
		[['-w', 'here', 'host', 'true'], /absolute path/],
		[['--stop-signal', 'SIGNOPE', 'host', 'true'], /stop-signal/],
		[['-it', 'host', 'sh'], /not a TTY/],
		[['./no-such-directory', 'true'], /unable to find image/],
	];
	for (const [args, told] of wrong) {
		const {code, stdout, stderr} = await drydock('run', ...args);
		assert.equal(code, 125, args.join(' '));
		assert.equal(stdout, '');
		assert.match(stderr, told);
		assert.match(stderr, /^drydock: [^\n]+\n$/, 'one line');
	}
	assert.equal((await drydock('ps', '-aq')).stdout, '');
});

test('run --plan prints what would be done and why, and does nothing', needsRoot, async () => {
	const {code, stdout} = await drydock('run', '--plan', 'host', 'true');
	assert.equal(code, 0);
	assert.match(stdout, /On the host[\s\S]*count processes from 1[\s\S]*In the container[\s\S]*become true/);
	const steps = JSON.parse((await drydock('run', '--plan', '--json', 'host', 'true')).stdout) as {
		module: string;
		where: string;
		why: string;
	}[];
	assert.deepEqual([...new Set(steps.map(step => step.where))], ['host', 'container']);
	assert.ok(steps.every(step => step.why !== ''));
	assert.equal((await drydock('ps', '-aq')).stdout, '');
});

test('run --explain narrates on standard error and leaves the output alone', needsRoot, async () => {
	const {code, stdout, stderr} = await drydock('run', '--rm', '--explain', 'host', 'echo', 'hello');
	assert.equal(code, 0);
	assert.equal(stdout, 'hello\n');
	for (const told of [
		/unshare\(CLONE_NEWPID\) = 0/,
		/pivot_root\("\.", "\."\) = 0/,
		/execve\("[^"]*\/echo", \["echo", "hello"\]/,
		/RTM_NEWLINK/,
	]) {
		assert.match(stderr, told);
	}
});

test('inspect -f and ps --format take docker’s templates', needsRoot, async () => {
	await drydock('run', '--name', 'shown', 'host', 'true');
	assert.equal(
		(await drydock('inspect', '-f', '{{.Name}} {{.State.ExitCode}} {{json .Config.Cmd}}', 'shown')).stdout,
		'/shown 0 ["true"]\n',
	);
	assert.match((await drydock('ps', '-a', '--format', '{{.Names}}\\t{{.State}}')).stdout, /^shown\texited\n$/);
	assert.equal(JSON.parse((await drydock('ps', '-a', '--json')).stdout).Names, 'shown');
	for (const [template, told] of [
		['{{.NoSuchField}}', /no field/],
		['{{', /no }} to end it/],
		['{{.Name}} {{.Id', /no }} to end it/],
		['{{range .Mounts}}', /only fields/],
	] as const) {
		const {code, stdout, stderr} = await drydock('inspect', '-f', template, 'shown');
		assert.deepEqual([code, stdout], [125, ''], template);
		assert.match(stderr, told);
	}
	const tables = await drydock('ps', '-a', '--format', 'table {{.Names}}\\t{{upper .State}}');
	assert.equal(tables.stdout, 'NAMES   STATE\nshown   EXITED\n');
	assert.equal(
		(await drydock('ps', '-a', '--format', 'table')).stdout.split('\n')[0],
		(await drydock('ps', '-a')).stdout.split('\n')[0],
	);
	assert.equal(JSON.parse((await drydock('ps', '-a', '--format', 'json')).stdout).State, 'exited');
	await drydock('rm', 'shown');
});

test('ps -f chooses as docker does, and refuses what is no filter', needsRoot, async () => {
	await drydock('run', '--name', 'chosen', '--label', 'a=b', 'host', 'true');
	await drydock('run', '--name', 'chosen-too', 'host', 'true');
	const names = async (...filters: readonly string[]): Promise<string> =>
		(await drydock('ps', '-a', '--format', '{{.Names}}', ...filters.flatMap(filter => ['-f', filter]))).stdout;
	assert.equal(await names('name=^chosen$'), 'chosen\n');
	assert.equal(await names('name=/chosen$'), 'chosen\n');
	assert.equal(await names('name=^too$'), '');
	assert.equal(await names('name=^chosen$', 'name=too'), 'chosen-too\nchosen\n');
	assert.equal(await names('label=a', 'label=c'), '');
	assert.equal(await names('label=constructor'), '');
	assert.equal(await names('status=restarting'), '');
	for (const filter of ['status=bogus', 'name=(', 'colour=red', 'chosen']) {
		const {code, stderr} = await drydock('ps', '-f', filter);
		assert.equal(code, 1, filter);
		assert.match(stderr, /^drydock: invalid filter '[^\n]+\n$/);
		assert.ok(stderr.includes(filter));
	}
	await drydock('rm', 'chosen', 'chosen-too');
});

test('rm -f of what isn’t there tells so, removes the others, and succeeds', needsRoot, async () => {
	const {code, stdout, stderr} = await drydock('rm', '-f', 'nope');
	assert.deepEqual([code, stdout, stderr], [0, '', 'drydock: No such container: nope\n']);
	assert.equal((await drydock('rm', 'nope')).code, 1);
});

test('a full disk is told of with the way out where it is the engine’s own', needsRoot, async () => {
	const folder = mkdtempSync(join(tmpdir(), 'drydock-full-'));
	const command = join(import.meta.dirname, 'drydock');
	// In a mount table of its own, which ends with the shell.
	const script = `mount -t tmpfs -o size=4k tmpfs ${folder} && echo full > ${folder}/disk;
		DRYDOCK_DATA=${folder} ${command} run host true; ${command} ps > /dev/full`;
	try {
		const {stderr} = spawnSync('unshare', ['--mount', 'sh', '-c', script], {
			encoding: 'utf8',
			env: engine.environment,
		});
		const [ofEngine, ofOutput, ...rest] = stderr.trimEnd().split('\n');
		assert.match(ofEngine!, /^drydock: ENOSPC.*: make room in .*DRYDOCK_DATA/);
		assert.match(ofOutput!, /^drydock: can't write to standard output: no space left on device$/);
		assert.deepEqual(rest, []);
	} finally {
		rmSync(folder, {recursive: true});
	}
});

test('--env-file takes names and values, and refuses a name with white space', needsRoot, async () => {
	const file = join(mkdtempSync(join(tmpdir(), 'drydock-env-')), 'env');
	try {
		writeFileSync(file, '# a comment\r\n\r\n  A=1 2\r\nDRYDOCK_DATA\n');
		const {stdout} = await drydock('run', '--rm', '--env-file', file, 'host', 'sh', '-c', 'echo "$A,$DRYDOCK_DATA"');
		assert.equal(stdout, `1 2,${engine.environment.DRYDOCK_DATA}\n`);
		for (const [line, told] of [
			['bad key=1', /variable 'bad key' contains whitespaces/],
			['=1', /no variable name on line '=1'/],
		] as const) {
			writeFileSync(file, line);
			const {code, stderr} = await drydock('run', '--env-file', file, 'host', 'true');
			assert.equal(code, 125);
			assert.match(stderr, told);
		}
	} finally {
		rmSync(dirname(file), {recursive: true});
	}
});
