import assert from 'node:assert/strict';
import {test} from 'node:test';
import {loadLesson} from '#lessons/course';
import {reduce} from '../state/reduce.ts';
import {lessonState, mapState} from '../state/testing.ts';
import {intentOf} from './intents.ts';

const loaded = await loadLesson('01-process');
const anchorOf = (kind: string) => Object.entries(loaded.lesson.steps).find(([, step]) => step.kind === kind)![0];
const map = mapState({columns: 80, rows: 24});

test('intentOf() never ends the course at the first Ctrl-C, anywhere', () => {
	const states = [map, {...map, isHelpOpen: true}, lessonState(loaded, anchorOf('predict'))];
	for (const state of states) assert.deepEqual(intentOf('ctrl-c', state), {type: 'interrupt'});
});

test('intentOf() takes a second Ctrl-C or q for a yes, and Escape for a no', () => {
	const asked = reduce(map, {type: 'interrupt'}, 0);
	assert.equal(asked.question, 'interrupted');
	for (const key of ['ctrl-c', 'q', 'y', 'enter']) assert.deepEqual(intentOf(key, asked), {type: 'yes'});
	for (const key of ['escape', 'n']) assert.deepEqual(intentOf(key, asked), {type: 'no'});
	assert.equal(intentOf('h', asked), undefined);
});

test('intentOf() does not overwrite a learner’s file at the first key, nor at a Ctrl-C', () => {
	const asked = {...lessonState(loaded, anchorOf('code')), question: 'resetCode' as const};
	assert.deepEqual(intentOf('ctrl-c', asked), {type: 'no'});
	assert.deepEqual(intentOf('y', asked), {type: 'yes'});
});

test('intentOf() lets arrows and letters choose only while an answer is to be chosen', () => {
	const open = lessonState(loaded, anchorOf('predict'));
	assert.deepEqual(intentOf('down', open), {type: 'choose', by: 1});
	assert.deepEqual(intentOf('b', open), {type: 'chooseAnswer', answer: 1});
	const answered = lessonState(loaded, anchorOf('predict'), {
		player: {prediction: {chosen: 0, verdict: 'right'}, status: 'done'},
	});
	assert.deepEqual(intentOf('down', answered), {type: 'scrollText', lines: 1});
	assert.deepEqual(intentOf('b', answered), {type: 'previous'});
});

test('intentOf() knows one key only while the shell has the focus', () => {
	const inShell = {...lessonState(loaded, anchorOf('do')), focus: 'terminal' as const};
	assert.deepEqual(intentOf('ctrl-]', inShell), {type: 'leaveShell'});
	assert.equal(intentOf('q', inShell), undefined);
});
