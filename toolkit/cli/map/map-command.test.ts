import assert from 'node:assert/strict';
import {spawn, spawnSync} from 'node:child_process';
import {once} from 'node:events';
import {existsSync, mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after, test} from 'node:test';
import {needsRoot} from '#kernel/testing';

const command = join(import.meta.dirname, '../drydock');
const directory = mkdtempSync(join(tmpdir(), 'drydock-test-'));
const environment = {
	...process.env,
	DRYDOCK_STATE: join(directory, 'run'),
	DRYDOCK_DATA: join(directory, 'lib'),
	LANG: 'C',
};
after(() => rmSync(directory, {recursive: true, force: true}));

function map(...args: readonly string[]) {
	return spawnSync(command, ['map', ...args], {encoding: 'utf8', env: environment});
}

test('map writes plain lines into a pipe, in either language', () => {
	const {status, stdout, stderr} = map();
	assert.equal(status, 0, stderr);
	assert.match(stdout, /^── Who lives where ─+\n {2}host /);
	assert.doesNotMatch(stdout, /\x1b/);
	assert.ok(stdout.split('\n').every(line => line.length <= 80));
	assert.match(map('--language', 'zh').stdout, /^── 谁住在哪里 ─/);
});

test('map keeps what it sees, and compares with it', () => {
	const file = join(directory, 'map.json');
	assert.deepEqual(map('--save', file).stdout, '');
	assert.ok(existsSync(file));
	// Others may start something meanwhile.
	assert.match(
		map('--diff', file).stdout,
		/\n(\+ new {2}~ changed {2}− gone|nothing has changed) {2}since \d\d:\d\d:\d\d\n$/,
	);
	const document = JSON.parse(map('--diff', file, '--json').stdout);
	assert.equal(document.format, 'drydock map 1');
	assert.ok('processes' in document.difference);
});

test('map refuses what it can’t mean, in one line', () => {
	for (const args of [
		['nobody'],
		['--only', 'everything'],
		['--width', '12'],
		['--pid', 'x'],
		['--pid', '4194305'],
		['--language', 'fr'],
		['--diff', '/dev/null'],
	]) {
		const {status, stdout, stderr} = map(...args);
		assert.ok(status === 125 || status === 1, args.join(' '));
		assert.equal(stdout, '');
		assert.match(stderr, /^drydock: [^\n]+\n$/);
	}
});

test('map works for an ordinary user, and says what that one can’t see', needsRoot, () => {
	// The sources may be where only root can read them.
	const readable = spawnSync('setpriv', ['--reuid=65534', '--regid=65534', '--clear-groups', 'test', '-r', command]);
	if (readable.status !== 0) return;
	const {status, stdout, stderr} = spawnSync(
		'setpriv',
		['--reuid=65534', '--regid=65534', '--clear-groups', command, 'map'],
		{
			encoding: 'utf8',
			env: {
				...environment,
				HOME: '/nonexistent',
				XDG_RUNTIME_DIR: directory,
				DRYDOCK_STATE: undefined,
				DRYDOCK_DATA: undefined,
			},
		},
	);
	assert.equal(status, 0, stderr);
	assert.match(stdout, /can’t be looked into/);
});

test('map --watch gives the terminal back as it was, by q, Ctrl-C and SIGTERM', async () => {
	for (const way of ['q', '\x03', 'SIGTERM'] as const) {
		// script(1) gives it a terminal.
		const script = spawn('script', ['--quiet', '--return', '--command', `exec ${command} map --watch`, '/dev/null'], {
			env: {...environment, TERM: 'xterm'},
			stdio: ['pipe', 'pipe', 'inherit'],
		});
		let seen = '';
		script.stdout.setEncoding('utf8').on('data', text => {
			seen += text;
		});
		const ended = once(script, 'close');
		while (!seen.includes('Who lives where'))
			await Promise.race([once(script.stdout, 'data'), ended.then(() => assert.fail(seen))]);
		if (way === 'SIGTERM') {
			const [child] = spawnSync('pgrep', ['--parent', String(script.pid)], {encoding: 'utf8'}).stdout.split('\n');
			process.kill(Number(child), way);
		} else script.stdin.write(way);
		await ended;
		assert.ok(seen.startsWith('\x1b[?1049h\x1b[?25l'));
		assert.ok(seen.endsWith('\x1b[?25h\x1b[?1049l'), JSON.stringify(seen.slice(-80)));
	}
});

test('map --watch ends when nobody reads it any more', () => {
	const {status} = spawnSync('sh', ['-c', `"${command}" map --watch --json | head -n 1 >/dev/null`], {
		env: environment,
		timeout: 120_000,
	});
	assert.equal(status, 0);
});
