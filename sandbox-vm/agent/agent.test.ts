import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {randomBytes} from 'node:crypto';
import {once} from 'node:events';
import {
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	symlinkSync,
	truncateSync,
	writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {PassThrough} from 'node:stream';
import {type TestContext, test} from 'node:test';
import {needsRoot} from '#kernel/testing';
import {until} from '#observe/testing';
import type {ExecResult} from '#sandbox';
import {listen} from '../testing.ts';
import {type AgentClient, connectAgent} from './agent.ts';
import {startGuest, type TestGuest} from './testing.ts';

const inRoot = {workingDirectory: '/'};

interface Connected {
	readonly guest: TestGuest;
	readonly client: AgentClient;
	sh(script: string): Promise<ExecResult>;
}

async function connected(t: TestContext): Promise<Connected> {
	const guest = startGuest(t);
	const client = await connectAgent(guest.connect());
	return {guest, client, sh: script => client.exec(['sh', '-c', script], inRoot)};
}

/** What takes long to copy, by itself and in a folder, and where to. */
async function unfinished(t: TestContext): Promise<Readonly<Record<'folder' | 'large' | 'landing', string>>> {
	const here = mkdtempSync(join(tmpdir(), 'drydock-agent-'));
	t.after(() => rmSync(here, {recursive: true}));
	const [folder, large, landing] = [join(here, 'folder'), join(here, 'folder/large'), join(here, 'landing')];
	for (const path of [folder, landing]) mkdirSync(path);
	writeFileSync(join(folder, 'first'), 'whole');
	writeFileSync(large, '');
	truncateSync(large, 2 ** 29);
	return {folder, large, landing};
}

async function runs(client: AgentClient, ...argv: readonly string[]): Promise<boolean> {
	const {processes} = await client.observe({parts: []});
	return processes.some(process => process.argv.join(' ') === argv.join(' ') && process.state !== 'zombie');
}

test('exec() tells output, errors and exit code apart', async t => {
	const {client, sh} = await connected(t);
	assert.deepEqual(await sh('echo out; echo err >&2; exit 3'), {exitCode: 3, stdout: 'out\n', stderr: 'err\n'});
	assert.equal((await sh('kill -KILL $$')).exitCode, 137);
	const missing = await client.exec(['/no/such/program'], inRoot);
	assert.equal(missing.exitCode, 127);
	assert.match(missing.stderr, /no such file or directory/);
	assert.equal((await client.exec(['no-such-program'], inRoot)).exitCode, 127);
	const nameless = await client.exec([''], inRoot);
	assert.deepEqual([nameless.exitCode, nameless.stderr], [127, 'exec: "": executable file not found in $PATH\n']);
	assert.equal((await client.exec(['/etc'], inRoot)).exitCode, 126);
	const nowhere = client.exec(['true'], {workingDirectory: '/no/such/place'});
	await assert.rejects(nowhere, {
		text: {
			en: '/no/such/place: there is no such directory to start in',
			zh: '/no/such/place：没有这个目录，无法从这里启动',
		},
	});
});

test('exec() passes input, environment and directory, and none of the agent’s own', async t => {
	const {client} = await connected(t);
	const result = await client.exec(['sh', '-c', 'cat; echo $SHIP; pwd; env | cut -d= -f1 | sort | tr "\\n" " "'], {
		input: 'typed\n',
		environment: {SHIP: 'sloop'},
		workingDirectory: '/usr',
	});
	assert.equal(result.stdout, 'typed\nsloop\n/usr\nHOME LANG PATH PWD SHIP ');
});

test('exec() starts programs with all signals as a fresh login has them, and with three descriptors', async t => {
	const {sh} = await connected(t);
	const {stdout} = await sh('grep -E "^Sig(Ign|Blk):" /proc/self/status; ls /proc/self/fd | wc -l');
	// The fourth is the directory that ls reads.
	assert.equal(stdout, 'SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n4\n');
});

test('exec() carries much in both directions, many at once', async t => {
	const {client} = await connected(t);
	const input = randomBytes(300_000).toString('hex');
	const results = await Promise.all(
		Array.from({length: 6}, (_, index) => client.exec(['sh', '-c', `cat; exit ${index}`], {...inRoot, input})),
	);
	for (const [index, {stdout, exitCode}] of results.entries()) {
		assert.equal(exitCode, index);
		assert.ok(stdout === input);
	}
});

test('exec() is not held up by a command that nobody reads or that does not read', async t => {
	const {client, sh} = await connected(t);
	const shell = await client.shell({columns: 80, rows: 24}, ['sh', '-c', 'stty raw; echo; exec sleep 600'], inRoot);
	await until(() => runs(client, 'sleep', '600'));
	shell.write('x'.repeat(1_000_000));
	const unread = await client.exec(['sh', '-c', 'exit 4'], {...inRoot, input: 'y'.repeat(1_000_000)});
	assert.equal(unread.exitCode, 4);
	assert.equal((await sh('echo through')).stdout, 'through\n');
	shell.close();
});

test('exec() takes a command line that fills many frames', async t => {
	const {client} = await connected(t);
	const words = Array.from({length: 20}, (_, index) => String(index).repeat(5000));
	assert.equal((await client.exec(['echo', ...words], inRoot)).stdout, `${words.join(' ')}\n`);
	const tooLong = await client.exec(['echo', 'x'.repeat(200_000)], inRoot);
	assert.match(tooLong.stderr, /more arguments than the kernel takes/);
	await assert.rejects(client.exec(['echo', 'x'.repeat(5_000_000)], inRoot), /at most 4 MiB/);
	assert.equal((await client.exec(['echo', 'on'], inRoot)).stdout, 'on\n');
});

test('exec() does not wait for what the command left running', async t => {
	const {client, sh} = await connected(t);
	const {stdout} = await sh('sleep 600.1 & echo $!');
	assert.ok(await runs(client, 'sleep', '600.1'));
	await sh(`kill ${stdout}`);
	await until(async () => !(await runs(client, 'sleep', '600.1')));
});

test('exec() rejects when it is aborted, and ends what the command started', async t => {
	const {client} = await connected(t);
	const controller = new AbortController();
	const running = client.exec(['sh', '-c', 'sleep 600.2 & sleep 600.2'], {...inRoot, signal: controller.signal});
	await until(() => runs(client, 'sleep', '600.2'));
	controller.abort(new Error('enough'));
	await assert.rejects(running, /enough/);
	await until(async () => !(await runs(client, 'sleep', '600.2')));
	await assert.rejects(client.exec(['true'], {signal: AbortSignal.abort(new Error('before'))}), /before/);
});

test('exec() ends a command that prints for ever', async t => {
	const {client} = await connected(t);
	const printing = client.exec(['yes', 'for ever 600.3'], {...inRoot, mostOutputBytes: 2 ** 20});
	await assert.rejects(printing, /more than 1 MiB/);
	await until(async () => !(await runs(client, 'yes', 'for ever 600.3')));
});

test('relay() passes bytes on as they come, both ways, and no faster than they are taken', async t => {
	const {client} = await connected(t);
	const [input, output, errors] = [new PassThrough(), new PassThrough(), new PassThrough()];
	const script = 'echo begun >&2; cat; echo over >&2; exit 3';
	const exitCode = client.relay(['sh', '-c', script], {input, output, errors}, inRoot);
	const parts = output[Symbol.asyncIterator]();
	input.write(Buffer.from([0xff, 0, 0xfe]));
	// It runs still, and what it has printed is here.
	assert.deepEqual((await parts.next()).value, Buffer.from([0xff, 0, 0xfe]));
	const much = randomBytes(1_000_000);
	input.end(much);
	const found: Buffer[] = [];
	for (let bytes = 0; bytes < much.length; bytes += found.at(-1)!.length) found.push((await parts.next()).value);
	assert.ok(Buffer.concat(found).equals(much));
	assert.equal(await exitCode, 3);
	assert.equal(String(errors.read()), 'begun\nover\n');
	assert.ok(!output.writableEnded, 'the streams are the caller’s');
});

test('relay() ends a command whose reader has gone', async t => {
	const {client} = await connected(t);
	const output = new PassThrough();
	const relayed = client.relay(['yes', 'to nobody 600.4'], {output, errors: new PassThrough()}, inRoot);
	await once(output, 'data');
	output.destroy(new Error('gone'));
	await assert.rejects(relayed, /gone/);
	await until(async () => !(await runs(client, 'yes', 'to nobody 600.4')));
});

test('shell() is a terminal of the size that was asked for, and the session’s own', async t => {
	const {client} = await connected(t);
	const terminal = await client.shell({columns: 91, rows: 17}, undefined, inRoot);
	const screen = listen(terminal);
	terminal.write('stty size; tty; echo $((40 + 2)) $$\r');
	await until(() => /17 91\r\n\/dev\/pts\/\d+\r\n42 \d+/.test(screen()));
	assert.ok(screen().includes(`42 ${terminal.pid}`));
	terminal.resize({columns: 44, rows: 11});
	terminal.write('stty size\r');
	await until(() => screen().includes('11 44'));
	assert.ok(listen(terminal)().includes('11 44'));
	terminal.write('exit 5\r');
	assert.equal(await new Promise(resolve => terminal.onExit(resolve)), 5);
	// Nobody listens any more, and nobody minds.
	terminal.write('after');
	terminal.resize({columns: 1, rows: 1});
	terminal.close();
	await client.ping();
});

test('shell() passes Ctrl-C to the program in the foreground', async t => {
	const {client} = await connected(t);
	const terminal = await client.shell({columns: 80, rows: 24}, undefined, inRoot);
	const screen = listen(terminal);
	terminal.write('sleep 600.4\r');
	await until(() => runs(client, 'sleep', '600.4'));
	terminal.write('\x03');
	terminal.write('echo code $?\r');
	await until(() => screen().includes('code 130'));
	terminal.close();
	await new Promise(resolve => terminal.onExit(resolve));
	await until(async () => !(await client.observe({parts: []})).processes.some(({pid}) => pid === terminal.pid));
});

test('shell() shows all that a program prints before it ends', async t => {
	const {client} = await connected(t);
	const terminal = await client.shell({columns: 80, rows: 24}, ['sh', '-c', 'seq 100000; exit 9'], inRoot);
	let bytes = 0;
	let last = '';
	terminal.onData(data => {
		bytes += data.length;
		last = Buffer.from(data).toString();
	});
	assert.equal(await new Promise(resolve => terminal.onExit(resolve)), 9);
	assert.equal(bytes, 100_000 * 2 + 488_895);
	assert.ok(last.endsWith('100000\r\n'));
});

test('shell() says which program is missing', async t => {
	const {client} = await connected(t);
	const terminal = await client.shell({columns: 80, rows: 24}, ['no-such-program'], inRoot);
	const screen = listen(terminal);
	assert.equal(await new Promise(resolve => terminal.onExit(resolve)), 127);
	assert.match(screen(), /no-such-program/);
	const nowhere = client.shell({columns: 80, rows: 24}, ['sh'], {workingDirectory: '/no/such/place'});
	await assert.rejects(nowhere, /no such directory to start in/);
});

test('observe() shows the machine through the agent’s eyes', async t => {
	const {client, guest} = await connected(t);
	const {processes, mountNamespaces} = await client.observe();
	assert.ok(processes.some(({pid}) => pid === guest.child.pid));
	assert.ok(mountNamespaces.length > 0);
	const family = await client.observe({of: {descendantsOf: guest.child.pid!}, parts: []});
	assert.deepEqual(family.mountNamespaces, []);
	assert.ok(family.processes.every(({pid}) => pid === guest.child.pid));
});

test('put() and get() copy files and folders', async t => {
	const {client} = await connected(t);
	const here = mkdtempSync(join(tmpdir(), 'drydock-agent-'));
	t.after(() => rmSync(here, {recursive: true}));
	const source = join(here, 'source');
	mkdirSync(join(source, 'deep'), {recursive: true});
	const contents = randomBytes(500_000);
	writeFileSync(join(source, 'deep/file'), contents);
	symlinkSync('deep/file', join(source, 'link'));
	symlinkSync('/etc/passwd', join(source, 'out'));
	await client.put(source, join(here, 'made/inside'));
	assert.ok(readFileSync(join(here, 'made/inside/link')).equals(contents));
	assert.deepEqual(await client.get(join(here, 'made/inside'), join(here, 'back')), ['out']);
	assert.ok(readFileSync(join(here, 'back/deep/file')).equals(contents));
	await client.put(join(source, 'deep/file'), join(here, 'made/inside/link'));
	assert.ok(readFileSync(join(here, 'made/inside/link')).equals(contents));
	const missing = /\/no\/such\/file: there is no such file or folder/;
	await assert.rejects(client.get('/no/such/file', join(here, 'x')), missing);
	await assert.rejects(client.get('/etc/passwd', source), /source is there already/);
	await assert.rejects(client.put('/no/such/file', join(here, 'x')), missing);
	await assert.rejects(client.get('/proc/self/attr', join(here, 'x')), /read\("\/proc\/self\/attr\/\w+"\): EINVAL/);
	assert.deepEqual(await client.put('/dev/null', join(here, 'x')), ['']);
	assert.deepEqual(await client.get('/dev/null', join(here, 'x')), ['']);
	await assert.rejects(client.put(source, '/proc/self/no/such'), /ENOENT|EACCES|EPERM/);
	await client.ping();
});

test('get() stops at what is allowed, and takes the half copy away', async t => {
	const {client} = await connected(t);
	const here = mkdtempSync(join(tmpdir(), 'drydock-agent-'));
	t.after(() => rmSync(here, {recursive: true}));
	writeFileSync(join(here, 'large'), Buffer.alloc(3_000_000));
	const getting = client.get(here, join(here, 'copy'), {mostBytes: 100_000});
	await assert.rejects(getting, /more than the 100000 bytes/);
	assert.throws(() => readFileSync(join(here, 'copy')), {code: 'ENOENT'});
	await client.ping();
});

test('put() and get() that are given up leave nothing, in a folder and as a file', async t => {
	const {client} = await connected(t);
	const {folder, large, landing} = await unfinished(t);
	for (const copy of ['put', 'get'] as const) {
		for (const source of [large, folder]) {
			const controller = new AbortController();
			const copying = client[copy](source, join(landing, 'copy'), {signal: controller.signal});
			await until(() => readdirSync(landing).length > 0);
			controller.abort(new Error('enough'));
			await assert.rejects(copying, /enough/);
			assert.deepEqual(readdirSync(landing), [], `${copy} of ${source}`);
		}
	}
	const before = client.put(large, join(landing, 'copy'), {signal: AbortSignal.abort(new Error('before'))});
	await assert.rejects(before, /before/);
	await client.ping();
});

test('put() and get() that the agent’s end cuts short leave nothing that looks like the copy', async t => {
	const {client, guest} = await connected(t);
	const {folder, landing} = await unfinished(t);
	for (const copy of ['put', 'get'] as const) {
		const copying = assert.rejects(client[copy](folder, join(landing, copy)), /has begun anew/);
		await until(() => readdirSync(landing).some(name => name.startsWith('.drydock-copy-')));
		await guest.restart();
		await copying;
		// Nobody is left in the machine who could take the draft away; on this side there is.
		assert.deepEqual(
			readdirSync(landing).map(name => name.slice(0, 14)),
			copy === 'put' ? ['.drydock-copy-'] : [],
		);
		for (const name of readdirSync(landing)) rmSync(join(landing, name), {recursive: true});
	}
});

test('put() and get() say whose disk is full, and leave no half of the file', needsRoot, async t => {
	const {client} = await connected(t);
	const {large, landing} = await unfinished(t);
	execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'small', landing]);
	try {
		await assert.rejects(client.put(large, join(landing, 'copy')), {
			message: `the machine’s disk has no room for ${join(landing, 'copy')}: remove files in the machine, or reset it`,
		});
		await assert.rejects(client.get(large, join(landing, 'copy')), {errno: 'ENOSPC', args: [join(landing, 'copy')]});
		assert.deepEqual(readdirSync(landing), []);
	} finally {
		execFileSync('umount', [landing]);
	}
});

test('setClock() refuses a time before 1970, and reseed() stirs the pool', needsRoot, async t => {
	const {client} = await connected(t);
	await assert.rejects(client.setClock(-1000), /clock_settime.*EINVAL|EPERM/);
	await client.reseed(randomBytes(64));
	await assert.rejects(client.reseed(randomBytes(5000)), /at most 4096/);
});

test('another host finds the agent, in the middle of whatever the one before did', async t => {
	const {guest, client} = await connected(t);
	const terminal = await client.shell({columns: 80, rows: 24}, undefined, inRoot);
	const over = [
		client.exec(['sh', '-c', 'exec sleep 600.5'], inRoot),
		client.exec(['yes', 'for ever 600.6'], {...inRoot, mostOutputBytes: 2 ** 40}),
		client.exec(['cat'], {...inRoot, input: 'x'.repeat(3_000_000)}),
	].map(call => assert.rejects(call));
	await until(() => runs(client, 'sleep', '600.5'));
	const next = await connectAgent(guest.connect());
	assert.equal((await next.exec(['echo', 'next'], inRoot)).stdout, 'next\n');
	await Promise.all(over);
	await new Promise(resolve => terminal.onExit(resolve));
	// What ran for the host before has ended, its terminals too.
	await until(async () => !(await runs(next, 'sleep', '600.5')) && !(await runs(next, 'yes', 'for ever 600.6')));
	await until(async () => !(await next.observe({parts: []})).processes.some(({pid}) => pid === terminal.pid));
});

test('attach() comes back to a shell as it was, and what no host comes back to is hung up', async t => {
	const {guest, client} = await connected(t);
	const [kept, other] = [
		await client.shell({columns: 80, rows: 24}, ['sh'], inRoot),
		await client.shell({columns: 80, rows: 24}, ['sh'], inRoot),
	];
	const before = listen(kept);
	kept.write('ship=sloop; cd /usr\r');
	await until(() => before().includes('cd /usr'));
	const next = await connectAgent(guest.connect(), {keep: [kept.pid]});
	await Promise.all([kept, other].map(terminal => new Promise(resolve => terminal.onExit(resolve))));
	// Nobody watches, and it goes on.
	assert.ok((await next.observe({parts: []})).processes.some(({pid}) => pid === kept.pid));
	const terminal = await next.attach(kept.pid, {columns: 44, rows: 11});
	assert.equal(terminal.pid, kept.pid);
	const screen = listen(terminal);
	await until(() => screen().includes('cd /usr'));
	terminal.write('echo $ship in $PWD; stty size\r');
	await until(() => /sloop in \/usr\r\n11 44/.test(screen()));
	await assert.rejects(next.attach(other.pid, {columns: 80, rows: 24}), /has no terminal to come back to/);
	await until(async () => !(await next.observe({parts: []})).processes.some(({pid}) => pid === other.pid));
	// A third host keeps none: that is the shell's end, watched or not.
	const last = await connectAgent(guest.connect());
	await until(async () => !(await last.observe({parts: []})).processes.some(({pid}) => pid === kept.pid));
});

test('attach() tells how a program ended that nobody watched', async t => {
	const {guest, client} = await connected(t);
	const size = {columns: 80, rows: 24};
	const shell = await client.shell(size, ['sh', '-c', 'read line; seq 3; exit 6'], inRoot);
	const next = await connectAgent(guest.connect(), {keep: [shell.pid]});
	const waiting = await next.attach(shell.pid, size);
	waiting.write('x\r');
	assert.equal(await new Promise(resolve => waiting.onExit(resolve)), 6);
	assert.match(listen(waiting)(), /1\r\n2\r\n3\r\n/);
	await assert.rejects(next.attach(shell.pid, size), /has no terminal/);
});

test('the client finds an agent that was killed and has begun anew', async t => {
	const {guest, client} = await connected(t);
	const lost = assert.rejects(client.exec(['sleep', '0.1'], inRoot), /has begun anew/);
	const terminal = await client.shell({columns: 80, rows: 24}, ['sh'], inRoot);
	const screen = listen(terminal);
	terminal.write("printf '\\033[?1049h\\033[?25l%s' edited\r");
	await until(() => screen().includes('\x1b[?25ledited'));
	await guest.restart();
	await lost;
	assert.equal(await new Promise(resolve => terminal.onExit(resolve)), 129);
	assert.match(screen(), /\x1b\[\?25h\x1b\[\?1049l\r\nthe machine’s agent was ended/);
	assert.equal((await client.exec(['echo', 'anew'], inRoot)).stdout, 'anew\n');
});

test('the agent begins anew when it is told nonsense', async t => {
	const guest = startGuest(t);
	const wire = guest.connect();
	const client = await connectAgent(wire);
	wire.write(Buffer.alloc(100, 0xee));
	await assert.rejects(client.exec(['sleep', '600.7'], inRoot), /has begun anew/);
	assert.equal((await client.exec(['echo', 'on'], inRoot)).stdout, 'on\n');
	assert.ok(guest.child.exitCode === null);
});

test('warm() leaves nothing behind', async t => {
	const {client, guest} = await connected(t);
	await client.warm();
	const {processes} = await client.observe({of: {descendantsOf: guest.child.pid!}, parts: []});
	assert.deepEqual(
		processes.map(({pid}) => pid),
		[guest.child.pid],
	);
});
