import assert from 'node:assert/strict';
import {mkdtempSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {after, afterEach, before, test} from 'node:test';
import {setTimeout as sleep} from 'node:timers/promises';
import {ownEngine} from '#engine/testing';
import {until} from '#observe/testing';
import type {Sandbox} from '#sandbox';
import {createSandbox, whyNot} from '#sandbox/providers';
import {courseDirectory} from '../course.ts';
import {createPlayer, type LessonPlayer, type PlayerState} from '../player.ts';
import {openProgress, type ProgressStore} from '../progress.ts';
import {sampleCourse, sampleLesson} from './testing.ts';

const needsSandbox = {skip: whyNot() ?? false};
const engine = ownEngine();

const course = sampleCourse();
const exerciseFile = join(course.course, 'exercises/90-boat/boat.ts');
let sandbox: Sandbox;
let player: LessonPlayer;
let progress: ProgressStore;

before(async () => {
	if (needsSandbox.skip !== false) return;
	sandbox = await createSandbox('local', {shares: [courseDirectory(), course.course]});
});
afterEach(() => player?.close());
after(async () => {
	await sandbox?.destroy();
	course.remove();
});

const state = (): PlayerState => player.getState();

const reached = (isSo: (state: PlayerState) => boolean): Promise<void> =>
	until(
		() => isSo(state()),
		() => `${isSo}: ${JSON.stringify({...state(), lesson: 0, step: 0, before: 0, now: 0, family: 0})}`,
	);

/** Plays the sample from a step on, and comes to it as a learner would who left off there. */
async function play(anchor: string, replaced: Parameters<typeof sampleLesson>[0] = {}): Promise<void> {
	progress = openProgress(mkdtempSync(join(engine, 'progress-')));
	progress.updateLesson('90-boat', lesson => ({...lesson, at: anchor}));
	await sandbox.renew();
	player = createPlayer({loaded: sampleLesson(replaced), sandbox, progress, language: 'en', exercises: course});
	await reached(({before, sandbox}) => before !== undefined && sandbox.state === 'running');
	assert.equal(state().anchor, anchor);
}

test('a lesson without a sandbox can be read to its end, and says what is missing', async () => {
	progress = openProgress(mkdtempSync(join(engine, 'progress-')));
	player = createPlayer({loaded: sampleLesson(), whyNot: 'this is no Linux', progress, language: 'zh'});
	assert.deepEqual(state().sandbox, {state: 'unavailable', why: 'this is no Linux'});
	assert.equal(state().section.title, 'About intro');
	player.next();
	await player.predict(1);
	assert.equal(state().message, 'this is no Linux');
	assert.equal(state().prediction, undefined);
	for (let step = 1; step < state().stepCount; step++) player.next();
	assert.deepEqual(state().summary, {stepsDone: 1, steps: 5, predictions: 0, wrong: []});
	player.previous();
	assert.equal(state().summary, undefined);
	assert.equal(state().anchor, 'build');
});

test('subscribe() tells of new states, which are new objects', needsSandbox, async () => {
	await play('intro');
	const [first, seen] = [state(), new Set<PlayerState>()];
	const stop = player.subscribe(() => seen.add(state()));
	player.setLanguage('zh');
	assert.equal(state().language, 'zh');
	assert.equal(first.language, 'en');
	assert.equal(seen.size, 1);
	stop();
	player.setLanguage('en');
	assert.equal(seen.size, 1);
	assert.equal(progress.read().language, 'en');
});

test('runForMe() types the command into the learner’s shell', needsSandbox, async () => {
	await play('intro');
	let screen = '';
	state().terminal!.onData(data => {
		screen += Buffer.from(data).toString();
	});
	await player.runForMe();
	assert.match(screen, /hello from the command\r\n[\s\S]*hello from the command\r\n/);
	assert.equal(state().status, 'todo');
	player.next();
	await reached(({anchor, before}) => anchor === 'guess' && before !== undefined);
	assert.ok(state().done.has('intro'));
	await player.runForMe();
	assert.match(state().message ?? '', /no command/);
});

test('predict() lets the run judge, explains, and remembers the first answer', needsSandbox, async () => {
	await play('guess');
	await player.predict(0);
	const wrong = state().prediction!;
	assert.deepEqual(wrong, {chosen: 0, actual: 1, output: '1\n', verdict: 'wrong', text: 'no, it was 1'});
	assert.equal(state().status, 'done');
	player.setLanguage('zh');
	assert.equal(state().prediction!.text, 'no, it was 1。');
	await player.predict(1);
	assert.equal(state().prediction!.verdict, 'right');
	assert.deepEqual(progress.lesson('90-boat').predictions, {guess: {chosen: 0, actual: 1}});
	for (let step = 1; step < state().stepCount; step++) player.next();
	assert.deepEqual(
		state().summary!.wrong.map(({anchor, chosen, actual}) => ({anchor, chosen, actual})),
		[{anchor: 'guess', chosen: 0, actual: 1}],
	);
});

test('a goal that is reached is noticed, whoever types', needsSandbox, async () => {
	await play('mount');
	await player.check();
	assert.equal(state().message, 'not there yet');
	state().terminal!.write('mount -t tmpfs tmpfs /mnt\r');
	await reached(({status}) => status === 'done');
	assert.deepEqual(progress.lesson('90-boat').done, ['mount']);
	assert.ok(state().family.some(({pid}) => pid === state().shell!.pid));
});

test('a common mistake is told, and no more once it is mended', needsSandbox, async () => {
	await play('mount');
	await sandbox.exec(['touch', '/tmp/wrong']);
	await sleep(1_500);
	assert.equal(state().diagnosis, undefined, 'nobody has typed anything yet');
	state().terminal!.write('true\r');
	await reached(({diagnosis}) => diagnosis === 'that was the wrong place');
	state().terminal!.write('rm /tmp/wrong\r');
	await reached(({diagnosis}) => diagnosis === undefined);
});

test('hint() tells one more each time', needsSandbox, async () => {
	await play('mount');
	player.hint();
	player.hint();
	assert.deepEqual([state().hints, state().hintsLeft], [['one', 'two'], 1]);
	player.hint();
	player.hint();
	assert.deepEqual([state().hints.length, state().hintsLeft], [3, 0]);
});

test('showMe() and reset() go there and back', needsSandbox, async () => {
	await play('mount');
	const {terminal} = state();
	await player.showMe();
	await reached(({status}) => status === 'done');
	await player.reset();
	assert.notEqual(state().terminal, terminal);
	assert.equal(state().sandbox.state, 'running');
	assert.equal((await sandbox.exec(['mountpoint', '-q', '/mnt'])).exitCode, 32);
	assert.equal((await sandbox.exec(['cat', '/tmp/ready'])).stdout, 'ready\n');
});

test('showMe() goes past what runs in the shell, also a bash that can start nothing', needsSandbox, async () => {
	await play('mount');
	const {terminal} = state();
	let printed = '';
	terminal!.onData(data => {
		printed += Buffer.from(data).toString();
	});
	terminal!.write('unshare --pid bash --norc\rls; ls\r');
	await reached(() => printed.includes('Cannot allocate memory'));
	await player.showMe();
	assert.notEqual(state().terminal, terminal);
	await reached(({status}) => status === 'done');
});

test('a key that is pressed too early counts when the sandbox is there', needsSandbox, async () => {
	await play('guess');
	const renewed = player.reset();
	assert.equal(state().sandbox.state, 'starting');
	const check = player.check();
	const early = player.predict(1);
	assert.match(state().message ?? '', /still starting/);
	await Promise.all([renewed, check, early]);
	assert.deepEqual([state().prediction?.verdict, state().message], ['right', undefined]);
});

test('what a run printed is quoted as it is, several lines below the sentence', needsSandbox, async () => {
	const {guess} = sampleLesson().lesson.steps;
	assert.ok(guess?.kind === 'predict');
	await play('guess', {guess: {...guess, run: String.raw`printf "from \140/srv'\n 2 \140\n"`}});
	await player.predict(0);
	assert.equal(state().prediction!.text, "no, it was \nfrom \\`/srv'\n 2 \\`");
});

test('an attack works, and in a fresh sandbox the same one fails', needsSandbox, async () => {
	await play('steal');
	assert.equal(state().phase, 'weak');
	await player.showMe();
	await reached(({status}) => status === 'done');
	assert.equal(state().done.has('steal'), false);
	player.next();
	await reached(({phase, before}) => phase === 'fixed' && before !== undefined);
	assert.equal(state().status, 'todo');
	assert.equal(state().anchor, 'steal');
	await player.showMe();
	await reached(({done}) => done.has('steal'));
});

test('an exercise is tested when it is saved, in the sandbox, and what fails is told', needsSandbox, async () => {
	await play('build');
	await reached(({exercise}) => exercise?.failed === 1);
	assert.equal(state().exercise!.passed, 1);
	assert.equal(state().exercise!.firstFailure?.test, 'knots() tells how fast');
	assert.equal(state().diagnosis, 'it does not move');
	writeFileSync(exerciseFile, 'export const knots = 8 8;\n');
	await reached(({exercise}) => exercise?.broken !== undefined && !exercise.running);
	await player.showMe();
	await reached(({status}) => status === 'done');
	assert.deepEqual([state().exercise!.passed, state().exercise!.failed, state().diagnosis], [2, 0, undefined]);
	await player.reset();
	assert.equal(readFileSync(exerciseFile, 'utf8'), 'export const knots = (): number => 0;\n');
});

test('the end of the shell is told, and reset() opens another', needsSandbox, async () => {
	await play('mount');
	state().terminal!.write('exit 3\r');
	await reached(({shellExitCode}) => shellExitCode === 3);
	await player.showMe();
	assert.match(state().message ?? '', /shell has ended/);
	await player.reset();
	assert.equal(state().shellExitCode, undefined);
	assert.ok(state().terminal !== undefined);
});

test('the end of the sandbox is told, and reset() makes another', needsSandbox, async () => {
	await play('mount');
	const first = state().now!.processes.find(({pids}) => pids.at(-1) === 1)!;
	process.kill(first.pid, 'SIGKILL');
	await reached(({sandbox}) => sandbox.state === 'ended');
	await player.reset();
	await reached(({sandbox, before}) => sandbox.state === 'running' && before !== undefined);
});

test('what can’t be prepared is told in one line', needsSandbox, async () => {
	const {mount} = sampleLesson().lesson.steps;
	await sandbox.renew();
	progress = openProgress(mkdtempSync(join(engine, 'progress-')));
	progress.updateLesson('90-boat', lesson => ({...lesson, at: 'mount'}));
	const loaded = sampleLesson({mount: {...mount!, prepare: ['echo no anchor >&2', 'false']}});
	player = createPlayer({loaded, sandbox, progress, language: 'en'});
	await reached(({message}) => message !== undefined);
	assert.equal(state().message, 'the lesson can’t be prepared: no anchor');
	player.setLanguage('zh');
	assert.equal(state().message, '这一课无法准备就绪：no anchor');
});
