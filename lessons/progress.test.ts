import assert from 'node:assert/strict';
import {existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {type TestContext, test} from 'node:test';
import fc from 'fast-check';
import {openProgress, parseProgress, resetProgress, stateDirectory} from './progress.ts';

function emptyDirectory(context: TestContext): string {
	const directory = mkdtempSync(join(tmpdir(), 'drydock-progress-'));
	context.after(() => rmSync(directory, {recursive: true}));
	return join(directory, 'not/there/yet');
}

test('stateDirectory() follows XDG_STATE_HOME if it is absolute', () => {
	assert.equal(stateDirectory({XDG_STATE_HOME: '/srv/state'}), '/srv/state/drydock');
	assert.match(stateDirectory({XDG_STATE_HOME: 'relative'}), /\.local\/state\/drydock$/);
	assert.match(stateDirectory({}), /\.local\/state\/drydock$/);
});

test('openProgress() finds nothing done at first, and makes no file', context => {
	const directory = emptyDirectory(context);
	const progress = openProgress(directory);
	assert.deepEqual(progress.read(), {lessons: {}});
	assert.deepEqual(progress.lesson('04-pid'), {done: [], predictions: {}});
	assert.equal(progress.warning, undefined);
	assert.equal(existsSync(directory), false);
});

test('updateLesson() is remembered by whoever opens it next, and leaves no draft', context => {
	const directory = emptyDirectory(context);
	const progress = openProgress(directory);
	progress.setLanguage('zh');
	progress.updateLesson('04-pid', lesson => ({...lesson, done: [...lesson.done, 'inside'], at: 'reap'}));
	progress.updateLesson('04-pid', lesson => ({...lesson, predictions: {inside: {chosen: 2, actual: 0}}}));
	assert.deepEqual(openProgress(directory).read(), {
		language: 'zh',
		lessons: {'04-pid': {done: ['inside'], predictions: {inside: {chosen: 2, actual: 0}}, at: 'reap'}},
	});
	assert.deepEqual(readdirSync(directory), ['progress.json']);
});

test('updateLesson() keeps what another terminal has written meanwhile', context => {
	const directory = emptyDirectory(context);
	const [here, there] = [openProgress(directory), openProgress(directory)];
	here.updateLesson('01-process', lesson => ({...lesson, done: ['scene']}));
	there.updateLesson('04-pid', lesson => ({...lesson, done: ['inside']}));
	assert.deepEqual(Object.keys(here.read().lessons), ['01-process', '04-pid']);
});

test('openProgress() puts a damaged file aside and says so', context => {
	const directory = emptyDirectory(context);
	openProgress(directory).setLanguage('en');
	for (const damage of ['{"lessons": {"04-', '', '[]', 'null', '{"lessons": 3}']) {
		writeFileSync(join(directory, 'progress.json'), damage);
		const progress = openProgress(directory);
		assert.deepEqual(progress.read(), {lessons: {}});
		assert.match(progress.warning ?? '', /put aside as .*progress\.json\.damaged/);
		assert.doesNotMatch(progress.warning ?? '', /\n/);
		assert.equal(readFileSync(join(directory, 'progress.json.damaged'), 'utf8'), damage);
	}
});

test('updateLesson() tells why it can’t save, and goes on', context => {
	const directory = emptyDirectory(context);
	openProgress(directory).setLanguage('en');
	// A file where the folder should be.
	const progress = openProgress(join(directory, 'progress.json'));
	progress.setLanguage('zh');
	assert.match(progress.warning ?? '', /can’t be|can't be/);
});

test('resetProgress() forgets', context => {
	const directory = emptyDirectory(context);
	openProgress(directory).setLanguage('zh');
	resetProgress(directory);
	resetProgress(directory);
	assert.deepEqual(openProgress(directory).read(), {lessons: {}});
});

test('parseProgress() keeps what is well-formed and leaves out the rest', () => {
	const lessons = {a: {done: ['x', 3], predictions: {p: {chosen: 1, actual: 0}, q: 'no'}, finished: true}, b: 7};
	assert.deepEqual(parseProgress(JSON.stringify({language: 'fr', lessons, more: 1})), {
		lessons: {
			a: {done: ['x'], predictions: {p: {chosen: 1, actual: 0}}, finished: true},
			b: {done: [], predictions: {}},
		},
	});
});

test('parseProgress() makes progress or an error of any JSON', () => {
	fc.assert(
		fc.property(fc.json(), text => {
			try {
				const {lessons} = parseProgress(text);
				for (const {done} of Object.values(lessons)) assert.ok(Array.isArray(done));
			} catch (error) {
				assert.match(String(error), /not a progress file/);
			}
		}),
	);
});
