import assert from 'node:assert/strict';
import {mkdtempSync} from 'node:fs';
import {join} from 'node:path';
import {afterEach, test} from 'node:test';
import {ownEngine} from '#engine/testing';
import {until} from '#observe/testing';
import type {Provider, Sandbox} from '#sandbox';
import {createSandbox, whyNot} from '#sandbox/providers';
import {createPlayer, type LessonPlayer, type PlayerState} from '../player.ts';
import {openProgress} from '../progress.ts';
import {sampleLesson} from './testing.ts';

const isRoot = process.getuid?.() === 0;
const needsLocal = {skip: whyNot() ?? (isRoot ? false : 'only root’s local sandbox keeps its files')};
const wantsQemu = process.env.DRYDOCK_TEST_QEMU === '1';
const needsQemu = {skip: wantsQemu ? (whyNot('qemu') ?? false) : 'set DRYDOCK_TEST_QEMU=1 to start machines'};

const directory = ownEngine();
let sandbox: Sandbox | undefined;
let player: LessonPlayer;

afterEach(async () => {
	await player?.close();
	await sandbox?.destroy();
	sandbox = undefined;
});

const state = (): PlayerState => player.getState();

const reached = (isSo: (state: PlayerState) => boolean): Promise<void> =>
	until(
		() => isSo(state()),
		() => {
			const {anchor, status, message, sandbox, wayBack} = state();
			return `${isSo}: ${JSON.stringify({anchor, status, message, sandbox, wayBack})}`;
		},
	);

/** Plays the sample in a real sandbox; in the local one as if its snapshots held programs too: its files they do. */
async function play(provider: Provider): Promise<Sandbox> {
	const made = await createSandbox(provider);
	sandbox = made;
	const remembering = new Proxy(made, {
		get: (target, name) => {
			if (name === 'provider') return 'qemu';
			const value: unknown = Reflect.get(target, name);
			return typeof value === 'function' ? value.bind(target) : value;
		},
	});
	const progress = openProgress(mkdtempSync(join(directory, 'progress-')));
	player = createPlayer({loaded: sampleLesson(), sandbox: remembering, progress, language: 'en'});
	await arrived('intro');
	return made;
}

const arrived = (anchor: string): Promise<void> =>
	reached(state => state.anchor === anchor && state.before !== undefined && state.sandbox.state === 'running');

async function enter(line: string, expected: RegExp): Promise<void> {
	let printed = '';
	const stop = state().terminal!.onData(data => {
		printed += Buffer.from(data).toString();
	});
	state().terminal!.write(`${line}\r`);
	await reached(() => expected.test(printed));
	stop();
}

async function goesThereAndBack(provider: Provider): Promise<void> {
	const made = await play(provider);
	const holds = async (path: string): Promise<boolean> => (await made.exec(['test', '-e', path])).exitCode === 0;
	player.next();
	await arrived('guess');
	const {terminal} = state();
	await enter('cd /srv; touch tried; echo e"nd"ed', /ended/);
	await player.undo();
	await arrived('guess');
	assert.equal(state().message, 'the machine is as it was when this step began');
	assert.notEqual(state().terminal, terminal);
	assert.equal(state().shell?.pid, state().terminal?.pid);
	assert.equal(await holds('/srv/tried'), false);
	assert.deepEqual(state().wayBack, {forth: true});

	await player.redo();
	await arrived('guess');
	assert.equal(await holds('/srv/tried'), true);
	await enter('echo in=$PWD', /in=\/srv/);

	await player.undo();
	await arrived('guess');
	await player.undo();
	await arrived('intro');
	await player.undo();
	assert.equal(state().message, 'there is nothing to undo');
}

test('undo() and redo() take the sandbox and the learner to other moments', needsLocal, () =>
	goesThereAndBack('local'),
);

test('undo() brings a shell back that has ended', needsLocal, async () => {
	await play('local');
	state().terminal!.write('exit 3\r');
	await reached(({shellExitCode}) => shellExitCode === 3);
	await player.undo();
	await reached(({shellExitCode, shell}) => shellExitCode === undefined && shell !== undefined);
});

test('undo() in a sandbox that forgets says what to do', needsLocal, async () => {
	sandbox = await createSandbox('local');
	const progress = openProgress(mkdtempSync(join(directory, 'progress-')));
	player = createPlayer({loaded: sampleLesson(), sandbox, progress, language: 'en'});
	await arrived('intro');
	assert.equal(state().wayBack, undefined);
	await player.undo();
	assert.match(state().message ?? '', /keeps no memory/);
});

test('a lesson goes on in another sandbox, if the first can’t be had', needsLocal, async () => {
	const wanted = await createSandbox('local');
	const broken = new Proxy(wanted, {
		get: (target, name) => (name === 'up' ? () => Promise.reject(new Error('no packages')) : Reflect.get(target, name)),
	});
	const progress = openProgress(mkdtempSync(join(directory, 'progress-')));
	const otherwise = async (): Promise<Sandbox> => {
		sandbox = await createSandbox('local');
		return sandbox;
	};
	player = createPlayer({loaded: sampleLesson(), sandbox: broken, otherwise, progress, language: 'en'});
	await arrived('intro');
	assert.equal(state().message, 'no machine could be made, so this is the local sandbox (no packages)');
});

test('undo() and redo() take a machine to other moments', needsQemu, () => goesThereAndBack('qemu'));

test('undo() goes back from a machine that was ruined', needsQemu, async () => {
	const machine = await play('qemu');
	// The answer to this is the end of the machine.
	await machine.exec(['sh', '-c', 'echo c > /proc/sysrq-trigger']).catch(() => undefined);
	await reached(({sandbox}) => sandbox.state === 'ended');
	await player.undo();
	await arrived('intro');
	assert.equal((await machine.exec(['echo', 'here'])).stdout, 'here\n');
});
