import assert from 'node:assert/strict';
import {test} from 'node:test';
import {loadLesson} from '#lessons/course';
import type {PlayerState} from '#lessons/state';
import {until} from '#observe/testing';
import type {SandboxTerminal} from '#sandbox';
import {type CourseServices, createCourse} from './course.ts';
import type {LessonSession} from './state/session.ts';
import {lessonState, mapState} from './state/testing.ts';
import type {LiveTerminal} from './terminal/live-terminal.ts';

const size = {columns: 60, rows: 20};
const unused = (): never => assert.fail('nobody asked for this');
const services: CourseServices = {
	openLesson: unused,
	stops: () => mapState(size).stops,
	saveLanguage: () => {},
	saveSandbox: unused,
	install: unused,
	edit: unused,
	exit: unused,
};

test('createCourse() shows what went wrong until the next key', async () => {
	const course = createCourse(mapState(size), {...services, openLesson: () => Promise.reject(new Error('no ink'))});
	course.open('01-process');
	await until(() => course.getState().notice === 'no ink');
	course.press('l');
	assert.equal(course.getState().notice, undefined);
});

test('createCourse() scrolls a help that is longer than the screen, to its end and no further', () => {
	const course = createCourse(mapState(size), services);
	for (const key of ['?', 'down', 'pagedown', 'pagedown', 'pagedown']) course.press(key);
	const end = course.getState().helpTop;
	assert.ok(end > 0 && end < 24, String(end));
	course.press('up');
	assert.equal(course.getState().helpTop, end - 1);
	course.press('enter');
	assert.equal(course.getState().isHelpOpen, false);
});

test('createCourse() takes the keys back from a shell whose machine has ended', async () => {
	const loaded = await loadLesson('01-process');
	const anchor = Object.keys(loaded.lesson.steps)[0]!;
	let state: PlayerState = {...lessonState(loaded, anchor).lesson.player, terminal: {pid: 1} as SandboxTerminal};
	let tell = (): void => {};
	const player = {
		getState: () => state,
		subscribe: (listener: () => void) => {
			tell = listener;
			return () => {};
		},
	};
	const session = {
		player,
		openTerminal: () => ({onReport: () => {}}) as unknown as LiveTerminal,
		narrate: () => {},
		view: () => undefined,
	} as unknown as LessonSession;
	const course = createCourse(mapState(size), {...services, openLesson: async () => session});
	course.open('01-process');
	await until(() => course.getState().lesson !== undefined);
	course.press('tab');
	assert.equal(course.getState().focus, 'terminal');
	state = {...state, sandbox: {state: 'ended'}};
	tell();
	assert.equal(course.getState().focus, 'course');
	course.press('tab');
	assert.equal(course.getState().focus, 'course');
});
