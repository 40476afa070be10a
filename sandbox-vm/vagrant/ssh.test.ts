import assert from 'node:assert/strict';
import {randomBytes} from 'node:crypto';
import {readFileSync, writeFileSync} from 'node:fs';
import {type TestContext, test} from 'node:test';
import {setTimeout as sleep} from 'node:timers/promises';
import fc from 'fast-check';
import {until} from '#observe/testing';
import type {AgentClient} from '../agent/agent.ts';
import {listen} from '../testing.ts';
import {enter} from './enter.ts';
import {type Access, shellLine, startThere} from './ssh.ts';
import {agentFromSource, needsSshd, startSshd} from './testing.ts';

const inRoot = {workingDirectory: '/'};

async function connected(t: TestContext): Promise<AgentClient> {
	const agent = await enter(await startSshd(t), {command: agentFromSource});
	t.after(() => agent.close());
	return agent;
}

async function run(access: Access, command: readonly string[], input = ''): Promise<[number | null, Buffer]> {
	const program = startThere(access, command);
	program.stdin.end(input);
	program.stderr.resume();
	const output: Buffer[] = [];
	program.stdout.on('data', (bytes: Buffer) => output.push(bytes));
	const exitCode = await new Promise<number | null>(resolve => program.once('close', resolve));
	return [exitCode, Buffer.concat(output)];
}

async function runs(agent: AgentClient, ...argv: readonly string[]): Promise<boolean> {
	const {processes} = await agent.observe({parts: []});
	return processes.some(process => process.argv.join(' ') === argv.join(' ') && process.state !== 'zombie');
}

test('startThere() hands on the very words, whatever is in them', needsSshd, async t => {
	const access = await startSshd(t);
	const words = fc.sample(
		fc.array(
			fc.string({unit: 'binary'}).map(word => word.replaceAll('\0', '')),
			{minLength: 1},
		),
		5,
	);
	for (const args of [["'", '"', '$HOME', '`id`', '\\', '*', '', ' ', '\n', '; exit 9', '-o'], ...words]) {
		const [exitCode, output] = await run(access, ['printf', '%s\\0', ...args]);
		assert.deepEqual([exitCode, output.toString()], [0, args.map(word => `${word}\0`).join('')]);
	}
});

test('startThere() passes every byte and the exit code on', needsSshd, async t => {
	const access = await startSshd(t);
	const bytes = randomBytes(300_000);
	const [exitCode, output] = await run(access, ['sh', '-c', 'base64 -d; exit 42'], bytes.toString('base64'));
	assert.equal(exitCode, 42);
	assert.ok(output.equals(bytes));
});

test('shellLine() quotes each word', () => {
	assert.equal(shellLine(['echo', "it's", '']), `'echo' 'it'\\''s' ''`);
});

test('enter() gives an agent that runs commands', needsSshd, async t => {
	const agent = await connected(t);
	const sh = (script: string, input = '') => agent.exec(['sh', '-c', script], {...inRoot, input});
	assert.deepEqual(await sh('echo out; echo err >&2; exit 3'), {exitCode: 3, stdout: 'out\n', stderr: 'err\n'});
	assert.equal((await sh('kill -KILL $$')).exitCode, 137);
	assert.equal((await agent.exec(['/no/such/program'], inRoot)).exitCode, 127);
	const much = randomBytes(2_000_000).toString('hex');
	assert.ok((await sh('cat', much)).stdout === much);
});

test('enter() gives an agent with terminals, whose size changes, and that end', needsSshd, async t => {
	const agent = await connected(t);
	const terminal = await agent.shell({columns: 91, rows: 17}, undefined, inRoot);
	const screen = listen(terminal);
	terminal.write('stty size; tty\r');
	await until(() => /17 91\r\n\/dev\/pts\/\d+/.test(screen()));
	terminal.resize({columns: 44, rows: 11});
	terminal.write('stty size\r');
	await until(() => screen().includes('11 44'));
	terminal.write('sleep 600.21\r');
	await until(() => runs(agent, 'sleep', '600.21'));
	terminal.write('\x03');
	terminal.write('exit 5\r');
	assert.equal(await new Promise(resolve => terminal.onExit(resolve)), 5);
});

test('enter() gives an agent that sees the kernel’s objects of its side', needsSshd, async t => {
	const agent = await connected(t);
	const {processes, mountNamespaces} = await agent.observe();
	assert.ok(processes.some(({argv}) => argv.join() === 'drydock agent'));
	const mounts = mountNamespaces.flatMap(({mounts}) => mounts);
	assert.ok(mounts.some(({mountPoint, fileSystem}) => mountPoint === '/srv' && fileSystem === 'tmpfs'));
});

test('what the agent started ends with the connection', needsSshd, async t => {
	const access = await startSshd(t);
	const agent = await enter(access, {command: agentFromSource});
	const terminal = await agent.shell({columns: 80, rows: 24}, undefined, inRoot);
	const command = assert.rejects(agent.exec(['sleep', '600.22'], inRoot));
	const other = await enter(access, {command: agentFromSource});
	t.after(() => other.close());
	await until(() => runs(other, 'sleep', '600.22'));
	assert.ok(!agent.hasEnded);
	agent.close();
	await command;
	assert.equal(await new Promise(resolve => terminal.onExit(resolve)), 129);
	await until(async () => !(await runs(other, 'sleep', '600.22')));
	await until(async () => !(await other.observe({parts: []})).processes.some(({pid}) => pid === terminal.pid));
	assert.ok(agent.hasEnded);
});

test('enter() notices the agent’s end', needsSshd, async t => {
	const agent = await enter(await startSshd(t), {command: agentFromSource});
	await assert.rejects(agent.exec(['sh', '-c', 'kill -KILL $PPID'], inRoot), /the machine is gone/);
	await agent.ended;
	assert.ok(agent.hasEnded);
});

test('enter() says in one line who doesn’t answer', needsSshd, async t => {
	const access = await startSshd(t);
	await assert.rejects(enter(access, {command: ['/no/such/agent']}), /entered by ssh: .*no such file/i);
	await assert.rejects(
		enter(access, {command: ['true']}),
		/entered by ssh: the machine is gone: the connection has ended/,
	);
	const config = readFileSync(access.configFile, 'utf8');
	const withConfig = (text: string): Promise<unknown> => {
		writeFileSync(access.configFile, text);
		return enter(access, {command: agentFromSource});
	};
	await assert.rejects(withConfig(config.replace(/^IdentityFile .*/m, '')), /entered by ssh: .*Permission denied/);
	await assert.rejects(withConfig('Host drydock\nHostName 127.0.0.1\nPort 1\n'), /entered by ssh: .*refused/);
	await assert.rejects(withConfig('Nonsense yes\n'), /entered by ssh: .*/);
});

test('enter() tries again while nobody is at the door, and not where it is turned away', needsSshd, async t => {
	const access = await startSshd(t);
	const config = readFileSync(access.configFile, 'utf8');
	writeFileSync(access.configFile, 'Host drydock\nHostName 127.0.0.1\nPort 1\n');
	const coming = enter(access, {command: agentFromSource, patienceMilliseconds: 60_000});
	await sleep(100);
	writeFileSync(access.configFile, config);
	(await coming).close();
	const turnedAway = enter(access, {command: ['/no/such/agent'], patienceMilliseconds: 600_000});
	await assert.rejects(turnedAway, /no such file/i);
});

test('enter() ends when nobody wants it any more', needsSshd, async t => {
	const access = await startSshd(t);
	const signal = AbortSignal.timeout(50);
	await assert.rejects(enter(access, {command: ['sleep', '600.23'], signal}), {name: 'TimeoutError'});
});
