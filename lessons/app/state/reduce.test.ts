import assert from 'node:assert/strict';
import {test} from 'node:test';
import {loadLesson} from '#lessons/course';
import type {PlayerState} from '#lessons/state';
import type {LiveTerminal} from '../terminal/live-terminal.ts';
import {mainAction} from './main-action.ts';
import {reduce} from './reduce.ts';
import {lessonState, mapState} from './testing.ts';

const loaded = await loadLesson('01-process');
const entries = Object.entries(loaded.lesson.steps);
const [predictAnchor, predict] = entries.find(([, step]) => step.kind === 'predict')!;
const [doAnchor] = entries.find(([, step]) => step.kind === 'do')!;

test('reduce() stays on the map’s stops', () => {
	const map = mapState({columns: 80, rows: 24});
	assert.equal(reduce(map, {type: 'select', by: -1}, 0).selected, 0);
	assert.equal(reduce(map, {type: 'select', by: 100}, 0).selected, map.stops.length - 1);
});

test('reduce() stays within the answers', () => {
	const state = lessonState(loaded, predictAnchor);
	const last = predict.kind === 'predict' ? predict.answers.length - 1 : -1;
	assert.equal(reduce(state, {type: 'choose', by: 99}, 0).lesson?.choice, last);
	assert.equal(reduce(state, {type: 'choose', by: -1}, 0).lesson?.choice, 0);
});

test('reduce() scrolls no further than the text goes, so that one key comes back', () => {
	const far = reduce(lessonState(loaded, doAnchor), {type: 'scrollText', lines: 1000}, 7);
	assert.equal(far.lesson?.textTop, 7);
	assert.equal(reduce(far, {type: 'scrollText', lines: -1}, 7).lesson?.textTop, 6);
	assert.equal(reduce(far, {type: 'scrollText', lines: -1}, 3).lesson?.textTop, 2);
});

test('reduce() gives the shell the keys only if there is one', () => {
	assert.equal(reduce(lessonState(loaded, doAnchor), {type: 'enterShell'}, 0).focus, 'course');
});

test('reduce() gives no keys to a shell that has ended, nor to one whose machine has', () => {
	const enter = (player: Partial<PlayerState>) => {
		const open = {terminal: {} as LiveTerminal};
		return reduce(lessonState(loaded, doAnchor, {player, open}), {type: 'enterShell'}, 0).focus;
	};
	assert.equal(enter({}), 'terminal');
	assert.equal(enter({shellExitCode: 129}), 'course');
	assert.equal(enter({sandbox: {state: 'ended'}}), 'course');
});

test('reduce() turns the panes from left to right, and the panels round', () => {
	const state = lessonState(loaded, doAnchor);
	const kernel = reduce(
		reduce(reduce(state, {type: 'turn', by: 1}, 0), {type: 'turn', by: 1}, 0),
		{type: 'turn', by: 1},
		0,
	);
	assert.equal(kernel.lesson?.tab, 'panel');
	let turned = reduce(state, {type: 'nextPanel'}, 0);
	for (let panels = 0; panels < 7; panels++) turned = reduce(turned, {type: 'nextPanel'}, 0);
	const first = state.lesson.player.step.panel ?? loaded.lesson.panel;
	assert.equal(turned.lesson?.panel, first);
});

test('mainAction() commits, then goes on', () => {
	assert.equal(mainAction(lessonState(loaded, predictAnchor).lesson), 'commit');
	const player = {prediction: {chosen: 0, verdict: 'wrong'}, status: 'done'} as const;
	assert.equal(mainAction(lessonState(loaded, predictAnchor, {player}).lesson), 'next');
	assert.equal(mainAction(lessonState(loaded, predictAnchor, {player: {status: 'running'}}).lesson), undefined);
});

test('mainAction() runs a command once, then looks, then goes on', () => {
	const command = {step: {...loaded.lesson.steps[doAnchor]!, command: 'true'}} as const;
	const player = (status: 'todo' | 'done') =>
		({...command, status}) as Parameters<typeof lessonState>[2] extends infer _ ? object : never;
	assert.equal(mainAction(lessonState(loaded, doAnchor, {player: player('todo')}).lesson), 'run');
	assert.equal(
		mainAction(lessonState(loaded, doAnchor, {player: player('todo'), open: {hasRun: true}}).lesson),
		'check',
	);
	assert.equal(mainAction(lessonState(loaded, doAnchor, {player: player('done')}).lesson), 'next');
});

test('reduce() turns to the other sandbox where there are two, and asks before it gets the second one', () => {
	const map = mapState({columns: 80, rows: 24});
	const after = (choice: typeof map.choice) => reduce({...map, choice}, {type: 'machine'}, 0);
	const both = ['local', 'qemu'] as const;
	assert.equal(after({provider: 'qemu', available: both}).choice?.provider, 'local');
	assert.equal(after({provider: 'local', available: both}).choice?.provider, 'qemu');
	assert.equal(after({provider: 'qemu', available: [...both, 'vagrant']}).choice?.provider, 'vagrant');
	const command = 'apt-get install qemu';
	const missing = {provider: 'local', available: ['local'], remedy: {en: command, zh: command}} as const;
	assert.equal(after({...missing, install: ['apt-get', 'install', 'qemu']}).question, 'install');
	assert.deepEqual([after(missing).question, after(missing).choice], [undefined, missing]);
	assert.equal(after(undefined).choice, undefined);
});
