import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {existsSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {text} from 'node:stream/consumers';
import {after, test} from 'node:test';
import {testEngine} from '#engine/testing';
import {needsRoot} from '#kernel/testing';

const engine = testEngine();
const {drydock} = engine;
after(engine.destroy);
const command = join(import.meta.dirname, 'drydock');
const alone = ['--network', 'none'] as const;
/** More than a pipe holds. */
const many = 20_000;

/** Runs a shell's pipeline with drydock in it, and returns its output. In bash, `$PIPESTATUS` is the first one’s exit code. */
function pipeline(script: string, ...args: readonly string[]): Promise<string> {
	const child = spawn('bash', ['-c', script, command, ...args], {
		env: engine.environment,
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	return text(child.stdout);
}

/** Reads nothing until there must be more waiting than a pipe holds. */
const slowReader = 'sleep 1.5; wc -l';

test('run passes on all that a container writes, though its reader is slow', needsRoot, async () => {
	const seen = await pipeline(`"$0" run --rm "$@" host seq ${many} | (${slowReader})`, ...alone);
	assert.equal(seen.trim(), `${many}`);
});

test('run takes no more input than the container reads, and all of it', needsRoot, async () => {
	const seen = await pipeline(`seq ${many} | "$0" run -i --rm "$@" host sh -c 'sleep 1; wc -l'`, ...alone);
	assert.equal(seen.trim(), `${many}`);
});

test('watch and why lend the command descriptors that wait', needsRoot, async () => {
	for (const name of ['watch', 'why']) {
		const seen = await pipeline(`"$0" ${name} -- seq ${many} 2>/dev/null | (${slowReader})`);
		assert.equal(seen.trim(), `${many}`, name);
		assert.equal(await pipeline(`(sleep 1; echo late) | "$0" ${name} -- cat 2>/dev/null`), 'late\n', name);
	}
});

test('attach gives a slow reader all, and a container what it reads', needsRoot, async () => {
	const script = 'read go; sleep 1; wc -l; seq 300000';
	assert.equal((await drydock('run', '-d', '-i', '--name', 'big', ...alone, 'host', 'sh', '-c', script)).code, 0);
	const seen = await pipeline(`(echo go; seq ${many}) | "$0" attach big | (sleep 2; read lines; echo $lines; wc -l)`);
	assert.equal(seen, `${many}\n300000\n`);
	await drydock('rm', '-f', 'big');
});

test('a client that never reads keeps no container from its end', needsRoot, async () => {
	assert.equal((await drydock('run', '-d', '--name', 'loud', ...alone, 'host', 'yes')).code, 0);
	const client = engine.start('attach', 'loud');
	try {
		await new Promise(resolve => client.stdout!.once('readable', resolve));
		client.kill('SIGSTOP');
		assert.equal((await drydock('stop', '-t', '0', 'loud')).code, 0);
		assert.match((await drydock('ps', '-a', '--format', '{{.Names}} {{.Status}}')).stdout, /^loud Exited \(137\)/);
		assert.equal((await drydock('rm', 'loud')).code, 0);
	} finally {
		client.kill('SIGKILL');
	}
});

test('a reader that has gone ends run, attach, exec and logs, without a word', needsRoot, async () => {
	const noisy = ['host', 'sh', '-c', 'while :; do echo x; sleep 0.02; done'];
	assert.equal((await drydock('run', '-d', '--name', 'noisy', ...alone, ...noisy)).code, 0);
	for (const args of [
		['run', '--rm', ...alone, ...noisy],
		['run', '--rm', '-t', ...alone, ...noisy],
		['attach', 'noisy'],
		['exec', 'noisy', 'yes'],
		['exec', '-t', 'noisy', 'yes'],
		['logs', '-f', 'noisy'],
	]) {
		const seen = await pipeline('"$0" "$@" 2>&1 | head -1 >/dev/null; echo "$PIPESTATUS"', ...args);
		assert.equal(seen, '141\n', args.join(' '));
	}
	// It was only listened to.
	assert.match((await drydock('ps', '--format', '{{.Names}} {{.Status}}')).stdout, /^noisy Up/);
	await drydock('rm', '-f', 'noisy');
	assert.equal((await drydock('ps', '-aq')).stdout, '');
});

test('what can’t be written is told', needsRoot, async () => {
	assert.match(
		await pipeline('"$0" run --rm "$@" host echo hi 2>&1 >/dev/full', ...alone),
		/^drydock: ENOSPC[^\n]*\n$/,
	);
});

test('words for a container are not taken for Node’s: no file that they name is read', needsRoot, async () => {
	const folder = mkdtempSync(join(tmpdir(), 'node-words-'));
	after(() => rmSync(folder, {recursive: true}));
	const [evil, variables, proof] = ['evil.cjs', 'variables', 'proof'].map(name => join(folder, name)) as [
		string,
		string,
		string,
	];
	writeFileSync(evil, `require('node:fs').writeFileSync(${JSON.stringify(proof)}, '')`);
	writeFileSync(variables, `NODE_OPTIONS=--require=${evil}\n`);
	const words = [
		`--env-file=${variables}`,
		'--env-file',
		'/nope',
		'--experimental-config-file=/nope',
		'--experimental-default-config-file',
		'\\--experimental-x',
		'a  --experimental-b',
	];
	const {stdout, stderr} = await drydock('run', '--rm', ...alone, 'host', 'printf', '%s\n', ...words);
	assert.equal(stdout, words.map(word => `${word}\n`).join(''), stderr);
	const given = await drydock('run', '--rm', ...alone, '--env-file', variables, 'host', 'printenv', 'NODE_OPTIONS');
	assert.equal(given.stdout, `--require=${evil}\n`);
	assert.equal(existsSync(proof), false);
	const missing = await drydock('run', '--rm', '--env-file', '/nope', 'host', 'true');
	assert.equal(missing.code, 125);
	assert.match(missing.stderr, /^drydock: can't read --env-file \/nope[^\n]*\n$/);
});
