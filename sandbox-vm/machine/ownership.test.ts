import assert from 'node:assert/strict';
import {type ChildProcess, spawn} from 'node:child_process';
import {once} from 'node:events';
import {existsSync, mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after, test} from 'node:test';
import {adoptAbandoned, isOwned, ownDirectory} from './ownership.ts';

const base = mkdtempSync(join(tmpdir(), 'do-'));
process.env.DRYDOCK_STATE = join(base, 'state');
after(() => rmSync(base, {recursive: true}));

/** A program that owns a directory and has a child with its lock: the child's number is told. */
async function ownerWithHeir(directory: string, then: string): Promise<{program: ChildProcess; heir: number}> {
	const code = `
		import {spawn} from 'node:child_process';
		import {ownDirectory} from ${JSON.stringify(join(import.meta.dirname, 'ownership.ts'))};
		const owned = ownDirectory(${JSON.stringify(directory)});
		const child = spawn('sleep', ['600'], {stdio: ['ignore', 'ignore', 'ignore', owned.fd], detached: true});
		${then}
		console.log(child.pid);
		setInterval(() => {}, 1000);`;
	const program = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', code], {
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	const [text] = (await once(program.stdout!, 'data')) as [Buffer];
	return {program, heir: Number(text)};
}

async function killed(program: ChildProcess): Promise<void> {
	program.kill('SIGKILL');
	await once(program, 'exit');
}

test('adoptAbandoned() leaves what somebody owns, and removes what nobody does', () => {
	const parent = join(base, 'plain');
	const {directory, letGo} = ownDirectory(join(parent, 'one'));
	assert.deepEqual(
		adoptAbandoned(parent, () => assert.fail()),
		[],
	);
	assert.ok(isOwned(directory));
	letGo();
	const cleaned: string[] = [];
	assert.deepEqual(
		adoptAbandoned(parent, path => cleaned.push(path)),
		[directory],
	);
	assert.deepEqual(cleaned, [directory]);
	assert.ok(!existsSync(directory));
});

test('adoptAbandoned() ends who came by the lock of an owner that was killed', async () => {
	const parent = join(base, 'killed');
	const directory = join(parent, 'one');
	const {program, heir} = await ownerWithHeir(directory, '');
	adoptAbandoned(parent, () => assert.fail());
	await killed(program);
	let times = 0;
	const clean = (): void => {
		// It can't be found at once, as a child that is still to be what it will be.
		if (++times === 3) process.kill(heir, 'SIGKILL');
	};
	assert.deepEqual(adoptAbandoned(parent, clean), [directory]);
	assert.ok(!existsSync(directory));
});

test('adoptAbandoned() spares who was given the lock', async () => {
	const parent = join(base, 'given');
	const directory = join(parent, 'one');
	const {program, heir} = await ownerWithHeir(directory, 'owned.letGo();');
	await killed(program);
	assert.deepEqual(
		adoptAbandoned(parent, () => assert.fail()),
		[],
	);
	process.kill(heir, 'SIGKILL');
	while (isOwned(directory)) await new Promise(resolve => setTimeout(resolve, 5));
	assert.deepEqual(
		adoptAbandoned(parent, () => {}),
		[directory],
	);
});
