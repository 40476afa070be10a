import assert from 'node:assert/strict';
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
	assert.equal((await drydock('inspect', '-f', '{{.NoSuchField}}', 'shown')).code, 125);
	await drydock('rm', 'shown');
});
