import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after, before, test} from 'node:test';
import {fileURLToPath} from 'node:url';

const program = fileURLToPath(new URL('./main.ts', import.meta.url));
let state = '';
before(() => {
	state = mkdtempSync(join(tmpdir(), 'why-'));
	writeFileSync(join(state, 'file'), '');
});
after(() => rmSync(state, {recursive: true, force: true}));

/** Runs `drydock …` with a state directory of its own. */
function drydock(args: readonly string[], language = 'C.UTF-8') {
	const env = {...process.env, DRYDOCK_STATE: state, LC_ALL: language, NO_COLOR: '1', PATH: '/usr/bin:/bin'};
	return spawnSync(process.execPath, ['--import', 'tsx', program, ...args], {encoding: 'utf8', env});
}

test('drydock why: nothing is known yet', () => {
	const {stdout, status} = drydock(['why']);
	assert.equal(stdout, 'Nothing has failed that is known of. To ask about a command: drydock why -- COMMAND\n');
	assert.equal(status, 1);
	assert.equal(drydock(['why', '--json']).stdout, 'null\n');
});

test('drydock why -- COMMAND passes output and exit code on, and tells the cause beside them', () => {
	const {stdout, stderr, status} = drydock(['why', '--', 'sh', '-c', 'echo out; ls /no-such-file']);
	assert.equal(stdout, 'out\n');
	assert.equal(status, 2);
	assert.match(stderr, /"\/no-such-file".* = -1 ENOENT {2}ls \d+\n\/no-such-file isn’t there/);
	assert.match(stderr, /^ {2}lstat \/no-such-file: ENOENT$/m);
	assert.match(stderr, /^→ Check the name/m);
});

test('drydock why tells the last failure again, in both languages and as JSON', () => {
	const {stdout, status} = drydock(['why']);
	assert.equal(status, 0);
	assert.match(stdout, /ENOENT {2}ls, \d{4}-\d\d-\d\d \d\d:\d\d:\d\d\n\/no-such-file isn’t there/);
	assert.match(drydock(['why'], 'zh_CN.UTF-8').stdout, /没有 \/no-such-file/);
	assert.match(drydock(['why', '--language', 'zh']).stdout, /没有 \/no-such-file/);
	const kept = JSON.parse(drydock(['why', '--json']).stdout) as {diagnosis: {cause: string}; whose: string};
	assert.equal(kept.diagnosis.cause, 'path-missing');
	assert.equal(kept.whose, 'traced');
});

test('drydock why --json -- COMMAND is one JSON object beside the output', () => {
	const {stderr, status} = drydock(['why', '--json', '--', 'sh', '-c', `rmdir ${state} 2>/dev/null`]);
	assert.equal(status, 1);
	const told = JSON.parse(stderr) as {call: string; errno: string; diagnosis: {cause: string; evidence: string[]}};
	assert.equal(told.call, 'rmdir');
	assert.equal(told.diagnosis.cause, 'directory-not-empty');
	assert.match(told.diagnosis.evidence[0]!, /^readdir \/.*: .*file/);
});

test('drydock why -- COMMAND that succeeds, decides alone, or isn’t there', () => {
	assert.match(drydock(['why', '--', 'true']).stderr, /The command succeeded: there is nothing to explain\./);
	const alone = drydock(['why', '--language', 'zh', '--', 'false']);
	assert.match(alone.stderr, /它以 1 结束；/);
	assert.equal(alone.status, 1);
	assert.equal(drydock(['why', '--', 'no-such-program']).status, 127);
	const wrong = drydock(['why', '--language', 'la']);
	assert.match(wrong.stderr, /^drydock: no language 'la': there are en and zh\n$/);
	assert.equal(wrong.status, 125);
});

test('drydock watch --why tells the cause below the call', () => {
	const {stderr, status} = drydock(['watch', '--why', '--all', '--', 'rmdir', state]);
	assert.equal(status, 1);
	assert.match(stderr, /rmdir\(.* = -1 ENOTEMPTY.*\n {6}\/.* is not empty \(entries: \d+\)/);
});

test('drydock why -- COMMAND tells why a program can’t be started, as JSON too, and keeps it', () => {
	const plain = join(state, 'plain');
	writeFileSync(plain, '#!/bin/sh\n', {mode: 0o644});
	const {stderr, status} = drydock(['why', '--', plain]);
	assert.equal(status, 126);
	assert.match(stderr, /^drydock: .*plain: it may not be executed\n\nexecve\(".*plain"\) = -1 EACCES/);
	assert.match(stderr, /^→ .*chmod \+x/m);
	assert.match(drydock(['why']).stdout, /plain.* = -1 EACCES/);
	const told = JSON.parse(drydock(['why', '--json', '--', 'no-such-program']).stderr) as {
		errno: string;
		exitCode: number;
	};
	assert.equal(told.errno, 'ENOENT');
	assert.equal(told.exitCode, 127);
});
