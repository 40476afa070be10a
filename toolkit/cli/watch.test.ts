import assert from 'node:assert/strict';
import {type ChildProcess, spawn, spawnSync} from 'node:child_process';
import {existsSync, mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {constants, tmpdir} from 'node:os';
import {join} from 'node:path';
import {after, test} from 'node:test';
import {needsRoot} from '#kernel/testing';
import {decodeReport} from '#narrate/report';
import {until} from '#observe/testing';

const command = join(import.meta.dirname, 'drydock');
const folder = mkdtempSync(join(tmpdir(), 'watch-'));
after(() => rmSync(folder, {recursive: true}));
const environment = {...process.env, NO_COLOR: '1', LANG: 'C.UTF-8', LC_ALL: '', PS1: '# '};

function watch(...args: readonly string[]): {
	readonly status: number | null;
	readonly stdout: string;
	readonly stderr: string;
} {
	return spawnSync(command, ['watch', ...args], {env: environment, encoding: 'utf8'});
}

/** Starts a program whose output is collected. */
function start(
	program: string,
	...args: readonly string[]
): {readonly child: ChildProcess; readonly said: () => string} {
	const child = spawn(program, args, {env: environment, stdio: 'pipe'});
	let text = '';
	for (const stream of [child.stdout, child.stderr]) stream?.on('data', data => (text += data));
	return {child, said: () => text};
}

const end = (child: ChildProcess): Promise<unknown> =>
	child.exitCode !== null || child.signalCode !== null
		? Promise.resolve()
		: new Promise(resolve => child.once('exit', resolve));
const isAlive = (pid: number): boolean => existsSync(`/proc/${pid}`) && !/^State:\s*Z/m.test(statusOf(pid));
const statusOf = (pid: number): string => readFileSync(`/proc/${pid}/status`, 'utf8');
const isTraced = (pid: number): boolean => /^TracerPid:\s*[1-9]/m.test(statusOf(pid));

test('watch tells on standard error, and leaves the output and the exit code alone', needsRoot, () => {
	const {status, stdout, stderr} = watch('--', 'unshare', '--uts', 'sh', '-c', 'hostname boat; hostname; exit 7');
	assert.equal(status, 7);
	assert.equal(stdout, 'boat\n');
	assert.match(
		stderr,
		/The process gets a host name of its own\.\n {4}unshare\(CLONE_NEWUTS\) = 0 {2}toolkit\/02-uts\/uts\.ts:\d+/,
	);
	assert.match(stderr, /the machine is called boat from now on/);
	assert.match(watch('--language', 'zh', '--', 'unshare', '--uts', 'true').stderr, /进程得到自己的主机名。/);
});

test('watch passes on how a command was ended, and what can’t be started', () => {
	assert.equal(watch('--', 'sh', '-c', 'kill -TERM $$').status, 143);
	const missing = watch('--', 'nosuchprogram');
	assert.equal(missing.status, 127);
	assert.equal(missing.stderr, 'drydock: nosuchprogram: there is no such program\n');
	assert.equal(watch('--', '/etc/passwd').status, 126);
	assert.equal(watch('--attach', '999999999').status, 1);
	assert.equal(watch().status, 125);
	assert.equal(watch('--report', 'terminal', '--', 'true').status, 125);
});

test('watch --json writes one object for each call, -o into a file', needsRoot, () => {
	const file = join(folder, 'told');
	const {stderr} = watch('--json', '-o', file, '--', 'chroot', '/nosuch', 'true');
	assert.equal(stderr.includes('{'), false);
	const told = readFileSync(file, 'utf8')
		.trimEnd()
		.split('\n')
		.map(line => JSON.parse(line));
	const call = told.find(each => each.call === 'chroot');
	assert.deepEqual(call.args, ['"/nosuch"']);
	assert.equal(call.errno, 'ENOENT');
	assert.equal(call.where.symbol, 'enterChroot');
	assert.deepEqual(told.at(-1).args, ['125']);
});

test('watch --all tells of noise, too', () => {
	const told = watch('--json', '--all', '--', 'true').stderr;
	assert.match(told, /"call":"(mmap|brk)"/);
	assert.match(told, /"call":"exit_group"/);
});

test('watch that is killed takes its command along; a signal is passed on', async () => {
	for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
		const {child, said} = start(command, 'watch', '--json', '--', 'sleep', '600');
		await until(() => said().includes('"execve"'));
		const {pid} = JSON.parse(said().split('\n')[0]!);
		assert.ok(isTraced(pid));
		child.kill(signal);
		await end(child);
		await until(() => !isAlive(pid));
		if (signal === 'SIGTERM') assert.equal(child.exitCode, 143);
	}
});

// Without root there is no filter in the programs, and what they leave can live without us.
test('watch stays for what a command leaves behind, and SIGINT then ends both', needsRoot, async () => {
	const {child, said} = start(
		command,
		'watch',
		'--',
		'sh',
		'-c',
		'sleep 600 & echo left $!; until grep -q sleep /proc/$!/comm; do :; done; exit 3',
	);
	await until(() => said().includes('It left 1 process') && /^left \d+$/m.test(said()));
	const pid = Number(/^left (\d+)$/m.exec(said())![1]);
	assert.ok(isAlive(pid));
	child.kill('SIGINT');
	await end(child);
	assert.equal(child.exitCode, 130);
	await until(() => !isAlive(pid));
});

test('watch ends its command by SIGPIPE when nobody reads any more', async () => {
	const {child, said} = start(command, 'watch', '--', 'sh', '-c', 'while :; do /bin/true; done');
	await until(() => said().includes('/bin/true'));
	child.stderr!.destroy();
	await end(child);
	assert.equal(child.exitCode, 128 + constants.signals.SIGPIPE);
});

test('watch --attach lets go when nobody reads any more', needsRoot, async () => {
	const learner = shell();
	const watcher = start(command, 'watch', '--attach', String(learner.pid));
	await until(() => isTraced(learner.pid));
	watcher.child.stdout!.destroy();
	await end(watcher.child);
	assert.equal(watcher.child.exitCode, 0);
	assert.ok(isAlive(learner.pid) && !isTraced(learner.pid));
	await learner.close();
});

/**
 * A shell that reads its commands from us, in a session of its own: where it has a terminal, it makes itself the foreground, and
 * stops the tests.
 */
function shell(): {
	readonly pid: number;
	readonly type: (text: string) => void;
	readonly said: () => string;
	readonly close: () => Promise<unknown>;
} {
	const {child, said} = start('setsid', 'sh', '-i');
	return {
		pid: child.pid!,
		type: text => child.stdin!.write(`${text}\n`),
		said,
		close: () => {
			child.stdin!.end();
			return end(child);
		},
	};
}

test('watch --attach tells of a shell’s commands, and lets it go on SIGTERM', needsRoot, async () => {
	const learner = shell();
	const watcher = start(command, 'watch', '--attach', String(learner.pid));
	await until(() => isTraced(learner.pid));
	learner.type('unshare --uts hostname boat; strace -o /dev/null true && echo traced');
	await until(() => watcher.said().includes('called boat') && learner.said().includes('traced'));
	assert.match(watcher.said(), /strace traces others itself/);
	learner.type('sleep 600 &');
	await until(() => watcher.said().includes('`sleep 600`'));
	watcher.child.kill('SIGTERM');
	await until(() => !isTraced(learner.pid));
	assert.equal(watcher.child.exitCode, null, 'the sleep still needs it');
	learner.type(`kill $!; mkdir ${folder}/made && echo al""ive`);
	await until(() => learner.said().includes('alive'));
	await end(watcher.child);
	await learner.close();
});

test('watch --attach that is killed leaves the shell as it was', needsRoot, async () => {
	const learner = shell();
	const watcher = start(command, 'watch', '--attach', String(learner.pid));
	await until(() => isTraced(learner.pid));
	learner.type('unshare --uts hostname boat');
	await until(() => watcher.said().includes('called boat'));
	watcher.child.kill('SIGKILL');
	await until(() => !isTraced(learner.pid));
	learner.type(`mkdir ${folder}/whole && unshare --uts hostname boat && echo fine`);
	await until(() => learner.said().includes('fine'));
	await learner.close();
});

test('watch --attach refuses a process that has a tracer, and says which', needsRoot, async () => {
	const learner = shell();
	const first = start(command, 'watch', '--attach', String(learner.pid));
	await until(() => isTraced(learner.pid));
	const {status, stderr} = watch('--attach', String(learner.pid));
	assert.equal(status, 1);
	assert.match(stderr, new RegExp(`has a tracer already, process ${first.child.pid}`));
	await learner.close();
	await end(first.child);
	assert.equal(first.child.exitCode, 0);
});

const needsScript = {
	skip: needsRoot.skip || spawnSync('script', ['--version']).status !== 0 ? 'needs root and script(1)' : false,
};

test('watch leaves the terminal’s jobs and signals to a shell', needsScript, async () => {
	const {child, said} = start(
		'script',
		'--quiet',
		'--command',
		`${command} watch -o ${folder}/told -- bash --norc -i`,
		'/dev/null',
	);
	const type = (text: string): void => void child.stdin!.write(text);
	await until(() => said().includes('$') || said().includes('#'));
	type('sleep 600\n');
	await until(() => readFileSync(join(folder, 'told'), 'utf8').includes('`sleep 600`'));
	type('\x1a');
	await until(() => said().includes('Stopped'));
	type('fg\n');
	await until(() => readFileSync(join(folder, 'told'), 'utf8').includes('SIGCONT'));
	type('\x03');
	await until(() => readFileSync(join(folder, 'told'), 'utf8').includes('SIGINT ended it'));
	type('exit 5\n');
	await end(child);
});

test('watch --report terminal writes into the stream of the shell’s own terminal', needsScript, async () => {
	const {child, said} = start(
		'script',
		'--quiet',
		'--command',
		// A shell below the shell, which was there before the narrator.
		'echo pid $$; bash --norc -i; exit',
		'/dev/null',
	);
	await until(() => /pid \d+.*[#$] $/s.test(said()));
	const pid = Number(/pid (\d+)/.exec(said())![1]);
	const watcher = start(command, 'watch', '--attach', String(pid), '--report', 'terminal');
	const inner = Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8'));
	await until(() => isTraced(inner));
	child.stdin!.write('unshare --uts hostname boat; echo do""ne; exit\n');
	await until(() => said().includes('done'));
	await Promise.all([end(child), end(watcher.child)]);
	const told = [...said().matchAll(/\x1b\]7370;([^\x1b]*)\x1b\\/g)].map(([, payload]) => decodeReport(payload!));
	assert.ok(told.every(each => each !== undefined));
	const names = told.find(each => each?.call === 'sethostname')?.sentence.zh;
	assert.ok(names?.includes('boat'), `${JSON.stringify(told.map(each => each?.call))} of ${JSON.stringify(said())}`);
	assert.equal(watcher.said(), '');
});

test('watch --attach from outside tells the numbers that the shell itself sees', needsRoot, async () => {
	const {child, said} = start('setsid', 'unshare', '--pid', '--fork', '--mount-proc', 'sh', '-i');
	await until(() => said().includes('#'));
	const inside = Number(readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8'));
	const watcher = start(command, 'watch', '--json', '--attach', String(inside));
	await until(() => isTraced(inside));
	child.stdin!.write('unshare --uts true; exit\n');
	await Promise.all([end(child), end(watcher.child)]);
	const told = watcher
		.said()
		.trim()
		.split('\n')
		.map(line => JSON.parse(line));
	assert.equal(told.find(each => each.call === 'unshare').pid, told[0].pid);
	assert.ok(told[0].pid > 1 && told[0].pid < 10, `${told[0].pid}`);
	assert.equal(told[0].parent, 1);
});

test('watch sends a terminal nothing that a program wrote there', needsRoot, () => {
	// A C1 control, DEL, and what turns the direction of writing.
	const hostile = 'a\u009b2Jb\u007fc\u202ed';
	for (const args of [['--'], ['--json', '--'], ['--language', 'zh', '--']]) {
		const {stderr} = watch(
			...args,
			'unshare',
			'--uts',
			'sh',
			'-c',
			`hostname '${hostile}' 2>/dev/null; true '${hostile}'`,
		);
		assert.match(stderr, /unshare/);
		assert.doesNotMatch(stderr, /[\u009b\u007f\u202e]/);
	}
});

test('watch obeys NO_COLOR and a terminal that knows no width', needsRoot, () => {
	const inTerminal = (color: string): string =>
		spawnSync('script', ['-qec', `stty cols 0; ${command} watch -- unshare --uts true`, '/dev/null'], {
			// Where CI is set, colours are left out by themselves.
			env: {...environment, TERM: 'xterm', NO_COLOR: color, CI: undefined, FORCE_COLOR: undefined},
			encoding: 'utf8',
			stdio: ['ignore', 'pipe', 'pipe'],
		}).stdout;
	assert.doesNotMatch(inTerminal('1'), /\u001b\[3\dm/);
	assert.match(inTerminal(''), /\u001b\[36m/);
	assert.match(inTerminal('1'), /The process gets a host name of its own\./);
});

test('watch -o to where nothing can be written says so', () => {
	const {status, stderr} = watch('-o', '/nope/told', '--', 'true');
	assert.equal(status, 125);
	assert.equal(stderr, "drydock: can't open /nope/told: no such file or directory\n");
});
